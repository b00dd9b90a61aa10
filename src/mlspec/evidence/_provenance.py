"""Where evidence says it comes from."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Provenance"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file says about its origin; "" for what it does not say.

    `collected_at` is a moment in UTC (`2026-11-21T00:40:38Z`): when the values were measured.
    """

    tool: str = ""
    version: str = ""
    collected_at: str = ""
