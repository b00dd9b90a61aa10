"""Which of two values judges less: numbers, durations, severities, and bounds inside of texts.

A text has a direction where nothing but numbers differ, and each of them is what something is
compared with: `psi > 0.1` holds whenever `psi > 0.2` does. Any other text is taken to judge less.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from mlspec.canonical import canonical_json
from mlspec.manifests.checks._durations import go_seconds, prometheus_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlspec.canonical import Json

__all__ = [
    "Less",
    "differs",
    "falls",
    "fires_less",
    "is_longer",
    "is_milder",
    "is_shorter",
    "is_wider",
    "loses",
    "passes_more",
    "rises",
]

Less: TypeAlias = "Callable[[Json, Json], bool]"
"""Tells whether the second value judges less than the first."""

_TOKEN = re.compile(
    r'\s*("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`|[\w.:]+|[<>=!]=|[<>]|&&|\|\||\S)',
    re.DOTALL,
)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?([eE][0-9]+)?|\.[0-9]+", re.ASCII)
_LONGEST = 20_000
_ABOVE, _BELOW = (">", ">="), ("<", "<=")
_ALONGSIDE = ("and", "or", "&&", "||")
"""What joins conditions so that the whole holds more often where one of them does."""
_ENDS = ([], [")"], ["unless"], *([each] for each in _ALONGSIDE))
"""What may follow a bound that is the whole of its side."""
_TURNING = frozenset({"not", "?"})
"""What may turn the meaning of a bound wherever it stands."""
_WEIGHTS = {"info": 0, "none": 0, "ticket": 1, "warning": 1, "page": 2, "critical": 2}


def differs(was: Json, now: Json) -> bool:
    """Tell whether a value is another one."""
    return canonical_json(was) != canonical_json(now)


def rises(was: Json, now: Json) -> bool:
    """Tell whether a number grew; of anything else, whether it differs."""
    if isinstance(was, int | float) and isinstance(now, int | float):
        return now > was
    return differs(was, now)


def falls(was: Json, now: Json) -> bool:
    """Tell whether a number shrank; of anything else, whether it differs."""
    if isinstance(was, int | float) and isinstance(now, int | float):
        return now < was
    return differs(was, now)


def is_longer(was: Json, now: Json) -> bool:
    """Tell whether a duration grew; none is one of no length."""
    return rises(_seconds(was), _seconds(now))


def is_shorter(was: Json, now: Json) -> bool:
    """Tell whether a duration shrank; none is one of no length."""
    return falls(_seconds(was), _seconds(now))


def is_milder(was: Json, now: Json) -> bool:
    """Tell whether a severity sank, or is a word that has no known place."""
    known = [_WEIGHTS.get(each) if isinstance(each, str) else None for each in (was, now)]
    return differs(was, now) if None in known else falls(known[0], known[1])


def is_wider(was: Json, now: Json) -> bool:
    """Tell whether a range `{min, max}` leaves more room on one side."""
    if not isinstance(was, dict) or not isinstance(now, dict):
        return differs(was, now)
    bounds = (("min", falls), ("max", rises))
    return any(was.get(key) is not None and less(was[key], now.get(key)) for key, less in bounds)


def loses(was: Json, now: Json) -> bool:
    """Tell whether a list lacks something that it had."""
    if not isinstance(was, list) or not isinstance(now, list):
        return differs(was, now)
    kept = {canonical_json(each) for each in now}
    return any(canonical_json(each) not in kept for each in was)


def fires_less(was: Json, now: Json) -> bool:
    """Tell whether a condition may no longer hold where it held."""
    return differs(was, now) and not _holds_whenever(was, now)


def passes_more(was: Json, now: Json) -> bool:
    """Tell whether a condition may hold where it did not."""
    return differs(was, now) and not _holds_whenever(now, was)


def _seconds(value: Json) -> Json:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return 0 if value is None else value
    known = prometheus_seconds(value)
    known = go_seconds(value) if known is None else known
    return (int(value) if value.isdecimal() else value) if known is None else known


def _holds_whenever(was: Json, now: Json) -> bool:
    """Tell whether one condition holds wherever another does: their bounds alone differ."""
    if not isinstance(was, str) or not isinstance(now, str):
        return False
    if max(len(was), len(now)) > _LONGEST:
        return False
    old, new = _TOKEN.findall(was), _TOKEN.findall(now)
    if len(old) != len(new) or _TURNING & {*old}:
        return False
    places = [place for place, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]]
    return all(_is_loosened_bound(old, new, place) for place in places)


def _is_loosened_bound(old: Sequence[str], new: Sequence[str], place: int) -> bool:
    if not (place and _NUMBER.fullmatch(old[place]) and _NUMBER.fullmatch(new[place])):
        return False
    was, now = float(old[place]), float(new[place])
    operator = old[place - 1]
    is_met = (operator in _ABOVE and now < was) or (operator in _BELOW and now > was)
    is_whole = old[place + 1 : place + 2] in _ENDS
    return is_met and is_whole and _is_only_grouped(old[:place])


def _is_only_grouped(before: Sequence[str]) -> bool:
    """Tell whether brackets that are open here only group, and nothing turns what they hold."""
    if "unless" in before:
        return False
    closed = 0
    for place in range(len(before) - 1, -1, -1):
        if before[place] == ")":
            closed += 1
        elif before[place] == "(":
            if not closed and place and before[place - 1] not in ("(", *_ALONGSIDE):
                return False
            closed = max(closed - 1, 0)
    return True
