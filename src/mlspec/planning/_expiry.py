"""How long a plan may be applied, by the gravest level in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mlspec.planning._model import Level

__all__ = ["expiry_of", "has_passed", "is_too_long"]

_DAYS = {
    Level.NONE: 30,
    Level.LOW: 30,
    Level.MEDIUM: 14,
    Level.HIGH: 7,
    Level.CRITICAL: 3,
}
"""The graver a change, the sooner what its reviewers looked at may have moved."""

_CLOCKS_DIFFER = timedelta(minutes=5)


def expiry_of(valid_from: str, level: Level) -> str:
    """Return the first moment at which a plan is no longer good: UTC, to the second.

    `valid_from` is a moment in ISO 8601; one that names no zone is in UTC.
    """
    until = _moment(valid_from) + timedelta(days=_DAYS[level])
    return until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def has_passed(expires_at: str, now: str) -> bool:
    """Tell whether a moment has come. A plan that never expires has "" for it."""
    return bool(expires_at) and _moment(now) >= _moment(expires_at)


def is_too_long(expires_at: str, level: Level, now: str) -> bool:
    """Tell whether no plan of a level that was made until now is good until a moment."""
    longest = _moment(expiry_of(now, level)) + _CLOCKS_DIFFER
    return bool(expires_at) and _moment(expires_at) > longest


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
