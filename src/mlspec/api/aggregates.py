"""`gate run --aggregates`: what an engine returned, put where the spec reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec.api._places import folder_inside, is_inside
from mlspec.api.files import read_text, write_text
from mlspec.api.judge import by_gates, environments_of
from mlspec.api.session import open_session
from mlspec.canonical import digest_bytes
from mlspec.errors import UsageError
from mlspec.evidence import FileContent, Reason, ScoreCounts, Wanted, instant, load_readers
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mlspec.evidence import Source
    from mlspec.gates import EvaluationInputs

__all__ = ["place_aggregates"]

_FORMAT = "aggregates"


def place_aggregates(
    models: Sequence[str], directory: Path | None, environment: str | None, files: Iterable[Path]
) -> tuple[Path, ...]:
    """Write answers where the specs of the models read them; return the paths.

    An answer says which source it is for when it was printed for a model. Another one is put into
    the one source of aggregates that the models have, or, of scores, into the predictions.
    Evidence names files of the workspace, so that `gate verify` finds them again.

    Raises:
        UsageError: a file is no answer, or one from the future, or the models have no such source,
            or several.
        OutputError: a file can't be written.
    """
    session = open_session(directory)
    workspaces = [*environments_of(session, environment)]
    gated, _ = by_gates(workspaces, models)
    inputs = [model_of(each.resources[name]).evaluation for each in workspaces for name in gated]
    stated = [each for each in inputs if each is not None]
    return tuple(_place(session.root, stated, file) for file in files)


def _place(root: Path, inputs: Iterable[EvaluationInputs], file: Path) -> Path:
    text = read_text(file)
    found = load_readers()[_FORMAT].read(
        FileContent(_FORMAT, file.name, text.encode(), digest_bytes(text.encode())), Wanted()
    )
    if isinstance(found, Reason):
        raise UsageError(f"`{file}` is not what `mlspec gate sql` asks for: {found.sentence}")
    collected = instant(found.provenance.collected_at)
    if collected is not None and collected > datetime.now(UTC):
        raise UsageError(f"`{file}` was answered at {collected.isoformat()}, which has not come")
    source = json.loads(text)["source"] or ("predictions" if _is_scores(found) else "")
    named = _the_file({each for one in inputs for each in _files(one, source)}, source)
    target = root / named
    folder_inside(root, target.parent.relative_to(root).as_posix())
    write_text(target, text)
    return target


def _is_scores(found: Source) -> bool:
    return isinstance(found, ScoreCounts)


def _files(inputs: EvaluationInputs, source: str) -> Iterator[str]:
    """Yield the files that answers for a source go to; for none, those of all sources."""
    if source == "predictions":
        is_answer = inputs.predictions is not None and inputs.predictions.endswith(".json")
        yield from [inputs.predictions or ""] if is_answer else []
        return
    for each in inputs.sources:
        if each.format == _FORMAT and source in ("", each.name):
            yield each.file


def _the_file(files: set[str], source: str) -> str:
    if len(files) != 1:
        count = "several sources" if files else "no source"
        which = f" `{source}`" if source else ""
        raise UsageError(
            f"there is {count}{which} of the format `aggregates` among the models",
            hint="name the model; its `evaluation.sources` states `format: aggregates`, or its "
            "`evaluation.predictions` a file that ends in `.json`",
        )
    (file,) = files
    if file.startswith("/") or not is_inside(file):
        raise UsageError(f"`{file}` leads out of the workspace")
    return file
