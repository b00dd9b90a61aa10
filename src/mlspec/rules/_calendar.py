"""Dates as specs write them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

__all__ = ["is_date", "is_moment"]


@lru_cache(maxsize=4096)
def is_date(text: str) -> bool:
    """Tell whether a text in the form of a date is a day of the calendar."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_moment(text: str) -> bool:
    """Tell whether a text in the form of a moment is a time of a day of the calendar."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
