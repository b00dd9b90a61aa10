"""The tier of a model, and of all that models refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.planning._body import section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json

__all__ = ["MODEL", "highest", "tier_of"]

MODEL: Final = "Model"
_ORDER: Final = ("", "minimal", "limited", "high")


def tier_of(body: Json) -> str:
    """Return the declared tier of a model; one that is not known counts as the highest."""
    tier = section(body, "spec", "risk").get("tier")
    return tier if isinstance(tier, str) and tier in _ORDER[1:] else _ORDER[-1]


def highest(tiers: Iterable[str]) -> str:
    """Return the highest of some tiers; "" where there is none."""
    return max(tiers, key=_ORDER.index, default="")
