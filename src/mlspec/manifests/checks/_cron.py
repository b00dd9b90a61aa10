"""Schedules in the form of cron, as Kubernetes and Argo Workflows read them (robfig/cron)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.manifests.checks._durations import go_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["schedule_fault"]


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five: its name, its bounds, and the words that stand for numbers."""

    name: str
    least: int
    most: int
    words: Mapping[str, int] = field(default_factory=dict)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    _Field("day of the week", 0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_PART = re.compile(r"(\*|\?|[0-9a-z]{1,3})(?:-([0-9a-z]{1,3}))?(?:/([0-9]{1,3}))?", re.ASCII)
_ZONE = re.compile(r"(?:CRON_)?TZ=\S+\s+")
_LONGEST = 500
_DAYS_OF = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def schedule_fault(text: str) -> str | None:
    """Return what is wrong with a schedule; None where cron can read it and it ever comes.

    Five fields are read, a macro such as `@daily`, or `@every 1h`; a zone may stand before them.
    """
    rest = _ZONE.sub("", text.strip(), count=1) if len(text) <= _LONGEST else ""
    if rest.startswith("@every "):
        seconds = go_seconds(rest.removeprefix("@every ").strip())
        return None if seconds is not None and seconds >= 1 else f"`{rest}` has no duration"
    if rest.startswith("@"):
        return None if rest in _MACROS else f"there is no `{rest}`"
    fields = rest.split()
    if len(fields) != len(_FIELDS):
        return f"it has {len(fields)} fields instead of 5"
    for each, known in zip(fields, _FIELDS, strict=True):
        fault = _field_fault(each.lower(), known)
        if fault is not None:
            return fault
    return _never(fields)


def _field_fault(text: str, known: _Field) -> str | None:
    for part in text.split(","):
        fault = _part_fault(part, known)
        if fault is not None:
            return f"the {known.name} `{part}` {fault}"
    return None


def _part_fault(part: str, known: _Field) -> str | None:
    bounds = _bounds(part, known)
    if bounds is None:
        return "can't be read"
    start, end = bounds
    if not known.least <= min(start, end) <= max(start, end) <= known.most:
        return f"lies outside of {known.least} to {known.most}"
    return "ends before it starts" if start > end else None


def _bounds(part: str, known: _Field) -> tuple[int, int] | None:
    """Return the first and the last number of a part; None where it is none, or has no steps."""
    found = _PART.fullmatch(part)
    if found is None or (found[2] and found[1] in ("*", "?")) or _is_zero(found[3]):
        return None
    start, end = (_number(each, known) for each in (found[1], found[2] or found[1]))
    return None if start is None or end is None else (start, end)


def _is_zero(step: str | None) -> bool:
    return step is not None and int(step) == 0


def _number(word: str, known: _Field) -> int | None:
    if word in ("*", "?"):
        return known.least
    return int(word) if word.isdigit() else known.words.get(word)


def _never(fields: list[str]) -> str | None:
    """Name a day of the month that its only month does not have, such as 30 February."""
    day, month = fields[2], fields[3]
    if fields[4] not in ("*", "?") or not day.isdigit():
        return None
    number = _number(month.lower(), _FIELDS[3]) if month not in ("*", "?") else None
    if number is not None and int(day) > _DAYS_OF.get(number, 31):
        return f"the month {month} never has a day {day}"
    return None
