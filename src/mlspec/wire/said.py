"""What a server says of itself, as people and programs may take it."""

from __future__ import annotations

from typing import Final

from mlspec.printable import printable
from mlspec.secrets import masked

__all__ = ["clock_ms", "shown"]

_SHOWN_CHARACTERS: Final = 300


def shown(text: object) -> str:
    """Return the beginning of what a server says, without secrets and control characters."""
    return masked(printable(str(text)[:_SHOWN_CHARACTERS]))


def clock_ms(date: str) -> int:
    """Return the moment of a header `Date` in ms since 1970, full seconds; 0 where it is none."""
    from email.utils import parsedate_to_datetime

    try:
        return int(parsedate_to_datetime(date).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0
