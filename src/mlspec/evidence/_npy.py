"""NPY, numpy's format of one array: a header that is a Python literal, then the values."""

from __future__ import annotations

import ast
import math
import re

__all__ = ["npy_kind"]

_MAGIC = b"\x93NUMPY"
_LENGTHS = {1: 2, 2: 4, 3: 4}
"""Bytes of the header's length, by version."""
_LONGEST_HEADER = 10_000
"""As numpy itself: `ast.literal_eval` of more takes much memory."""
_TYPE = re.compile(r"[<>|=]?([?biufcSUVmM])(\d{1,9})?(?:\[[^\]]{1,20}\])?", re.ASCII)
_NO_LITERAL = (ValueError, SyntaxError, TypeError, MemoryError, RecursionError)
_PER_CHARACTER = 4
"""Bytes of a character of the type `U`."""


def npy_kind(content: bytes) -> str | None:
    """Return `numpy`, `numpy-with-pickle` for objects, or None for what is no whole array.

    numpy unpickles objects, so that a header which says `O` anywhere is enough. An array of numbers
    or text fills the file to its last byte.
    """
    if not content.startswith(_MAGIC) or content[6:7] not in {b"\x01", b"\x02", b"\x03"}:
        return None
    start = 8 + _LENGTHS[content[6]]
    length = int.from_bytes(content[8:start], "little")
    header = content[start : start + min(length, _LONGEST_HEADER)]
    if b"O" in re.sub(rb"'fortran_order'|\bFalse\b|\bTrue\b", b"", header):
        return "numpy-with-pickle"
    size = _size(header)
    return None if size is None or start + length + size != len(content) else "numpy"


def _size(header: bytes) -> int | None:
    """Return how many bytes the values take that a header announces."""
    try:
        stated = ast.literal_eval(header.decode("latin-1").strip())
    except _NO_LITERAL:
        return None
    match stated:
        case {"descr": kind, "fortran_order": bool(), "shape": tuple(shape)}:
            return _times(_width(kind), shape)
        case _:
            return None


def _times(width: int | None, shape: tuple[object, ...]) -> int | None:
    sizes = [each for each in shape if isinstance(each, int) and each >= 0]
    return None if width is None or len(sizes) < len(shape) else width * math.prod(sizes)


def _width(kind: object) -> int | None:
    """Return the bytes of one value, fields of a structure added up; None where it is unknown."""
    if isinstance(kind, str):
        return _simple(kind)
    return _structured(kind) if isinstance(kind, list) else None


def _simple(kind: str) -> int | None:
    found = _TYPE.fullmatch(kind)
    if found is None:
        return None
    return int(found[2] or 1) * (_PER_CHARACTER if found[1] == "U" else 1)


def _structured(fields: list[object]) -> int | None:
    widths = [_field(each) for each in fields]
    known = [each for each in widths if each is not None]
    return sum(known) if len(known) == len(widths) else None


def _field(stated: object) -> int | None:
    match stated:
        case (_, kind):
            return _width(kind)
        case (_, kind, tuple(shape)):
            return _times(_width(kind), shape)
        case _:
            return None
