"""Writing one value into a text of specs: comments, order and layout of the rest stay.

Every edit is proven: the new text is parsed, and must hold exactly what it held before, and the
value.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from mlspec.syntax._emit import emit_scalar
from mlspec.syntax._parse import parse
from mlspec.syntax._source import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path, Position
    from mlspec.syntax._document import Document

__all__ = ["offset_of", "with_text"]


def with_text(document: Document, path: Path, value: str) -> str | None:
    """Return the text of a document's file with a string at a path of keys.

    Mappings that are not there yet are written in flow style. None where the layout of the file
    gives no place for it, as where a value of the path is an alias.
    """
    wanted = _expected(document, path, value)
    for text in _candidates(document, path, value):
        found = parse(SourceText(document.source.file, text.encode()))
        if not found.diagnostics and {e.index: e.data for e in found.documents} == wanted:
            return text
    return None


def _expected(document: Document, path: Path, value: str) -> dict[int, Json]:
    before = parse(document.source)
    expected = {each.index: deepcopy(each.data) for each in before.documents}
    inner = expected[document.index]
    for step in path[:-1]:
        if not isinstance(inner, dict):
            return {}
        if inner.get(str(step)) is None:
            inner[str(step)] = {}
        inner = inner[str(step)]
    if isinstance(inner, dict):
        inner[str(path[-1])] = value
    return expected


def _candidates(document: Document, path: Path, value: str) -> Iterator[str]:
    text = document.source.content.decode()
    depth, held = _deepest(document.data, path)
    rest = path[depth:]
    if not rest or not isinstance(held, dict):
        span = document.span(path[:depth])
        start, end = offset_of(text, span.start), offset_of(text, span.end)
        new = _flow(rest, value)
        yield text[:start] + new + text[end:]
        yield f"{text[: end + 1]} {new}{text[end + 1 :]}"  # after the colon, where nothing stands
    elif held:
        place = document.key_span((*path[:depth], next(iter(held)))).start
        start, line = (
            offset_of(text, place),
            f"{emit_scalar(str(rest[0]))}: {_flow(rest[1:], value)}",
        )
        for end_of_entry in ("\n" + " " * (place.column - 1), ", "):  # in a block, in a flow
            yield text[:start] + line + end_of_entry + text[start:]
    else:
        span = document.span(path[:depth])
        start, end = offset_of(text, span.start), offset_of(text, span.end)
        yield text[:start] + _flow(rest, value) + text[end:]


def _deepest(data: Json, path: Path) -> tuple[int, Json]:
    """Return how much of a path is there, and what is at its end."""
    for depth, step in enumerate(path):
        if not isinstance(data, dict) or str(step) not in data:
            return depth, data
        data = data[str(step)]
    return len(path), data


def _flow(path: Path, value: str) -> str:
    if not path:
        return emit_scalar(value)
    return f"{{{emit_scalar(str(path[0]))}: {_flow(path[1:], value)}}}"


def offset_of(text: str, place: Position) -> int:
    """Return how many characters stand before a place in a text."""
    lines = text.splitlines(keepends=True) if "\r" in text else text.split("\n")
    ended = 0 if "\r" in text else 1
    return sum(len(each) + ended for each in lines[: place.line - 1]) + place.column - 1
