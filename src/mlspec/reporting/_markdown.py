"""Markdown that shows text as it is, and that ends before it is too long.

Text from specs becomes no markup, mention, link or reference, and leaves no cell.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from mlspec.reporting._cells import clean, clipped
from mlspec.targets import quote_html, quote_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Room", "code", "code_in_html", "row", "size_of", "strong", "words"]

_LONGEST = 200
# Text that needs no quoting in a code span, nor in one that stands in a cell.
_PLAIN = re.compile(r"[^`|\\\s](?:[^`|\\]*[^`|\\\s])?")
# What GitLab, too, takes for merge requests and milestones; within a code span it does not.
_REFERENCE = re.compile(r"(?<!\\)`[^`]+`|([!%])(?=[\w\"])")


def words(text: str) -> str:
    """Return text for one line or one cell."""
    return _quoted(clipped(clean(text), _LONGEST))


def strong(text: str) -> str:
    """Return words that stand out."""
    shown = words(text)
    return f"**{shown}**" if shown else ""


def code(text: str) -> str:
    """Return text in the type of code where a code span can say it, and quoted text otherwise."""
    shown = clipped(clean(text), _LONGEST)
    return f"`{shown}`" if _PLAIN.fullmatch(shown) else _quoted(shown)


def code_in_html(text: str) -> str:
    """Return text in the type of code for a block of HTML: forges link nothing in there."""
    return f"<code>{quote_html(clipped(clean(text), _LONGEST))}</code>"


def row(*cells: str) -> str:
    """Return a row of a table; the cells are Markdown."""
    return f"| {' | '.join(cells)} |"


def _quoted(text: str) -> str:
    return _REFERENCE.sub(_broken_up, quote_markdown(text))


def _broken_up(found: re.Match[str]) -> str:
    return f"{found[1]}<!-- -->" if found[1] else found[0]


def size_of(lines: Iterable[str]) -> int:
    """Return how many bytes lines take, each with its end."""
    return sum(len(line.encode()) + 1 for line in lines)


class Room:
    """The bytes that are left."""

    def __init__(self, size: int) -> None:
        self.left = size

    def fill(self, blocks: Iterable[str], share: float = 1.0) -> list[str]:
        """Return the first blocks that fit into a share of the room, and give them the room."""
        least = self.left * (1 - share)

        def fits(block: str) -> bool:
            size = size_of([block])
            if self.left - size < least:
                return False
            self.left -= size
            return True

        return [*takewhile(fits, blocks)]
