"""What the stated facts say about the tier of a model, with the reasons.

A floor for all workspaces. What a law or an organisation asks beyond it is dated policy and does
not belong here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from mlspec.kinds.observed_model import UNKNOWN
from mlspec.workspace import observed_of

if TYPE_CHECKING:
    from mlspec.kinds.model import Risk
    from mlspec.workspace import Resource

__all__ = ["PART_RULE", "TIER_RULE", "Tier", "is_delicate", "least_tier", "part_tier", "rank"]

Tier = Literal["minimal", "limited", "high"]

TIER_RULE: Final = "MLS601"
"""The rule that says so of a model, `understated-risk`; who asks why is shown it."""

PART_RULE: Final = "MLS238"
"""The rule that says so of a system, `underrated-system`, by its models that nobody manages."""

DELICATE = frozenset(
    {"credit", "education", "employment", "health", "insurance", "public-services"}
)
"""Fields in which an automated decision about a person is of high tier."""


def rank(tier: Tier) -> int:
    """Return the place of a tier in their order, lowest first."""
    return ("minimal", "limited", "high").index(tier)


def is_delicate(risk: Risk) -> bool:
    """Tell whether answers change what happens to people in a field of rights or safety."""
    return risk.affects_people and (risk.domain in DELICATE or risk.domain == "law-enforcement")


def part_tier(observed: Resource) -> tuple[Tier, str]:
    """Return the least tier of a system with a model that is only observed, and why in words.

    A tier that nobody has said counts as the highest.
    """
    told = observed_of(observed).tier
    if told == UNKNOWN:
        return "high", f"nobody has said the tier of its part `{observed.address}`"
    return told, f"the tier of its part `{observed.address}` is {told}"


def least_tier(risk: Risk) -> tuple[Tier, str]:
    """Return the least tier that the facts allow, and these facts in words."""
    if not risk.affects_people:
        return "minimal", ""
    field = f"it affects people in `{risk.domain}`"
    if risk.domain == "law-enforcement":
        return "high", field
    if risk.automated_decision:
        tier: Tier = "high" if risk.domain in DELICATE else "limited"
        return tier, f"{field} and takes effect before anybody has looked"
    if risk.sensitive_data:
        return "limited", f"{field} and reads protected attributes"
    return "minimal", ""
