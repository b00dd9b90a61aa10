"""Moments as tools write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

__all__ = ["from_milliseconds", "from_seconds", "moment"]

_FRACTION = re.compile(r"\.(\d{1,12})")
_START = datetime(1970, 1, 1, tzinfo=UTC)


def moment(text: str) -> str:
    """Return an ISO 8601 moment in UTC to the second, as `2026-11-21T00:40:38Z`.

    The result is "" for text that is none, and for one without a time zone: it could be any of
    26 hours. Fractions of a second (Go writes nine digits) are dropped.
    """
    try:
        found = datetime.fromisoformat(_FRACTION.sub("", text[:64], count=1))
        return "" if found.tzinfo is None else _shown(found.astimezone(UTC))
    except (ValueError, OverflowError):
        return ""


def from_seconds(seconds: float) -> str:
    """Return the moment that many seconds after the start of 1970; "" where there is none."""
    try:
        return _shown(_START + timedelta(seconds=seconds))
    except (ValueError, OverflowError):
        return ""


def from_milliseconds(milliseconds: float) -> str:
    """Return the moment that many milliseconds after the start of 1970; "" where there is none."""
    return from_seconds(milliseconds / 1000)


def _shown(found: datetime) -> str:
    return found.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
