"""The quickest way: data of files of which every line is everyday YAML.

Reads no characters but lines, most of which it has met before, and gives up (None) at the first
one that says more than `_shapes` knows. `_clean` then reads the file. Both give the same data and
lines (property-tested).
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

from mlspec.syntax._clean import UncleanError
from mlspec.syntax._shapes import SEPARATOR, Is, Line, shape_of

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.syntax._clean import Clean
    from mlspec.syntax._limits import Limits
    from mlspec.syntax._shapes import Flow

__all__ = ["compose_everyday"]

_END = Line(-1, None, Is.NOTHING, None)
_BREAKS = re.compile("\n+")


def compose_everyday(text: str, limits: Limits) -> list[Clean] | None:
    """Return what is in each document, empty ones left out; None: look closer."""
    is_small = len(text) <= min(limits.nodes, limits.scalar_characters)
    if not is_small or "\t" in text or not text.endswith("\n"):
        return None
    try:
        return _Reader(text, limits).documents() or None
    except UncleanError:
        return None


class _Reader:
    """Goes through the lines; `_number` is that of the line that was read last, from 0."""

    __slots__ = ("_limit", "_lines", "_number", "_texts")

    def __init__(self, text: str, limits: Limits) -> None:
        self._texts = text.split("\n")
        self._number = -1
        self._limit = limits.depth
        self._lines = array("I")

    def documents(self) -> list[Clean]:
        found: list[Clean] = []
        index = -1
        line = self._next()
        while line is not _END:
            line = self._next() if line is SEPARATOR else line
            index += 1
            if line.indent >= 0:
                start = self._number + 1, line.indent + 1
                self._lines = lines = array("I")
                data, line = self._collection(line, 1)
                found.append((index, data, start, lines))
            if line.indent >= 0:
                raise UncleanError
        return found

    def _next(self) -> Line:
        """Return the next line that holds something."""
        texts, number = self._texts, self._number + 1
        while number < len(texts):
            line = shape_of(texts[number])
            if line is not None:
                self._number = number
                return line
            number += 1
        self._number = number
        return _END

    def _collection(self, line: Line, depth: int) -> tuple[Json, Line]:
        """Return what starts at a line, and the line behind it."""
        if depth > self._limit:
            raise UncleanError
        self._lines.append(self._number)
        return self._mapping(line, depth) if line.item is None else self._sequence(line, depth)

    def _mapping(self, line: Line, depth: int) -> tuple[dict[str, Json], Line]:
        note, scalar = self._lines.append, Is.SCALAR
        data: dict[str, Json] = {}
        indent = line.indent
        while line.indent == indent and (key := line.key) is not None:
            if key in data:
                raise UncleanError
            if line.is_ is scalar:
                note(self._number)
                data[key] = line.value
                line = self._next()
            else:
                data[key], line = self._below(line, indent, depth + 1)
        if line.indent > indent:
            raise UncleanError
        return data, line

    def _sequence(self, line: Line, depth: int) -> tuple[list[Json], Line]:
        data: list[Json] = []
        indent = line.indent
        while line.indent == indent and (item := line.item) is not None:
            value: Json
            if item.key is not None:
                value, line = self._collection(item, depth + 1)
            elif item.is_ is Is.SCALAR:
                self._lines.append(self._number)
                value, line = item.value, self._next()
            else:
                value, line = self._below(item, indent, depth + 1)
            data.append(value)
        if line.indent > indent:
            raise UncleanError
        return data, line

    def _below(self, line: Line, indent: int, depth: int) -> tuple[Json, Line]:
        """Return the value of a line that is no scalar on it, and the line behind the value."""
        number = self._number
        if line.is_ is Is.NOTHING:
            following = self._next()
            is_item = following.item is not None and following.indent == indent
            if is_item or following.indent > indent:
                return self._collection(following, depth)
            self._lines.append(number)
            return None, following
        if line.is_ is Is.BLOCK:
            self._lines.append(number)
            return self._block(line.value, indent), self._next()
        flow: Flow = line.value
        if depth + flow.depth - 1 > self._limit:
            raise UncleanError
        self._lines.extend([number] * flow.size)
        return flow.data(), self._next()

    def _block(self, head: str, indent: int) -> str:
        """Return the text of a block scalar, which stands further in than a column."""
        texts, start = self._texts, self._number + 1
        first = texts[start]
        inside = first[: len(first) - len(first.lstrip(" "))]
        if len(inside) <= indent or len(inside) == len(first):
            raise UncleanError
        end = start
        while not texts[end] or texts[end].startswith(inside):
            end += 1
            if end == len(texts):
                break
        else:
            if texts[end].isspace():  # a line further on may still be of the text
                raise UncleanError
        self._number = end - 1
        text = "\n".join([each[len(inside) :] for each in texts[start:end]]).rstrip("\n")
        if head[0] == ">":
            text = _folded(text)
        return text if head[1:] else text + "\n"


def _folded(text: str) -> str:
    """Return a text with its lines joined: an empty line ends one."""
    if "\n " in text:  # what stands further in is not joined
        raise UncleanError
    return _BREAKS.sub(lambda found: "\n" * (len(found[0]) - 1) or " ", text)
