"""Places inside of a text that a file may fold, indent or quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["place_inside"]

_BLOCKS = ("|", ">")
_QUOTES = ('"', "'")


def place_inside(
    span: Span, text: str, inside: tuple[int, int], lines: Sequence[str]
) -> Span | None:
    """Return where characters of a text stand in its file; None where that can't be told.

    Folding and indenting change blanks alone, so the characters between them are counted. Escapes
    of quoted texts change others: then nothing is told.
    """
    start, length = inside
    before = sum(not each.isspace() for each in text[:start])
    places = list(_characters(span, lines))
    if start < 0 or not text[start:][:1].strip() or before >= len(places):
        return None
    written = "".join(character for _, _, character in places)
    if not written.startswith("".join(text.split())):
        return None
    line, column, _ = places[before]
    end = min(column + max(length, 1), len(lines[line - 1]) + 1)
    return Span(span.file, Position(line, column), Position(line, end))


def _characters(span: Span, lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield line, column and character of what is written in a span, without blanks and marks."""
    first, column = span.start.line, span.start.column
    mark = lines[first - 1][column - 1 : column] if first <= len(lines) else ""
    if mark in _BLOCKS:
        first, column = first + 1, 1
    elif mark in _QUOTES:
        column += 1
    for number in range(first, min(span.end.line, len(lines)) + 1):
        line = lines[number - 1]
        stop = span.end.column - 1 if number == span.end.line else len(line)
        for index in range(column - 1 if number == first else 0, stop):
            if not line[index].isspace():
                yield number, index + 1, line[index]
