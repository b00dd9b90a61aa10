"""Which approvals a plan needs, as data: the class says who, the level how many, the tier how sure.

Nothing for what is low or of no risk. One person for medium, who answers for the class. For high
model risk, too, or compliance where model risk answers for the class; for critical both. Every
reason of an operation asks for itself and the requirements are merged, so that a plan never needs
less than its parts.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from mlspec.ledger import Strength
from mlspec.planning._model import ChangeDirection, Level, Requirement
from mlspec.planning._risk_rules import class_of_rule
from mlspec.planning._risk_table import base_level, level_of_new, lowered, raised
from mlspec.schema import FieldClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.planning._model import EvidenceEntry, Operation, PlanContext, Risk, RiskReason

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
        "Incident": _COMPLIANCE,
        "Model": "ml-engineer",
        "PolicyBaseline": _COMPLIANCE,
        "PolicyBinding": _COMPLIANCE,
        "Prompt": "ml-engineer",
        "RolloutPolicy": "sre",
        "Team": _COMPLIANCE,
        "Waiver": _COMPLIANCE,
        "Workspace": _COMPLIANCE,
    }
)
"""Who answers for a resource that comes, goes or moves as a whole."""

_RAISES: Final = frozenset({"R-BLAST-WIDE"})
"""Rules that raise the level of another reason, which asks for itself."""

_IN_REVIEW: Final = "R-GATE-INCONCLUSIVE"
"""A gate of the model is inconclusive, and its spec asks for a person (`onInconclusive`)."""

_WIDENED: Final = "R-REACH-WIDENED"

_RESCALES: Final = frozenset({_WIDENED, "R-TIER-LOWERED", "R-TIER-RAISED"})
"""Rules about what makes all other changes more or less grave.

Who agrees to that agrees to what it does to the others: they ask for what they would have asked
for in a plan of their own, on the lower of both scales. So one plan never needs more than two.
"""

_LETS_IN: Final = frozenset({_WIDENED, "R-TIER-RAISED"})
"""Rules that let a resource in anew: they ask who answers for it, and model risk."""

_BY_TIER: Final = MappingProxyType(
    {"": Strength.HOST, "minimal": Strength.ASSERTED, "limited": Strength.HOST}
)
"""How sure an approval has to be; signed for the highest tier and for one that is not known."""

_GOVERNING: Final = frozenset({"PolicyBaseline", "PolicyBinding", "Team", "Waiver", "Workspace"})
"""Kinds that say who may approve, with which keys, and by which law."""

_TIERS: Final = ("", "minimal", "limited", "high")
_DIRECTIONS: Final = MappingProxyType(
    {
        "TIGHTENED": ChangeDirection.TIGHTENED,
        "CHANGED": ChangeDirection.NEUTRAL,
        "LOOSENED": ChangeDirection.LOOSENED,
    }
)


class _Ask(NamedTuple):
    """What a rule asks for: how grave it is, who answers, and the tier it counts at."""

    rule: str
    level: Level
    role: str
    tier: str


def required_approvals(
    operations: Iterable[Operation],
    context: PlanContext,
    evidence: Iterable[EvidenceEntry] = (),
) -> tuple[Requirement, ...]:
    """Return the approvals that operations need, in order of role; none where none are required.

    More operations, graver ones, and more reasons never need less. `evidence` is that of the
    plan: model risk answers for a verdict that waits for a person, where gates are required.
    """
    if not context.require_approvals:
        return ()
    merged: dict[str, Requirement] = {}
    for asked in chain(_of_operations(operations, context), _of_reviews(evidence, context)):
        told = merged.get(asked.role, asked)
        stronger = max(told.strength, asked.strength, key=lambda each: each.rank)
        because = (*told.because, *asked.because)
        merged[asked.role] = replace(told, strength=stronger, because=because)
    return tuple(
        replace(merged[role], because=tuple(sorted({*merged[role].because})))
        for role in sorted(merged)
    )


def _of_operations(operations: Iterable[Operation], context: PlanContext) -> Iterator[Requirement]:
    for operation in operations:
        for ask in _asks(operation):
            strength = _strength(operation.kind, ask.tier, context)
            because = (f"{ask.rule} {operation.address}",)
            for role in _people(ask.level, ask.role):
                yield Requirement(role, 1, strength, because)


def _of_reviews(evidence: Iterable[EvidenceEntry], context: PlanContext) -> Iterator[Requirement]:
    for each in evidence if context.require_gates else ():
        if each.in_review:
            strength = _strength("Model", each.tier or "high", context)
            yield Requirement(_MODEL_RISK, 1, strength, (f"{_IN_REVIEW} {each.address}",))


def _asks(operation: Operation) -> Iterator[_Ask]:
    """Yield what each rule that set a level asks for.

    A level that no reason explains is that of the gravest: nothing gets lost on the way here.
    """
    risk = operation.risk
    reasons = [each for each in risk.reasons if each.rule not in _RAISES]
    explained = max((each.level.rank for each in reasons), default=0)
    for reason in reasons:
        yield from _asks_of(reason, operation, explained)
    if not reasons:
        yield _Ask("R-UNKNOWN-FIELD", risk.level, _MODEL_RISK, risk.judged_at)


def _asks_of(reason: RiskReason, operation: Operation, explained: int) -> Iterator[_Ask]:
    """Yield what one reason asks for; `explained` is the rank of the gravest of all reasons."""
    overall = operation.risk.level
    level, tier = _scaled(reason, operation)
    asked = overall if reason.level.rank == explained < overall.rank else level
    yield _Ask(reason.rule, asked, _answering(operation.kind, reason.rule), tier)
    if reason.rule in _LETS_IN and level.rank >= Level.MEDIUM.rank:
        yield _Ask(reason.rule, Level.MEDIUM, _MODEL_RISK, tier)


def _answering(kind: str, rule: str) -> str:
    """Return who answers for what a rule is about: a class of fields, or the resource."""
    about = "" if rule in _LETS_IN else class_of_rule(rule)
    return ROLES.get(about, _MODEL_RISK) if about else ROLES_BY_KIND.get(kind, _MODEL_RISK)


def _scaled(reason: RiskReason, operation: Operation) -> tuple[Level, str]:
    """Return the level and the tier that a reason counts with; lower where the scale changes."""
    risk = operation.risk
    if reason.rule == _WIDENED and len(_rescaling(risk)) > 1:
        tier = _lower_tier(risk)  # the reach may grow before or after the tier moves
        return raised(level_of_new(tier)), tier
    if reason.rule in _RESCALES or operation.kind in _GOVERNING or not _is_rescaled(risk):
        return reason.level, risk.judged_at
    tier = _lower_tier(risk)
    return _level_at(tier, reason, risk), tier


def _rescaling(risk: Risk) -> frozenset[str]:
    return _RESCALES & {each.rule for each in risk.reasons}


def _is_rescaled(risk: Risk) -> bool:
    """Tell whether the scale of other changes is another one after the plan."""
    tiers = {risk.tier_old, risk.tier_new}
    return bool(_rescaling(risk)) or (len(tiers) > 1 and "" not in tiers)


def _lower_tier(risk: Risk) -> str:
    """Return the tier of the lower scale; a wider reach alone does not move the tier."""
    if _rescaling(risk) == {_WIDENED}:
        return risk.judged_at
    return min((risk.tier_old, risk.tier_new), key=_TIERS.index)


def _level_at(tier: str, reason: RiskReason, risk: Risk) -> Level:
    """Return the level of a reason at a tier; a reach that the plan widens does not raise it."""
    base = _base(reason.rule)
    if base is None:
        return reason.level
    level = lowered(base, tier)
    is_raised = reason.level is not lowered(base, risk.judged_at)
    return raised(level) if is_raised and _WIDENED not in _rescaling(risk) else level


def _base(rule: str) -> Level | None:
    """Return the level of a rule before tier and reach; None where they do not matter."""
    about, (_, _, does) = class_of_rule(rule), rule.rpartition("-")
    if rule == "R-CONTRACT-BREAKING":
        return Level.HIGH
    if about not in tuple(FieldClass) or does not in _DIRECTIONS:
        return None
    return base_level(FieldClass(about), _DIRECTIONS[does])


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


def _strength(kind: str, tier: str, context: PlanContext) -> Strength:
    """Return how sure an approval has to be.

    Who may approve concerns models of every tier: where keys are in force, it takes a key.
    """
    found = [_BY_TIER.get(tier, Strength.SIGNED)]
    if kind in _GOVERNING:
        found.append(Strength.SIGNED if context.has_signers else Strength.HOST)
    if context.minimum_strength is not None:
        found.append(context.minimum_strength)
    return max(found, key=lambda each: each.rank)
