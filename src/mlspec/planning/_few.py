"""The first of many lines, in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SHOWN", "few"]

SHOWN: Final = 3


def few(lines: Sequence[str]) -> str:
    """Return the first lines in one, and how many more there are."""
    rest = len(lines) - SHOWN
    return "; ".join(lines[:SHOWN]) + (f"; and {rest} more" if rest > 0 else "")
