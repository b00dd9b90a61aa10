"""What one line of everyday YAML says, by itself: nothing that another line could change.

Everyday are plain keys, and values that end on their line: plain and quoted ones without escapes,
flow collections of such values, and the heads of block scalars. Whatever else a line holds, or
might hold to one of the parsers, has no shape here.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from mlspec.syntax._clean import UncleanError, known_key
from mlspec.syntax._scalars import TYPED_STARTS, Trouble, resolve

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["SEPARATOR", "Flow", "Is", "Line", "shape_of"]

_CACHED_LINES: Final = 8192
_CACHED_LENGTH: Final = 120
_DEEPEST_FLOW: Final = 16
"""Each collection takes three calls in here; hostile lines hold thousands."""
_KEY = r"[A-Za-z_][A-Za-z0-9_./-]{0,99}"
_QUOTED = r"""'[^']*'|"[^"\\]*\""""
_WORD = r"(?:[A-Za-z0-9_/.+]|-(?=[0-9]))[A-Za-z0-9_/.+@=()<%-]*"
_FLOWING = rf"(?:{_QUOTED}|{_WORD}(?: {_WORD})*)"
"""A value in a flow collection; there are more, on which it is not worth while to agree."""
_COMMENT = r"(?: +#.*)?"
_LINE: Final = re.compile(rf"( *)(-[ ]+)?(?:({_KEY}):(?: +|\Z))?(.*)")
_PLAIN: Final = re.compile(r"(?:[A-Za-z0-9_/.+~$(<=^;\\]|-(?=[0-9])|[^\0-\x7f]).*")
_QUOTE: Final = re.compile(rf"({_QUOTED}){_COMMENT}")
_BLOCK: Final = re.compile(rf"([|>]-?){_COMMENT}")
_FLOW_ITEM: Final = re.compile(_FLOWING)
_FLOW_KEY: Final = re.compile(rf"({_KEY}): ")
_FLOW_COMMA: Final = re.compile(", ")
_FLOW_END: Final = re.compile(_COMMENT)


class Is(Enum):
    """What stands behind a key or a dash."""

    SCALAR = 0
    NOTHING = 1
    FLOW = 2
    BLOCK = 3


class Line:
    """A line that holds something: how far in it stands, and what.

    `item` is what stands behind a dash, as a line of its own. `value` is a scalar, the head of a
    block scalar, or a `Flow`.
    """

    __slots__ = ("indent", "is_", "item", "key", "value")

    def __init__(
        self, indent: int, key: str | None, is_: Is, value: Json | Flow, item: Line | None = None
    ) -> None:
        self.indent = indent
        self.item = item
        self.key = key
        self.is_ = is_
        self.value: Any = value


SEPARATOR: Final = Line(-1, None, Is.NOTHING, None)
"""What stands between two documents."""


class Flow:
    """A flow collection: how many values it has, itself included, and how deep it is."""

    __slots__ = ("_at", "_data", "_text", "depth", "size")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.size = self.depth = 0
        data = self._collection(1)
        self._take(_FLOW_END)
        if self._at < len(text):
            raise UncleanError
        self._data = data

    def data(self) -> Json:
        """Return what it holds, anew each time."""
        return self._data.copy() if self.depth == 1 else _copied(self._data)

    def _value(self, depth: int) -> Json:
        start = self._text[self._at : self._at + 1]
        if start in ("[", "{"):
            return self._collection(depth)
        self.size += 1
        text = self._take(_FLOW_ITEM)[0]
        return text[1:-1] if start in "'\"" else _resolved(text)

    def _collection(self, depth: int) -> dict[str, Json] | list[Json]:
        if depth > _DEEPEST_FLOW:
            raise UncleanError
        is_list = self._text[self._at] == "["
        self._at += 1
        self.size += 1
        self.depth = max(self.depth, depth)
        return self._list(depth + 1) if is_list else self._mapping(depth + 1)

    def _list(self, depth: int) -> list[Json]:
        data: list[Json] = []
        while not self._ends("]", is_first=not data):
            data.append(self._value(depth))
        return data

    def _mapping(self, depth: int) -> dict[str, Json]:
        data: dict[str, Json] = {}
        while not self._ends("}", is_first=not data):
            key = known_key(self._take(_FLOW_KEY)[1])
            if key in data:
                raise UncleanError
            data[key] = self._value(depth)
        return data

    def _ends(self, end: str, *, is_first: bool) -> bool:
        """Step over the end of a collection, or what stands between two of its values."""
        if self._text.startswith(end, self._at):
            self._at += 1
            return True
        if not is_first:
            self._take(_FLOW_COMMA)
        return False

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise UncleanError
        self._at = found.end()
        return found


def _copied(data: Json) -> Json:
    if isinstance(data, dict):
        return {key: _copied(each) for key, each in data.items()}
    return [_copied(each) for each in data] if isinstance(data, list) else data


def shape_of(text: str) -> Line | None:
    """Return the shape of a line; None for one that holds nothing, or only a comment.

    Raises:
        UncleanError: it is not everyday YAML.
    """
    return _known_shape(text) if len(text) <= _CACHED_LENGTH else _shape(text)


def _shape(text: str) -> Line | None:
    if text == "---":
        return SEPARATOR
    found = _LINE.fullmatch(text)
    if found is None:
        raise UncleanError
    blanks, dash, key, rest = found.groups()
    indent, width = len(blanks), len(dash or "")
    if key is None and dash is None:
        if rest and rest[0] != "#":
            raise UncleanError
        return None
    is_, value = _value(rest.rstrip(" "))
    if key is None and is_ is Is.NOTHING:
        raise UncleanError
    line = Line(indent + width, None if key is None else known_key(key), is_, value)
    return Line(indent, None, Is.NOTHING, None, item=line) if dash else line


# the same lines stand in most specs: nine of ten are known
_known_shape = lru_cache(maxsize=_CACHED_LINES)(_shape)


def _value(text: str) -> tuple[Is, Json | Flow]:
    """Return what stands behind a key or a dash."""
    start = text[:1]
    if not start or start == "#":
        return Is.NOTHING, None
    if start in "'\"":
        return Is.SCALAR, _matched(_QUOTE, text)[1][1:-1]
    if start in "|>":
        return Is.BLOCK, _matched(_BLOCK, text)[1]
    if start in "[{":
        return Is.FLOW, Flow(text)
    return Is.SCALAR, _plain(_matched(_PLAIN, text)[0])


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise UncleanError
    return found


def _plain(text: str) -> Json:
    text = text.partition(" #")[0].rstrip(" ")
    if ": " in text or text.endswith(":"):
        raise UncleanError
    return _resolved(text)


def _resolved(text: str) -> Json:
    value = resolve(text) if text[:1] in TYPED_STARTS else text
    if isinstance(value, Trouble):
        raise UncleanError
    return value
