"""Days of the calendar, as specs write them; not part of CEL.

`date("2026-01-31")` is the first moment of that day in UTC, `days(184)` a span of whole days.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel.library.times import duration_of, timestamp_of
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.cel._values import Duration, Timestamp

__all__ = ["FUNCTIONS"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND = 10**9
_DAY_NS = 86_400 * _SECOND
_LONGEST = 64


def _date(text: str) -> Timestamp:
    if _DAY.fullmatch(text):
        try:
            found = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            pass
        else:
            return timestamp_of(int(found.timestamp()) * _SECOND)
    raise EvaluationError(f"`{printable(text[:_LONGEST])}` is no day of the calendar")


def _days(count: int) -> Duration:
    return duration_of(count * _DAY_NS)


FUNCTIONS: dict[str, Callable[..., object]] = {
    "date(string) -> timestamp": _date,
    "days(int) -> duration": _days,
}
