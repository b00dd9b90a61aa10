"""Who has to look: the classes of fields that the risk of an operation is about.

A rule about a field concerns those who answer for its class. A change of the tier, or of the
reach, concerns everybody for whom it changes what counts as grave: otherwise a change that nobody
is asked about at one tier could be brought to another one by a second change, in two steps that
need fewer people than the one.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mlspec.planning._model import Level
from mlspec.planning._risk_table import (
    REACH,
    TABLE,
    Reached,
    gravest,
    lowered,
    raised,
)
from mlspec.schema import FieldClass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.planning._model import Risk, RiskReason

__all__ = ["UNKNOWN", "Concern", "class_of_rule", "concerns_of"]

UNKNOWN: Final = "unknown"
_TIER_RULES: Final = frozenset({"R-TIER-LOWERED", "R-TIER-RAISED"})
_CLASSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        f"R-{each.value.upper()}-{suffix}": each.value
        for each in FieldClass
        for suffix in ("TIGHTENED", "CHANGED", "LOOSENED")
    }
    | {
        "R-CONTRACT-BREAKING": FieldClass.CONTRACT.value,
        "R-GUARD-LOWERED": FieldClass.POLICY.value,
        "R-TIER-LOWERED": FieldClass.TIER.value,
        "R-TIER-RAISED": FieldClass.TIER.value,
        "R-UNKNOWN-FIELD": UNKNOWN,
        "R-WITHDRAWN-LIVE": FieldClass.SERVING.value,
    }
)


@dataclass(frozen=True, slots=True)
class Concern:
    """A rule, the class of fields whose keepers it concerns, and how grave it is for them.

    The class is "" where the rule is about the resource as a whole.
    """

    rule: str
    field_class: str
    level: Level


def class_of_rule(rule: str) -> str:
    """Return the class of fields that a rule is about; "" for one about the whole resource."""
    return _CLASSES.get(rule, "")


def concerns_of(risk: Risk) -> tuple[Concern, ...]:
    """Return whom a risk concerns, once for each rule and class."""
    found = (concern for reason in risk.reasons for concern in _concerns(risk, reason))
    return tuple(dict.fromkeys(found))


def _concerns(risk: Risk, reason: RiskReason) -> Iterator[Concern]:
    if reason.rule == "R-BLAST-WIDE":
        return  # it tells why the levels of others are what they are
    yield Concern(reason.rule, class_of_rule(reason.rule), reason.level)
    if reason.rule in _TIER_RULES:
        yield Concern(reason.rule, "", reason.level)
        yield from _at_stake(reason.rule, {each: _by_tier(risk, each) for each in FieldClass})
    if reason.rule == "R-REACH-WIDENED":
        yield Concern(reason.rule, FieldClass.TIER.value, reason.level)
        yield from _at_stake(reason.rule, {each: _by_reach(risk, each) for each in FieldClass})


def _at_stake(rule: str, levels: Mapping[FieldClass, Level]) -> Iterator[Concern]:
    for field_class, level in levels.items():
        if level is not Level.NONE:
            yield Concern(rule, field_class.value, level)


def _by_tier(risk: Risk, field_class: FieldClass) -> Level:
    """Return the gravest level of a class that is not the same at both tiers; none if all are.

    They count with a wide reach: it may be wide tomorrow, and then nobody asks about the tier.
    """
    other = risk.tier_old if risk.tier_new == risk.judged_at else risk.tier_new
    levels = ((lowered(each, risk.judged_at), lowered(each, other)) for each in TABLE[field_class])
    differ = [here for here, there in levels if here is not there]
    is_reached = REACH[field_class] is not Reached.NEVER
    return gravest(tuple(raised(each) if is_reached else each for each in differ))


def _by_reach(risk: Risk, field_class: FieldClass) -> Level:
    """Return the gravest level of a class that a wide reach raises; none if it raises none."""
    if REACH[field_class] is Reached.NEVER:
        return Level.NONE
    levels = (lowered(each, risk.judged_at) for each in TABLE[field_class][1:])
    return gravest(tuple(raised(each) for each in levels if raised(each) is not each))
