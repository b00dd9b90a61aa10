"""Where PromQL goes wrong: the parser says what, and not where.

The first word that no end makes right is looked for: each beginning of an expression is completed
in some ways and parsed, halving the words each time, so that long ones cost little more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Place", "misplaced_word", "named_word"]

_TOKEN = re.compile(
    r"(?P<skip>\s+|#[^\n]*)|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`"
    r"|[A-Za-z_:][A-Za-z0-9_:.]*|[0-9][0-9A-Za-z_.]*|[=!<>]=|[=!]~|.",
    re.DOTALL,
)
_ENDS = ("", "x", "5m", "1", "(x)", '"x"', '="x"', 'x="x"', "(x) (x)", "x) (x", ") (x)")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_MOST = 1000
_QUOTED = re.compile(r"'([^']+)'|syntax: (\S+)")

Place = tuple[int, int]
"""Where a word starts in an expression, from 0, and how many characters it has."""


def misplaced_word(expression: str, is_refused: Callable[[str], bool]) -> Place | None:
    """Return the first word after which nothing can follow that would make an expression.

    None where there are more words than are looked at, or where the end is missing.
    """
    places = [
        (found.start(), len(found[0])) for found in _TOKEN.finditer(expression) if not found["skip"]
    ]
    if not places or len(places) > _MOST:
        return None
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) // 2
        start, length = places[middle]
        if _can_end(expression[: start + length], is_refused):
            low = middle + 1
        else:
            high = middle
    return places[low] if low < len(places) else None


def _can_end(beginning: str, is_refused: Callable[[str], bool]) -> bool:
    closing = _closing(beginning)
    separators = ("", " ")
    return any(
        not is_refused(f"{beginning}{space}{end}{_without(closing, end)}")
        for end in _ENDS
        for space in separators
    )


def _without(closing: str, end: str) -> str:
    """Ends such as `) (x)` close one bracket themselves."""
    return closing[1:] if end.count(")") > end.count("(") or end.startswith(")") else closing


def _closing(text: str) -> str:
    """Return the brackets that close those which are open, the last one first."""
    opened = ""
    for found in _TOKEN.finditer(text):
        if found[0] in _PAIRS:
            opened = _PAIRS[found[0]] + opened
        elif opened and found[0] == opened[0]:
            opened = opened[1:]
    return opened


def named_word(expression: str, problem: str) -> Place | None:
    """Return the word that a problem names in quotes, where it stands once in the expression."""
    found = _QUOTED.search(problem)
    word = (found[1] or found[2]) if found else None
    if word is None or expression.count(word) != 1:
        return None
    return expression.index(word), len(word)
