"""A file of evidence can't be read as it is named.

What it does
Looks at the names of all files in `spec.evaluation`, and at no file: whether a path stays in the
workspace, whether its suffix or its `format` says how it is read, whether champion and challenger
are two files, and whether the label or the key is named as the output of the model.

Why is this bad?
Gates that read the file are not evaluated, and only a pass passes. A model that is compared with
itself would look just as good as the one in production; a label that is its own prediction is right
in every row.

What to do
Put the file into the workspace and name it by a relative path. Where the suffix does not tell the
format, state `format`; `mlspec explain formats` lists them.

Bad
    kind: Model
    spec:
      evaluation:
        predictions: evaluation/challenger.csv
        champion: ./evaluation/challenger.csv

Good
    kind: Model
    spec:
      evaluation:
        predictions: evaluation/challenger.csv
        champion: evaluation/champion.csv

References
- `mlspec explain formats`
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity, did_you_mean
from mlspec.evidence import leads_out, load_readers, reader_of, shown, used_twice
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.gates import EvaluationInputs, EvidenceSource
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_AT = ("spec", "evaluation")
_TABLES = ("predictions", "champion", "labels")
_METRICS = ".json"
_ANSWER = ".json"
"""Predictions may be what an engine answered to a query of `mlspec gate sql`."""


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what of the names of files keeps them from being read."""
    inputs = model_of(resource).evaluation
    if inputs is None:
        return
    for file, path in _files(inputs):
        if leads_out(file):
            message = f"{shown(file)} leads out of the workspace"
            hint = "put the file into the workspace and write its path from there, without `..`"
            yield Finding(resource, path, message, hint=hint)
    for path, message, hint in _formats(inputs):
        yield Finding(resource, path, message, hint=hint)
    yield from _same_file(resource, inputs)
    yield from _same_column(resource, inputs)


def _files(inputs: EvaluationInputs) -> Iterator[tuple[str, Path]]:
    for name in (*_TABLES, "metrics"):
        if (file := getattr(inputs, name)) is not None:
            yield file, (*_AT, name)
    for index, each in enumerate(inputs.sources):
        yield each.file, (*_AT, "sources", index, "file")


def _formats(inputs: EvaluationInputs) -> Iterator[tuple[Path, str, str]]:
    """Yield each file of which nothing says how to read it: place, message, next step."""
    tables = ((name, getattr(inputs, name)) for name in _TABLES)
    for name, file in tables:
        if not _is_table(file) and not (name == "predictions" and _suffix(file) == _ANSWER):
            if name == "champion" and _is_one_answer(inputs):
                continue
            yield (*_AT, name), f"no table is read from {shown(file)}", _of_tables()
    if inputs.metrics is not None and _suffix(inputs.metrics) != _METRICS:
        hint = f"name a `{_METRICS}` file, or add it to `sources` with its `format`"
        yield (*_AT, "metrics"), f"no metrics are read from {shown(inputs.metrics)}", hint
    yield from _unread_sources(inputs)


def _unread_sources(inputs: EvaluationInputs) -> Iterator[tuple[Path, str, str]]:
    for index, each in enumerate(inputs.sources):
        if reader_of(each.format, _suffix(each.file)) is None:
            yield _unread((*_AT, "sources", index), each)


def _unread(place: Path, source: EvidenceSource) -> tuple[Path, str, str]:
    if source.format is None:
        message = f"the suffix of {shown(source.file)} tells no format"
        hint = "state `format`; `mlspec explain formats` lists what it may be"
        return (*place, "file"), message, hint
    close = did_you_mean(source.format, load_readers())
    hint = f"did you mean `{close}`?" if close else "`mlspec explain formats` lists all formats"
    return (*place, "format"), f"there is no format {shown(source.format)}", hint


def _suffix(file: str) -> str:
    """Return the suffix of a name in lower case."""
    return PurePosixPath(file).suffix.lower()


def _is_table(file: str | None) -> bool:
    """Tell whether a suffix says how a table is read; where no file is named, none has to."""
    if file is None:
        return True
    reader = reader_of(None, _suffix(file))
    return reader is not None and reader.gives == "Frame"


def _of_tables() -> str:
    readers = (each for each in load_readers().values() if each.gives == "Frame")
    known = ", ".join(f"`{suffix}`" for each in readers for suffix in each.suffixes)
    return f"the suffix says how a table is read: {known}"


def _is_one_answer(inputs: EvaluationInputs) -> bool:
    """Tell whether an engine counts both models together, so that one file has both."""
    ours, theirs = inputs.predictions, inputs.champion
    if ours is None or theirs is None or _suffix(ours) != _ANSWER:
        return False
    return PurePosixPath(ours) == PurePosixPath(theirs)


def _same_file(resource: Resource, inputs: EvaluationInputs) -> Iterator[Finding]:
    ours, theirs = inputs.predictions, inputs.champion
    if ours is None or theirs is None:
        return
    digest = inputs.predictions_digest
    if _is_one_answer(inputs):
        return
    is_same = PurePosixPath(ours) == PurePosixPath(theirs)
    if is_same or digest == (inputs.champion_digest or ""):
        yield Finding(
            resource,
            (*_AT, "champion" if is_same else "championDigest"),
            "champion and challenger are the same file",
            hint="name the predictions that the model in production makes of the same rows",
            related=(Related(span_of(resource, (*_AT, "predictions")), "the challenger"),),
        )


def _same_column(resource: Resource, inputs: EvaluationInputs) -> Iterator[Finding]:
    for name in ("score", "prediction"):
        column = getattr(inputs, name)
        twice = column and used_twice(column, key=inputs.key, label=inputs.label)
        if twice:
            hint = "name the column that the model wrote"
            yield Finding(resource, (*_AT, name), twice.sentence, hint=hint)


RULE = Rule("MLS408", "unusable-evaluation", Severity.ERROR, ("Model",), check)
