"""How long a plan may be applied, by the gravest level in it."""

from __future__ import annotations

from datetime import timedelta

from mlspec.planning._model import Level
from mlspec.state import CLOCKS_DIFFER, moment_of

__all__ = ["expiry_of", "has_passed", "is_too_long"]

_DAYS = {
    Level.NONE: 30,
    Level.LOW: 30,
    Level.MEDIUM: 14,
    Level.HIGH: 7,
    Level.CRITICAL: 3,
}
"""The graver a change, the sooner what its reviewers looked at may have moved."""


def expiry_of(valid_from: str, level: Level) -> str:
    """Return the first moment at which a plan is no longer good: UTC, to the second.

    `valid_from` is a moment in ISO 8601; one that names no zone is in UTC.
    """
    until = moment_of(valid_from) + timedelta(days=_DAYS[level])
    return until.strftime("%Y-%m-%dT%H:%M:%SZ")


def has_passed(expires_at: str, now: str) -> bool:
    """Tell whether a moment has come. A plan that never expires has "" for it."""
    return bool(expires_at) and moment_of(now) >= moment_of(expires_at)


def is_too_long(expires_at: str, level: Level, now: str) -> bool:
    """Tell whether no plan of a level that was made until now is good until a moment."""
    longest = moment_of(expiry_of(now, level)) + CLOCKS_DIFFER
    return bool(expires_at) and moment_of(expires_at) > longest
