"""GGUF: keys, tensors, and their values to the last byte. Nothing is loaded.

Source: the specification of GGUF (ggml, docs/gguf.md) and the sizes of its blocks in gguf-py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["is_gguf"]

_VERSIONS = (2, 3)
_HEAD = 24
"""Magic, version, number of tensors, number of keys."""
_LONGEST_NAME = 65_535
_FIXED = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of a value, by its type; a text and an array say how long they are."""
_TEXT, _ARRAY, _WHOLE = 8, 9, 4
_MOST_STEPS = 10_000_000
_MOST_DIMENSIONS = 4
_ALIGNMENT = 32
_BLOCKS = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    9: (32, 40),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    16: (256, 66),
    17: (256, 74),
    18: (256, 98),
    19: (256, 50),
    20: (32, 18),
    21: (256, 110),
    22: (256, 82),
    23: (256, 136),
    24: (1, 1),
    25: (1, 2),
    26: (1, 4),
    27: (1, 8),
    28: (1, 8),
    29: (256, 56),
    30: (1, 2),
    34: (256, 54),
    35: (256, 66),
    39: (32, 17),
    40: (64, 36),
    41: (128, 18),
}
"""Values of a block and its bytes, by the type of a tensor."""


class _BrokenError(ValueError):
    """The bytes do not go on as the format says."""


class _Tensor(NamedTuple):
    """Where the values of a tensor begin, and how many bytes they take if its type is known."""

    offset: int
    size: int | None


def is_gguf(content: bytes) -> bool:
    """Tell whether the bytes are a whole GGUF file and nothing beside it.

    Keys and tensors can be walked over, and the values of the tensors follow each other to the end,
    each from a multiple of the alignment. A tensor of a type that is newer than the table reaches
    to the next one. A file without keys is no model.
    """
    if not content.startswith(b"GGUF"):
        return False
    try:
        return _number(content, 4, 4) in _VERSIONS and _Walk(content).is_whole()
    except _BrokenError:
        return False


def _number(content: bytes, at: int, size: int) -> int:
    if at + size > len(content):
        raise _BrokenError
    return int.from_bytes(content[at : at + size], "little")


class _Walk:
    """A place in the file that moves on, field by field."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = _HEAD
        self.steps = 0
        self.alignment = _ALIGNMENT

    def is_whole(self) -> bool:
        """Tell whether keys, tensors and values fill the file."""
        tensors, keys = _number(self.content, 8, 8), _number(self.content, 16, 8)
        if not keys:
            return False
        for _ in range(self._bounded(keys)):
            self._key()
        found = [self._tensor() for _ in range(self._bounded(tensors))]
        start = _up(self.place, self.alignment) if tensors else self.place
        return self._fills(found, len(self.content) - start)

    def _fills(self, tensors: list[_Tensor], size: int) -> bool:
        """Tell whether tensors follow each other to the end, the last one aligned or not."""
        end = 0
        following = [each.offset for each in tensors[1:]]
        for each, behind in zip(tensors, [*following, size], strict=False):
            if each.offset != _up(end, self.alignment):
                return False
            taken = behind - each.offset if each.size is None else each.size
            end = each.offset + taken
        return size in {end, _up(end, self.alignment)}

    def _bounded(self, count: int) -> int:
        """Return a count that the rest of the file has room for."""
        if count > len(self.content) - self.place:
            raise _BrokenError
        return count

    def _read(self, size: int) -> int:
        value = _number(self.content, self.place, size)
        self._skip(size)
        return value

    def _skip(self, size: int) -> None:
        self.place += size
        self.steps += 1
        if self.place > len(self.content) or self.steps > _MOST_STEPS:
            raise _BrokenError

    def _name(self) -> bytes:
        length = self._read(8)
        name = self.content[self.place : self.place + min(length, _LONGEST_NAME + 1)]
        if not name or length > _LONGEST_NAME:
            raise _BrokenError
        self._skip(length)
        return name

    def _key(self) -> None:
        name = self._name()
        if not (name.isascii() and name.decode().isprintable()):
            raise _BrokenError
        kind = self._read(4)
        if name == b"general.alignment" and kind == _WHOLE:
            self.alignment = _number(self.content, self.place, 4)
            if not self.alignment or self.alignment % 8:
                raise _BrokenError
        self._value(kind)

    def _value(self, kind: int) -> None:
        if kind in _FIXED:
            self._skip(_FIXED[kind])
        elif kind == _TEXT:
            self._skip(self._read(8))
        elif kind == _ARRAY:
            self._array()
        else:
            raise _BrokenError

    def _array(self) -> None:
        """Pass over an array; one of arrays is written by nobody, and not read."""
        kind, count = self._read(4), self._read(8)
        if kind in _FIXED:
            self._skip(_FIXED[kind] * count)
        elif kind == _TEXT:
            for _ in range(self._bounded(count)):
                self._skip(self._read(8))
        else:
            raise _BrokenError

    def _tensor(self) -> _Tensor:
        self._name()
        dimensions = self._read(4)
        if dimensions > _MOST_DIMENSIONS:
            raise _BrokenError
        values = math.prod(self._read(8) for _ in range(dimensions))
        kind, offset = self._read(4), self._read(8)
        if kind not in _BLOCKS:
            return _Tensor(offset, None)
        block, size = _BLOCKS[kind]
        if values % block:
            raise _BrokenError
        return _Tensor(offset, values // block * size)


def _up(place: int, alignment: int) -> int:
    return -(-place // alignment) * alignment
