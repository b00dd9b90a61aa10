"""The least tier that facts allow, step by step: by the floor of all workspaces and by packs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.cel import Budget, EvaluationError
from mlspec.evidence import PaperStatus
from mlspec.kinds.observed_model import UNKNOWN
from mlspec.ledger.policy_facts import TIERS
from mlspec.policy._looks import asked_by
from mlspec.policy._papers import dotted, without_papers
from mlspec.policy._purse import Purse
from mlspec.rules import PART_RULE, TIER_RULE, least_tier, part_tier
from mlspec.workspace import observed_in, observed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mlspec.evidence import PaperLook
    from mlspec.kinds.model import Risk
    from mlspec.kinds.system import SystemSpec
    from mlspec.policy._model import Inputs, Pack, PackTierRule
    from mlspec.policy._papers import StatedPaper
    from mlspec.workspace import Workspace

    Look = Callable[[StatedPaper], PaperLook]

__all__ = ["TIERS", "TierReason", "floor_reasons", "greatest", "part_reasons", "tier_reasons"]

_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class TierReason:
    """One step to a tier; `is_known` is false where a fact is not stated, and so counts.

    So is a paper that nobody looked at; one that was looked for in vain is known not to be shown.

    `rule` is a rule of a pack, or the built-in one that knows the floor; what a part has from its
    system rests on no rule.
    """

    tier: str
    rule: str
    text: str
    is_known: bool = True
    unstated: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The step in words, with the rule that it rests on."""
        return f"{self.text} ({self.rule})" if self.rule else self.text

    @property
    def is_floor(self) -> bool:
        """Whether a built-in rule about the declared tier says so, whatever packs say."""
        return self.rule in (PART_RULE, TIER_RULE)


def greatest(reasons: Iterable[TierReason]) -> str:
    """Return the greatest tier of some reasons, `minimal` without any."""
    return max((each.tier for each in reasons), key=TIERS.index, default=TIERS[0])


def floor_reasons(risk: Risk) -> Iterator[TierReason]:
    """Yield why stated facts allow no lower tier, whatever packs are in force; nothing at best."""
    tier, why = least_tier(risk)
    if why:
        yield TierReason(tier, TIER_RULE, why)


def part_reasons(workspace: Workspace, system: SystemSpec) -> Iterator[TierReason]:
    """Yield what the models that are only observed make of a system that they are part of."""
    for _, observed in observed_in(workspace, system):
        tier, why = part_tier(observed)
        yield TierReason(tier, PART_RULE, why, is_known=observed_of(observed).tier != UNKNOWN)


def tier_reasons(
    packs: Iterable[Pack], inputs: Inputs, purse: Purse | None = None, look: Look | None = None
) -> Iterator[TierReason]:
    """Yield why a model is of a tier above the lowest, by id of the rule in each pack.

    A paper that a spec states lowers no tier unless `look` sees it; None takes each for seen, as
    the cases of a pack do. `purse` holds the steps of the whole run; when it is empty, every rule
    counts.
    """
    purse = purse or Purse()
    for pack in packs:
        facts = inputs.facts(pack)
        for rule in pack.tiers:
            if rule.spec.applies_from is None or rule.spec.applies_from <= inputs.today:
                yield from _paid(_Case(pack, rule, inputs, facts, look), purse)


@dataclass(frozen=True, slots=True)
class _Case:
    """A rule about one resource, and who looks at the papers that the resource states."""

    pack: Pack
    rule: PackTierRule
    inputs: Inputs
    facts: Mapping[str, object]
    look: Look | None


def _paid(case: _Case, purse: Purse) -> Iterator[TierReason]:
    rule = case.rule
    if purse.is_empty:
        yield TierReason(rule.spec.tier, rule.id, f"{rule.title}: {purse.told}", is_known=False)
        return
    budget = Budget(_STEPS)
    found = (*_reason(rule, case.facts, budget),)
    yield from found or _by_what_was_seen(case, budget)
    purse.pay(f"`{rule.id}` of `{case.pack.name}`", budget.steps - budget.left)


def _by_what_was_seen(case: _Case, budget: Budget) -> Iterator[TierReason]:
    """Yield the reason of a rule that does not hold only because of papers that nobody has seen."""
    unseen = [*_unseen(case)]
    if not unseen:
        return
    spec = without_papers(case.inputs.subject.get("spec"), {each.path for each, _ in unseen})
    inputs = replace(case.inputs, subject={**case.inputs.subject, "spec": spec})
    rule = case.rule
    for each in _reason(rule, inputs.facts(case.pack), budget):
        told = "; ".join(f"{dotted(paper.path)} ({look.told})" for paper, look in unseen)
        is_known = all(look.status is not PaperStatus.NOT_LOOKED for _, look in unseen)
        text = rule.reason.filled(case.facts, budget)
        yield replace(each, text=f"{text}; stated, not shown: {told}", is_known=is_known)


def _unseen(case: _Case) -> Iterator[tuple[StatedPaper, PaperLook]]:
    asked = asked_by(case.rule.when)
    if case.look is None or not asked.papers:
        return
    for paper in case.inputs.papers:
        if asked.names(tuple(each for each in paper.path if isinstance(each, str))):
            look = case.look(paper)
            if not look.is_there:
                yield paper, look


def _reason(
    rule: PackTierRule, facts: Mapping[str, object], budget: Budget
) -> Iterator[TierReason]:
    try:
        holds = rule.when.evaluate(facts, budget)
    except EvaluationError as error:
        yield _unknown(rule, facts, error)
        return
    if holds is True:
        yield TierReason(rule.spec.tier, rule.id, rule.reason.filled(facts, budget))


def _unknown(rule: PackTierRule, facts: Mapping[str, object], error: EvaluationError) -> TierReason:
    """What nobody stated counts as if it were so."""
    from mlspec.cel import MISSING

    read = rule.when.explain(facts, Budget(_STEPS)).facts
    names = tuple(each.name for each in read if each.value is MISSING)
    listed = ", ".join(f"`{each}`" for each in names)
    text = f"{listed} is not stated" if names else f"it can't be judged: {error}"
    return TierReason(
        rule.spec.tier, rule.id, f"{rule.title}: {text}", is_known=False, unstated=names
    )
