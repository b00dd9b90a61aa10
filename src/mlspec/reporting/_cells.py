"""Small parts of text reports: safe cells, aligned rows, colours."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.printable import counted
from mlspec.printable import printable as clean

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Style", "clean", "clipped", "counted", "short", "table"]

_WIDEST = 60
_SHORT_CHARACTERS = 12


class Style(StrEnum):
    """A colour of the terminal, by its escape sequence."""

    GREEN = "\x1b[32m"
    RED = "\x1b[31m"
    YELLOW = "\x1b[33m"

    def paint(self, text: str, *, colour: bool) -> str:
        """Return the text in the colour, or as it is."""
        return f"{self.value}{text}\x1b[0m" if colour else text


def short(digest: str) -> str:
    """Return the beginning of a digest or lineage, long enough to tell two apart."""
    algorithm, colon, value = digest.rpartition(":")
    return f"{algorithm}{colon}{value[:_SHORT_CHARACTERS]}"


def clipped(text: str, most: int) -> str:
    """Return a text, or the beginning of one that is longer than this."""
    return text if len(text) <= most else text[: most - 3] + "..."


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows whose columns are aligned; a cell that is too wide pushes only its own row."""
    widths = [
        max((len(cell) for cell in column if len(cell) <= _WIDEST), default=0)
        for column in zip(*rows, strict=True)
    ]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
