"""Timestamps and durations: nanoseconds, years 1 to 9999, 292 years either way.

Calendar fields are those of UTC or of a time zone: a name of the IANA database or `+05:30`.
Months, days of the month, of the week (Sunday) and of the year count from 0, `getDate` from 1.
An empty name of a zone is UTC, and digits below a nanosecond are cut off, as in cel-go.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import INT_MAX, INT_MIN, Duration, Timestamp
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "FUNCTIONS",
    "duration_from",
    "duration_of",
    "duration_text",
    "timestamp_from",
    "timestamp_of",
    "timestamp_text",
]

_SECOND = 10**9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = -62_135_596_800 * _SECOND
_LAST = 253_402_300_800 * _SECOND - 1
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION = re.compile(r"([+-])?(0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_UNITS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3_600 * _SECOND,
}
_OFFSET = re.compile(r"([+-])?([0-9]{1,2}):([0-5][0-9])")
_LONGEST = 64
_DAY_SECONDS = 86_400
_DAY_HOURS, _HOUR_MINUTES = 24, 60


def timestamp_of(ns: int) -> Timestamp:
    """Return a moment.

    Raises:
        EvaluationError: it is before the year 1 or after 9999.
    """
    if _FIRST <= ns <= _LAST:
        return Timestamp(ns)
    raise EvaluationError("a timestamp lies in the years 1 to 9999")


def duration_of(ns: int) -> Duration:
    """Return a time span.

    Raises:
        EvaluationError: it is longer than 292 years.
    """
    if INT_MIN <= ns <= INT_MAX:
        return Duration(ns)
    raise EvaluationError("a duration is at most 292 years long")


def timestamp_from(text: str) -> Timestamp:
    """Read a moment as RFC 3339 writes it, or a day (its start in UTC).

    Raises:
        EvaluationError: the text is neither.
    """
    if len(text) <= _LONGEST and _DAY.fullmatch(text):
        text = f"{text}T00:00:00Z"
    match = _TIMESTAMP.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise _unreadable("timestamp", text)
    year, month, day, hour, minute, second = (int(match[each]) for each in range(1, 7))
    try:
        seconds = _seconds(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        raise _unreadable("timestamp", text) from None
    fraction = int((match[7] or ".0")[1:10].ljust(9, "0"))
    return timestamp_of((seconds - _offset(match)) * _SECOND + fraction)


def duration_from(text: str) -> Duration:
    """Read a time span as Go writes it, such as `1h30m`, `-1.5s`, `0`.

    Raises:
        EvaluationError: the text is none.
    """
    match = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise _unreadable("duration", text)
    ns = sum(_nanoseconds(*part.groups()) for part in _PART.finditer(match[2]))
    return duration_of(-ns if match[1] == "-" else ns)


def timestamp_text(value: Timestamp) -> str:
    """Return a moment as RFC 3339 writes it, in UTC."""
    seconds, ns = divmod(value.ns, _SECOND)
    at = _EPOCH + timedelta(seconds=seconds)
    day = f"{at.year:04}-{at.month:02}-{at.day:02}"
    return f"{day}T{at.hour:02}:{at.minute:02}:{at.second:02}{_fraction(ns)}Z"


def duration_text(value: Duration) -> str:
    """Return a time span in seconds, such as `5400s`, `-1.5s`."""
    seconds, ns = divmod(abs(value.ns), _SECOND)
    return f"{'-' if value.ns < 0 else ''}{seconds}{_fraction(ns)}s"


def _fraction(ns: int) -> str:
    return f".{ns:09}".rstrip("0") if ns else ""


def _seconds(at: datetime) -> int:
    since = at - _EPOCH
    return since.days * _DAY_SECONDS + since.seconds


def _offset(match: re.Match[str]) -> int:
    if not match[8]:
        return 0
    hours, minutes = int(match[9]), int(match[10])
    if hours >= _DAY_HOURS or minutes >= _HOUR_MINUTES:
        raise _unreadable("timestamp", match[0])
    seconds = 3_600 * hours + 60 * minutes
    return -seconds if match[8] == "-" else seconds


def _nanoseconds(whole: str, fraction: str | None, unit: str) -> int:
    per_unit = _UNITS[unit]
    digits = fraction or "0"
    share: int = 10 ** len(digits)
    return int(whole or "0") * per_unit + int(digits) * per_unit // share


def _unreadable(kind: str, text: str) -> EvaluationError:
    return EvaluationError(f"`{printable(text[:40])}` is no {kind}")


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    if match := _OFFSET.fullmatch(name):
        minutes = 60 * int(match[2]) + int(match[3])
        return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise EvaluationError(f"`{printable(name[:40])}` is no time zone") from None


def _at(value: Timestamp, zone: str = "UTC") -> datetime:
    found = UTC if zone in ("UTC", "") else _zone(zone)
    return (_EPOCH + timedelta(seconds=value.ns // _SECOND)).astimezone(found)


def _day_of_year(at: datetime) -> int:
    return at.toordinal() - date(at.year, 1, 1).toordinal()


_FIELDS: dict[str, Callable[[datetime], int]] = {
    "getFullYear": lambda at: at.year,
    "getMonth": lambda at: at.month - 1,
    "getDate": lambda at: at.day,
    "getDayOfMonth": lambda at: at.day - 1,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
    "getDayOfYear": _day_of_year,
    "getHours": lambda at: at.hour,
    "getMinutes": lambda at: at.minute,
    "getSeconds": lambda at: at.second,
}


def _accessor(field: Callable[[datetime], int]) -> Callable[..., int]:
    return lambda value, *zone: field(_at(value, *zone))


def _total(unit: int) -> Callable[[Duration], int]:
    return lambda value: abs(value.ns) // unit * (-1 if value.ns < 0 else 1)


def _milliseconds(value: Duration) -> int:
    """The part below a second, as the specification's own test has it."""
    return abs(value.ns) % _SECOND // 10**6 * (-1 if value.ns < 0 else 1)


def _milliseconds_in(value: Timestamp, zone: str) -> int:
    """The same in all time zones, of which this has to be one."""
    _at(value, zone)
    return value.ns % _SECOND // 10**6


FUNCTIONS: dict[str, Callable[..., object]] = {
    **{f"(timestamp).{name}() -> int": _accessor(run) for name, run in _FIELDS.items()},
    **{f"(timestamp).{name}(string) -> int": _accessor(run) for name, run in _FIELDS.items()},
    "(timestamp).getMilliseconds() -> int": lambda value: value.ns % _SECOND // 10**6,
    "(timestamp).getMilliseconds(string) -> int": _milliseconds_in,
    "(duration).getHours() -> int": _total(3_600 * _SECOND),
    "(duration).getMinutes() -> int": _total(60 * _SECOND),
    "(duration).getSeconds() -> int": _total(_SECOND),
    "(duration).getMilliseconds() -> int": _milliseconds,
}
