"""The rules of a pack as its cases ask them: those about the tier, too.

A rule about the tier requires nothing. So that one path runs, covers and changes both, it stands
here as a rule that never holds where its fact does, and says its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.policy._documents import RuleSpec
from mlspec.policy._environment import environment_of
from mlspec.policy._expressions import condition
from mlspec.policy._model import PackRule, Wording

if TYPE_CHECKING:
    from mlspec.policy._model import Pack, PackTierRule

__all__ = ["proofs", "tested"]

_KIND = "Model"


def tested(pack: Pack) -> tuple[PackRule, ...]:
    """Return the rules of a pack, and after them those about the tier, each by id."""
    return (*pack.rules, *map(_as_rule, pack.tiers))


def proofs(rule: PackRule) -> tuple[str, str]:
    """Return the two outcomes that cases have to expect of a rule, so that they prove it."""
    return ("pass", "skip") if rule.tier else ("pass", "fail")


def _as_rule(rule: PackTierRule) -> PackRule:
    stated = {
        "severity": "error",
        "enforcement": "mandatory",
        "appliesFrom": rule.spec.applies_from,
        "when": rule.spec.when,
        "require": "false",
        "message": rule.spec.reason,
        "remediation": f"Declare the tier {rule.spec.tier}.",
    }
    spec = RuleSpec.model_validate(stated)
    never = condition("false", environment_of(_KIND), rule.span)
    wording = Wording(rule.when, never, rule.reason)
    return PackRule(rule.id, rule.title, spec, {_KIND: wording}, rule.span, rule.spec.tier)
