"""Suggestions for misspelt keys, values and references."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean"]


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """Return the closest choice to a word, or None when nothing is close."""
    folded = {choice.casefold(): choice for choice in sorted(choices, reverse=True)}
    matches = get_close_matches(word[:80].casefold(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None
