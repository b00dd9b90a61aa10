"""Suggestions for misspelt keys, values and references."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["did_you_mean"]

_LONGEST = 80
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+|[^\w\s@./:-]+")
"""Parts of `fooBar`, `foo-bar` and `foo/bar`; what separates them says nothing."""
_LETTERS_PER_SLIP = 3
_MOST_SLIPS = 3


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """Return the closest choice to a word, or None when nothing is close.

    Close is the same word with slips: in each part of it, such as `max` in `maxReplicas`, one of
    three letters may be another one, missing, too many or swapped with the next. Case and
    separators count for nothing. Whole parts may be missing at one end, up to about half of the
    word, as in `churn` for `model/churn`. No other word is suggested: a wrong guess costs more than
    none.
    """
    asked = _parts(word[:_LONGEST])
    found = ((_slips(asked, _parts(choice[:_LONGEST])), choice) for choice in choices)
    close = [(slips, choice) for slips, choice in found if slips is not None]
    return min(close)[1] if close else None


def _parts(text: str) -> list[str]:
    return [each.casefold() for each in _PARTS.findall(text)]


def _slips(asked: Sequence[str], parts: Sequence[str]) -> int | None:
    """Return how many slips lie between two words; None where they are different words."""
    if not asked or not parts:
        return None
    if len(asked) == len(parts):
        return _by_parts(asked, parts)
    joined = _distance("".join(asked), "".join(parts))
    return joined if joined is not None else _missing(*sorted((asked, parts), key=len))


def _by_parts(asked: Sequence[str], parts: Sequence[str]) -> int | None:
    each = [_distance(one, other) for one, other in zip(asked, parts, strict=True)]
    known = [slips for slips in each if slips is not None]
    return sum(known) if len(known) == len(each) and sum(known) <= _MOST_SLIPS else None


def _missing(short: Sequence[str], long: Sequence[str]) -> int | None:
    """Return a count beyond all slips where parts at one end are all else that is missing."""
    letters, others = (sum(map(len, each)) for each in (short, long))
    if 2 * letters + _MOST_SLIPS < others:
        return None
    ends = (_by_parts(short, each) for each in (long[: len(short)], long[-len(short) :]))
    known = [slips for slips in ends if slips is not None]
    return _MOST_SLIPS + others - letters + min(known) if known else None


@lru_cache(maxsize=1024)
def _distance(one: str, other: str) -> int | None:
    """Return the slips between two parts; None where they are more than their length allows."""
    longest = max(len(one), len(other))
    allowed = min(_MOST_SLIPS, longest // _LETTERS_PER_SLIP)
    if one == other:
        return 0
    if abs(len(one) - len(other)) > allowed or len({*one} ^ {*other}) > 2 * allowed:
        return None
    return _counted(one, other, allowed)


def _counted(one: str, other: str, allowed: int) -> int | None:
    """Return how many letters are replaced, left out, added or swapped with their neighbour.

    No letter of a close word is further from its place than the slips that are allowed.
    """
    beyond = allowed + 1
    earlier: list[int] = []
    row = [*range(beyond), *[beyond] * len(other)]
    for place, letter in enumerate(one):
        first, last = max(place - allowed, 0), min(place + beyond, len(other))
        current = [beyond] * (len(other) + 1)
        current[first] = min(place + 1, beyond) if not first else beyond
        for at in range(first, last):
            wanted = other[at]
            cost = min(row[at + 1] + 1, current[at] + 1, row[at] + (letter != wanted))
            if place and at and letter == other[at - 1] and one[place - 1] == wanted:
                cost = min(cost, earlier[at - 1] + 1)
            current[at + 1] = cost
        if min(current) > allowed:
            return None
        earlier, row = row, current
    return row[len(other)] if row[len(other)] <= allowed else None
