"""Names that somebody wrote down, though nothing could be bound under them.

A document that a syntax error took, or whose kind nobody knows, has one problem; that others refer
to it is not another one. A claim is (kind, name), with an empty kind where any kind may be meant.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mlspec.syntax import SourceText

__all__ = ["claimed_names", "is_claimed"]

_NAMES = 1000
_NAME = re.compile(
    r"""(?<![\w.-])["']?name["']?[ \t]{0,8}:[ \t]{0,8}["']?([A-Za-z0-9][A-Za-z0-9_.-]{0,252})"""
)


def is_claimed(claims: Collection[tuple[str, str]], kind: str, name: str) -> bool:
    """Tell whether a document that could not be bound may be the one of this kind and name."""
    return (kind, name) in claims or ("", name) in claims


def claimed_names(source: SourceText, readable: Iterable[int]) -> frozenset[str]:
    """Return what follows `name:` outside of the documents that start at the readable lines."""
    found = (match for line in _rest(source.lines, readable) for match in _NAME.finditer(line))
    return frozenset(match[1] for match in islice(found, _NAMES))


def _rest(lines: tuple[str, ...], readable: Iterable[int]) -> Iterator[str]:
    """Yield the lines of a file without those of the readable documents; lines count from 1."""
    starts = [0, *(index for index, line in enumerate(lines) if line[:3] == "---")]
    known = {bisect_right(starts, line - 1) - 1 for line in readable}
    for number, (start, end) in enumerate(pairwise([*starts, len(lines)])):
        if number not in known:
            yield from lines[start:end]
