"""Why a server does not take a text, found out before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Trouble", "too_long"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a server refuses a text, as the end of a sentence that begins with it; and what to do."""

    reason: str
    hint: str


def too_long(text: str, most: int, keeper: str) -> Trouble:
    """Return the trouble with a text of more than `most` characters; `keeper` keeps no more."""
    return Trouble(
        f"has {len(text):,} characters, and {keeper} keeps {most:,}", f"shorten it to {most:,}"
    )
