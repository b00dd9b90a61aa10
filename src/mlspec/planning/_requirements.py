"""Which approvals a plan needs, as data: the class says who, the level how many, the tier how sure.

Nothing for what is low or of no risk. One person for medium, who answers for the class. For high
model risk, too, or compliance where model risk answers for the class; for critical both. Every
reason of an operation asks for itself and the requirements are merged, so that a plan never needs
less than its parts.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mlspec.ledger import Strength
from mlspec.planning._model import Level, Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.planning._model import Operation, PlanContext, Risk

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

_BY_RULE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "R-GUARD-LOWERED": _COMPLIANCE,
        "R-TIER-RAISED": "",  # lets a model in anew: the same people as for a new one
        "R-UNKNOWN-FIELD": _MODEL_RISK,
    }
)
"""Who answers where the name of a rule does not say it; "" for who answers for the resource."""

_RAISES: Final = frozenset({"R-BLAST-WIDE"})
"""Rules that raise the level of another reason, which asks for itself."""

_BY_TIER: Final = MappingProxyType(
    {"": Strength.HOST, "minimal": Strength.ASSERTED, "limited": Strength.HOST}
)
"""How sure an approval has to be; signed for the highest tier and for one that is not known."""

_GOVERNING: Final = frozenset({"Team", "Workspace"})
"""Kinds that say who may approve, and with which keys."""


def required_approvals(
    operations: Iterable[Operation], context: PlanContext
) -> tuple[Requirement, ...]:
    """Return the approvals that operations need, in order of role; none where none are required.

    More operations, graver ones, and more reasons never need less.
    """
    if not context.require_approvals:
        return ()
    merged: dict[str, Requirement] = {}
    for operation in operations:
        strength = _strength(operation, context)
        for role, because in _asked(operation):
            told = merged.get(role, Requirement(role, 1, strength))
            stronger = max(told.strength, strength, key=lambda each: each.rank)
            merged[role] = replace(told, strength=stronger, because=(*told.because, because))
    return tuple(
        replace(merged[role], because=tuple(sorted({*merged[role].because})))
        for role in sorted(merged)
    )


def _asked(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield every role that has to agree, and the rule and address that ask for it."""
    for rule, level in _judged(operation.risk):
        for role in _people(level, _answering(operation.kind, rule)):
            yield role, f"{rule} {operation.address}"


def _judged(risk: Risk) -> Iterator[tuple[str, Level]]:
    """Yield each rule and the level that it set.

    A level that no reason explains is that of the gravest: nothing gets lost on the way here.
    """
    reasons = [each for each in risk.reasons if each.rule not in _RAISES]
    gravest = max((each.level.rank for each in reasons), default=0)
    for reason in reasons:
        is_gravest = reason.level.rank == gravest < risk.level.rank
        yield reason.rule, risk.level if is_gravest else reason.level
    if not reasons:
        yield "R-UNKNOWN-FIELD", risk.level


def _answering(kind: str, rule: str) -> str:
    """Return who answers for what a rule is about: a class of fields, or the resource."""
    _, _, about = rule.lower().partition("r-")
    role = _BY_RULE.get(rule, ROLES.get(about.partition("-")[0], ""))
    return role or ROLES_BY_KIND.get(kind, _MODEL_RISK)


def _people(level: Level, role: str) -> Iterable[str]:
    second = _COMPLIANCE if role == _MODEL_RISK else _MODEL_RISK
    match level:
        case Level.NONE | Level.LOW:
            return ()
        case Level.MEDIUM:
            return (role,)
        case Level.HIGH:
            return (role, second)
        case Level.CRITICAL:
            return {role, _MODEL_RISK, _COMPLIANCE}


def _strength(operation: Operation, context: PlanContext) -> Strength:
    """Return how sure an approval has to be.

    Who may approve concerns models of every tier: where keys are in force, it takes a key.
    """
    found = [_BY_TIER.get(operation.risk.judged_at, Strength.SIGNED)]
    if operation.kind in _GOVERNING:
        found.append(Strength.SIGNED if context.has_signers else Strength.HOST)
    if context.minimum_strength is not None:
        found.append(context.minimum_strength)
    return max(found, key=lambda each: each.rank)
