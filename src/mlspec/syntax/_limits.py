"""How much of a file is read: hostile input is refused early, by count, never by time."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Limits"]


class Limits(NamedTuple):
    """The bounds of one file; the defaults are far above what any spec needs.

    Not a data class: those import `inspect`, a quarter of the time that one file takes.
    """

    file_bytes: int = 2 << 20
    scalar_characters: int = 1 << 20
    depth: int = 64
    # keys, scalars, lists and mappings of a file together
    nodes: int = 250_000
    aliases: int = 10_000
    # nodes that aliases stand for, all of a file together ("billion laughs")
    expanded_nodes: int = 100_000
    # diagnostics of one file; what follows is counted in one note
    problems: int = 100
