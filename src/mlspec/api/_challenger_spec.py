"""What a training may say in the spec of its model: the version, the address, the digests.

The text is that of the reviewed spec: only the values of these fields are written into it, so that
no comment, no gate and no other document of the file comes from a training.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, cast

from mlspec.syntax import SourceText, emit_scalar, offset_of, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.syntax import Document, Parsed

__all__ = ["taken_spec", "value_at"]

_FIELDS: tuple[tuple[Path, str], ...] = (
    (("metadata", "version"), "name"),
    (("spec", "artifact", "uri"), "format"),
    (("spec", "artifact", "digest"), "uri"),
    (("spec", "evaluation", "predictionsDigest"), "predictions"),
    (("spec", "evaluation", "metricsDigest"), "metrics"),
)
"""Each field, and the one beside it before which it is written where there is none yet."""


def taken_spec(reviewed: Document, trained: bytes, given: bytes) -> str | None:
    """Return the text of the reviewed file with the fields of a training, which got `given`.

    None where the training wrote something else into the file: another field, another document,
    or what is no YAML. How it laid the file out, and its comments, are not taken.
    """
    file = reviewed.source.file
    found = parse(SourceText(file, trained))
    now, then = _documents(found), _documents(parse(SourceText(file, given)))
    wanted = now.get(reviewed.index)
    if found.diagnostics or wanted is None or _kept(now, reviewed) != _kept(then, reviewed):
        return None
    return _written(reviewed, wanted)


def _documents(found: Parsed) -> dict[int, Json]:
    return {each.index: each.data for each in found.documents}


def value_at(data: Json, path: Path) -> Json:
    """Return the value at a path; None where there is none."""
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _kept(documents: Mapping[int, Json], reviewed: Document) -> dict[int, Json]:
    """Return the documents without the fields that a training may write."""
    found = {index: deepcopy(data) for index, data in documents.items()}
    for path, _ in _fields(reviewed.data):
        parent = value_at(found.get(reviewed.index), path[:-1])
        if isinstance(parent, dict):
            parent.pop(str(path[-1]), None)
    return found


def _fields(data: Json) -> Iterator[tuple[Path, str]]:
    yield from _FIELDS
    sources = value_at(data, ("spec", "evaluation", "sources"))
    for index in range(len(sources) if isinstance(sources, list) else 0):
        yield ("spec", "evaluation", "sources", index, "digest"), "file"


def _written(reviewed: Document, wanted: Json) -> str | None:
    """Write field by field; what is read again must be what was wanted, or nothing is taken."""
    document: Document | None = reviewed
    for path, beside in _fields(reviewed.data):
        value = value_at(wanted, path)
        if document is not None and value != value_at(document.data, path):
            document = _with(document, path, beside, value)
    if document is None:
        return None
    read, before = _documents(parse(document.source)), _documents(parse(reviewed.source))
    is_right = _kept(read, reviewed) == _kept(before, reviewed)
    return document.source.content.decode() if is_right else None


def _with(document: Document, path: Path, beside: str, value: Json) -> Document | None:
    if not isinstance(value, str):  # a training may not take a version or a digest away
        return None
    text, name = document.source.content.decode(), cast("str", path[-1])
    if value_at(document.data, path) is not None:
        span = document.span(path)
        start, end = offset_of(text, span.start), offset_of(text, span.end)
        return _read(document, text[:start] + emit_scalar(value) + text[end:], path, value)
    place = document.key_span((*path[:-1], beside)).start
    start, line = offset_of(text, place), f"{name}: {emit_scalar(value)}"
    ends = ("\n" + " " * (place.column - 1), ", ")  # of a block, and of a flow mapping
    tried = (_read(document, text[:start] + line + end + text[start:], path, value) for end in ends)
    return next((each for each in tried if each is not None), None)


def _read(document: Document, text: str, path: Path, value: Json) -> Document | None:
    found = parse(SourceText(document.source.file, text.encode()))
    same = next((each for each in found.documents if each.index == document.index), None)
    is_right = not found.diagnostics and same is not None and value_at(same.data, path) == value
    return same if is_right else None
