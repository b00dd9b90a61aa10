"""Files that hold others: tar, HDF5, and what a ZIP archive of Keras holds. Nothing is unpacked.

A magic number alone is no container: a tar has a checksum over its first header, HDF5 a superblock
that says where its root is. Both are looked for wherever their readers look.
"""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["is_hdf5", "is_keras", "is_tar"]

_HDF5 = b"\x89HDF\r\n\x1a\n"
_FIRST_PLACE = 512
"""A superblock stands at 0 or at 512, 1024, 2048 and so on (HDF5 file format, II.A)."""
_WIDTHS = frozenset({2, 4, 8, 16, 32})
"""Bytes of an address or a length."""
_SYMBOL_TABLE = {0: 24, 1: 28}
"""Where addresses begin in a superblock of the old versions."""
_COMPACT = {2, 3}
_COMPACT_ADDRESSES = 12
_END_OF_FILE = 2
"""Which of the addresses says where the file ends; the first is that of the superblock."""


def is_tar(content: bytes) -> bool:
    """Tell whether the first block is the header of a tar, with the sum of its bytes in it.

    Old archives have no `ustar`, and readers do not ask for it: the checksum decides.
    """
    block = content[: tarfile.BLOCKSIZE]
    if not block[:1].strip(b"\x00"):
        return False
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError, OverflowError, IndexError):
        return False
    return True


def is_hdf5(content: bytes) -> bool:
    """Tell whether there is a superblock whose root group lies in the file.

    Its checksum is left to readers: what is refused as HDF5 need not be loadable.
    """
    return any(_has_superblock(content, place) for place in _places(len(content)))


def _places(size: int) -> Iterator[int]:
    yield 0
    place = _FIRST_PLACE
    while place < size:
        yield place
        place *= 2


def _has_superblock(content: bytes, place: int) -> bool:
    if content[place : place + len(_HDF5)] != _HDF5 or len(content) < place + 48:
        return False
    version = content[place + 8]
    if version in _COMPACT:
        width, length = content[place + 9], content[place + 10]
        start, root = place + _COMPACT_ADDRESSES, 3
    elif version in _SYMBOL_TABLE:
        width, length = content[place + 13], content[place + 14]
        start, root = place + _SYMBOL_TABLE[version], 5
    else:
        return False
    if not {width, length} <= _WIDTHS:
        return False
    base, end, header = (
        int.from_bytes(content[start + n * width : start + (n + 1) * width], "little")
        for n in (0, _END_OF_FILE, root)
    )
    return _has_root(content, place, end - base, header)


def _has_root(content: bytes, place: int, size: int, header: int) -> bool:
    """Tell whether an object header stands where the root is said to be.

    `size` is that of the file from its superblock on; `header` counts from there, too.
    """
    if not 0 < header < size or place + size > len(content):
        return False
    start = content[place + header : place + header + 4]
    return start == b"OHDR" or start[:2] == b"\x01\x00"


def is_keras(names: Collection[str]) -> bool:
    """Tell whether the members of an archive are those of Keras 3: a config beside weights."""
    weights = any(each.startswith("model.weights.") for each in names)
    return {"config.json", "metadata.json"} <= {*names} and weights
