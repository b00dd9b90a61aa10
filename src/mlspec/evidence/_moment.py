"""Moments as tools write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

__all__ = ["from_milliseconds", "from_seconds", "instant", "moment"]

_LONGEST = 64
_START = datetime(1970, 1, 1, tzinfo=UTC)


def instant(text: str, zone: tzinfo | None = None) -> datetime | None:
    """Return an ISO 8601 moment in UTC, to the microsecond; a date stands for its start.

    `zone` is that of a moment which names none. Without it, such a moment is None, as it could be
    any of 26 hours; so is text that is no moment, and one that no calendar in UTC has.
    """
    try:
        found = datetime.fromisoformat(text if len(text) <= _LONGEST else "")
        zoned = found if found.tzinfo or zone is None else found.replace(tzinfo=zone)
        return None if zoned.tzinfo is None else zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment(text: str) -> str:
    """Return an ISO 8601 moment in UTC to the second, as `2026-11-21T00:40:38Z`.

    The result is "" for text that is none, and for one without a time zone: it could be any of
    26 hours. Fractions of a second (Go writes nine digits) are dropped.
    """
    found = instant(text)
    return "" if found is None else _shown(found)


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
