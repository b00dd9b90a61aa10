"""Hints that name what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["meant"]

_MOST = 200
"""Comparing a word with more names takes longer than reading them."""


def meant(word: str, known: Collection[str], otherwise: str) -> str:
    """Return a hint with the closest of some names, or another one where none is close."""
    close = did_you_mean(word, known) if len(known) <= _MOST else None
    return f"did you mean `{close}`?" if close else otherwise
