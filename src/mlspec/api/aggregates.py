"""`gate run --aggregates`: what an engine returned, put where the spec reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api._places import folder_inside, is_inside
from mlspec.api.files import read_text, write_text
from mlspec.api.judge import by_gates, environments_of
from mlspec.api.session import open_session
from mlspec.canonical import digest_bytes
from mlspec.errors import UsageError
from mlspec.evidence import FileContent, Reason, Wanted, load_readers
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mlspec.gates import EvaluationInputs

__all__ = ["place_aggregates"]

_FORMAT = "aggregates"


def place_aggregates(
    models: Sequence[str], directory: Path | None, environment: str | None, file: Path
) -> Path:
    """Write an answer into the one source of aggregates that the models have; return its path.

    Evidence names files of the workspace, so that `gate verify` finds them again.

    Raises:
        UsageError: the file is no answer, or the models have no such source, or several.
        OutputError: the file can't be written.
    """
    session = open_session(directory)
    workspaces = [*environments_of(session, environment)]
    gated, _ = by_gates(workspaces, models)
    inputs = [model_of(each.resources[name]).evaluation for each in workspaces for name in gated]
    named = _the_source(each for each in inputs if each is not None)
    text = read_text(file)
    found = load_readers()[_FORMAT].read(
        FileContent(_FORMAT, file.name, text.encode(), digest_bytes(text.encode())), Wanted()
    )
    if isinstance(found, Reason):
        raise UsageError(f"`{file}` is not what `mlspec gate sql` asks for: {found.sentence}")
    target = session.root / named
    folder_inside(session.root, target.parent.relative_to(session.root).as_posix())
    write_text(target, text)
    return target


def _the_source(inputs: Iterable[EvaluationInputs]) -> str:
    files = {each.file for found in inputs for each in found.sources if each.format == _FORMAT}
    if len(files) != 1:
        count = "several sources" if files else "no source"
        raise UsageError(
            f"there is {count} of the format `aggregates` among the models",
            hint="name the model whose `evaluation.sources` has exactly one",
        )
    (file,) = files
    if file.startswith("/") or not is_inside(file):
        raise UsageError(f"`{file}` leads out of the workspace")
    return file
