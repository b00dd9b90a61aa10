"""Patterns with `*` and `?`; brackets are plain, because paths such as `gates[auc]` hold them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["glob"]

_STARS = re.compile(r"\*+")  # several in a row mean what one does, and cost far more


def glob(pattern: str) -> Callable[[str], bool]:
    """Return a test for texts that fit a pattern as a whole."""
    escaped = re.escape(_STARS.sub("*", pattern)).replace(r"\*", ".*").replace(r"\?", ".")
    compiled = re.compile(escaped, re.DOTALL)
    return lambda text: compiled.fullmatch(text) is not None
