"""Which approvals a plan needs, as data: the class says who, the level how many, the tier how sure.

Nothing for what is low or of no risk. One person for medium, who answers for the class; a second
one for high, of model risk; a third one for critical, of compliance. Every reason of an operation
asks for itself and the requirements are merged, so that a plan never needs less than its parts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mlspec.ledger import Strength
from mlspec.planning._model import Level, Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.planning._model import Operation, PlanContext, RiskReason

__all__ = ["ROLES", "ROLES_BY_KIND", "required_approvals"]

_MODEL_RISK: Final = "model-risk"
_COMPLIANCE: Final = "compliance"

ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "artifact": "ml-engineer",
        "contract": "product",
        "cosmetic": "ml-engineer",
        "cost": "product",
        "data": "data-steward",
        "feature": "data-steward",
        "gate": _MODEL_RISK,
        "monitoring": "sre",
        "oversight": _COMPLIANCE,
        "owner": _COMPLIANCE,
        "policy": _COMPLIANCE,
        "retraining": "sre",
        "rollout": "sre",
        "serving": "sre",
        "tier": _MODEL_RISK,
    }
)
"""Who answers for a class of fields; model risk for a class that is not known."""

ROLES_BY_KIND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Dataset": "data-steward",
        "FeatureView": "data-steward",
        "GateSet": _MODEL_RISK,
        "Model": "ml-engineer",
        "RolloutPolicy": "sre",
        "Team": _COMPLIANCE,
        "Workspace": _COMPLIANCE,
    }
)
"""Who answers for a resource that comes, goes or moves as a whole."""

_OTHERS: Final = MappingProxyType(
    {Level.MEDIUM: (), Level.HIGH: (_MODEL_RISK,), Level.CRITICAL: (_MODEL_RISK, _COMPLIANCE)}
)
"""Who has to agree besides the role of the class."""

_BY_TIER: Final = MappingProxyType(
    {"minimal": Strength.ASSERTED, "limited": Strength.HOST, "high": Strength.SIGNED}
)
_GOVERNING: Final = frozenset({"Team", "Workspace"})
"""Kinds that say who may approve, and with which keys."""


@dataclass(frozen=True, slots=True)
class _Ask:
    """What one reason asks for."""

    people: Mapping[str, int]
    strength: Strength
    because: str


def required_approvals(
    operations: Iterable[Operation], context: PlanContext
) -> tuple[Requirement, ...]:
    """Return the approvals that operations need, in order of role; none where none are required.

    More operations, graver ones, and more reasons never need less.
    """
    if not context.require_approvals:
        return ()
    least = context.minimum_strength or Strength.ASSERTED
    asks = [ask for operation in operations for ask in _asks(operation)]
    merged: dict[str, Requirement] = {}
    for ask in asks:
        for role, count in ask.people.items():
            told = merged.get(role, Requirement(role, 0, least))
            merged[role] = Requirement(
                role,
                max(told.count, count),
                max(told.strength, ask.strength, key=lambda each: each.rank),
                (*told.because, ask.because),
            )
    return tuple(
        replace(merged[role], because=tuple(sorted({*merged[role].because})))
        for role in sorted(merged)
    )


def _asks(operation: Operation) -> Iterator[_Ask]:
    for rule, level, role in _judged(operation):
        if level in _OTHERS:
            people = Counter((role, *_OTHERS[level]))
            yield _Ask(people, _strength(operation), f"{rule} {operation.address}")


def _judged(operation: Operation) -> Iterator[tuple[str, Level, str]]:
    """Yield each rule that set a level, the level, and who answers for what it is about.

    A level that no reason explains is that of the gravest reasons: something raised it.
    """
    risk = operation.risk
    gravest = max((each.level.rank for each in risk.reasons), default=-1)
    for reason in risk.reasons:
        level = risk.level if reason.level.rank == gravest else reason.level
        for role in _roles(operation, reason):
            yield reason.rule, max(level, reason.level, key=lambda each: each.rank), role
    if not risk.reasons:
        yield "R-UNKNOWN", risk.level, _MODEL_RISK


def _roles(operation: Operation, reason: RiskReason) -> set[str]:
    """Return who answers for what a reason is about: for the fields at its path, else the whole."""
    classes = {each.field_class for each in operation.changes if each.path == reason.path}
    if classes:
        return {ROLES.get(each, _MODEL_RISK) for each in classes}
    return {ROLES_BY_KIND.get(operation.kind, _MODEL_RISK)}


def _strength(operation: Operation) -> Strength:
    """Return how sure an approval has to be; a tier that is not known is the highest."""
    tier = operation.risk.judged_at
    if tier:
        return _BY_TIER.get(tier, Strength.SIGNED)
    return Strength.SIGNED if operation.kind in _GOVERNING else Strength.HOST
