"""The tier of a model or a system, and of all that they refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.members import section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json

__all__ = [
    "FLOORS",
    "MODEL",
    "PROMPT",
    "TIERED",
    "asks_of",
    "highest",
    "stricter_floor",
    "tier_of",
]

MODEL: Final = "Model"
PROMPT: Final = "Prompt"
TIERED: Final = (MODEL, "System")
"""Kinds that state their tier; all else has that of those which refer to it."""
FLOORS: Final = ("never", "high", "limited", "minimal")
"""The lowest tier that a term is for, from the term of nobody to that of all."""
_ORDER: Final = ("", "minimal", "limited", "high")


def tier_of(body: Json) -> str:
    """Return the declared tier of a model or system; an unknown one counts as the highest."""
    tier = section(body, "spec", "risk").get("tier")
    return tier if isinstance(tier, str) and tier in _ORDER[1:] else _ORDER[-1]


def asks_of(floor: str, tier: str) -> bool:
    """Tell whether a term that is for a tier and those above is for a model of some tier."""
    return floor in FLOORS[1:] and _ORDER.index(tier or "high") >= _ORDER.index(floor)


def stricter_floor(one: str, other: Json) -> str:
    """Return the lower of two floors; one that is not known is for all tiers."""
    known = other if isinstance(other, str) and other in FLOORS else FLOORS[-1]
    return max(one, known, key=FLOORS.index)


def highest(tiers: Iterable[str]) -> str:
    """Return the highest of some tiers; "" where there is none."""
    return max(tiers, key=_ORDER.index, default="")
