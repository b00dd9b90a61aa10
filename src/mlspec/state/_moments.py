"""Moments as records and people write them: ISO 8601, in UTC where no zone is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["CLOCKS_DIFFER", "moment_of"]

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far the clocks of two machines may be apart before one of them lies."""


def moment_of(text: str) -> datetime:
    """Return the moment that a text names, in UTC.

    Raises:
        ValueError: it names none.
    """
    moment = datetime.fromisoformat(text)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"`{text}` lies outside of all years in UTC") from error
