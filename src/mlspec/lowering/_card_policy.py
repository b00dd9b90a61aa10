"""What policy says of one resource, for its card: packs, outcomes, tiers, waivers."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity
from mlspec.ir import CardSection, CardValue, ValueStatus
from mlspec.lowering._card_facts import Facts, place
from mlspec.lowering._card_papers import seen_as, told_of
from mlspec.lowering._card_required import Asked, asked_paths
from mlspec.policy import (
    LACKING,
    TIERS,
    Outcome,
    WaiverApproval,
    approval_words,
    floor_reasons,
    greatest,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mlspec.diagnostics import Diagnostic
    from mlspec.evidence import EvidenceRecord
    from mlspec.kinds.model import Risk
    from mlspec.kinds.policy_baseline import PolicyBaselineSpec
    from mlspec.policy import BoundPack, Force, Judged, Result, TierReason, WaiverUse
    from mlspec.workspace import Resource, Workspace

__all__ = ["NO_POLICY", "CardPolicy", "Policies", "policy", "tier_values", "waivers"]

_DAYS = re.compile(r" \(applies from [0-9-]+, in [0-9]+ days?\)$")
"""The end of a message that is another one tomorrow; the day itself is told."""
_NO_PACK = "no policy pack is in force"


@dataclass(frozen=True, slots=True)
class CardPolicy:
    """The packs in force, and what they say of one resource; `faults` are of unusable packs."""

    packs: tuple[BoundPack, ...] = ()
    results: tuple[Result, ...] = ()
    reasons: tuple[TierReason, ...] = ()
    faults: tuple[Diagnostic, ...] = ()
    asked: Asked = field(default_factory=Asked)
    home: Resource | None = None
    """Where bindings would be missed: the workspace itself."""


NO_POLICY = CardPolicy()


class Policies:
    """What policy says of all resources, found by address; `judged` is all of it."""

    def __init__(self, workspace: Workspace, force: Force, judged: Judged) -> None:
        bound = [each for each in force.packs if each.applies_in(workspace.environment)]
        self._packs = tuple(sorted(bound, key=lambda each: each.pack.name))
        self._faults = tuple(each for each in force.diagnostics if each.severity is Severity.ERROR)
        self.judged = judged
        self._results: dict[str, list[Result]] = defaultdict(list)
        for result in judged.results:
            self._results[result.address].append(result)
        self._rules = {rule.id: rule for each in self._packs for rule in each.pack.rules}
        self._asked: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Asked] = {}
        self._home = next(iter(workspace.of_kind("Workspace")), None)

    def of(self, resource: Resource) -> CardPolicy:
        """Return what policy says of one resource."""
        results = tuple(self._results.get(resource.address, ()))
        reasons = self.judged.tiers.get(resource.address, ())
        asked = self._asked_by(resource.kind, results)
        return CardPolicy(self._packs, results, reasons, self._faults, asked, self._home)

    def _asked_by(self, kind: str, results: Sequence[Result]) -> Asked:
        """Return what the rules that concern a resource look at; many have the same ones."""
        concerned = tuple(each.rule for each in results if each.outcome is not Outcome.SKIP)
        failing = tuple(each.rule for each in results if each.outcome in LACKING)
        key = (kind, concerned, failing)
        if key not in self._asked:
            rules = [self._rules[each] for each in concerned]
            self._asked[key] = asked_paths(rules, kind, failing)
        return self._asked[key]


def tier_values(facts: Facts, risk: Risk, found: CardPolicy) -> Iterator[CardValue]:
    """Yield the declared tier, the one that follows from rules and stated facts, and why."""
    reasons = found.reasons if found.packs else tuple(floor_reasons(risk))
    known = greatest(each for each in reasons if each.is_known)
    if TIERS.index(known) > TIERS.index(risk.tier):
        text = f"{risk.tier} by the spec, {known} by the facts and the rules in force"
        how = f"declare {known}, or correct the facts: mlspec obligations {facts.resource.address}"
        yield facts.conflict("Declared tier", "spec.risk.tier", text, how)
    else:
        yield facts.value("Declared tier", "spec.risk.tier", risk.tier)
    yield _computed(facts, greatest(reasons), found)
    for index, each in enumerate(reasons, start=1):
        yield facts.said(f"Reason {index}", "spec.risk", f"{each.tier}: {each.told}")


def _computed(facts: Facts, tier: str, found: CardPolicy) -> CardValue:
    """Return the tier that follows, from the packs that compute it: no line of a spec says it.

    Without any, it follows from stated facts alone, of which the field of use is one.
    """
    packs = [each.pack for each in found.packs if each.pack.tiers]
    if not packs:
        return facts.said("Computed tier", "spec.risk.domain", tier)
    source = "; ".join(f"{each.name}@{each.version}, {each.digest}" for each in packs)
    return CardValue("Computed tier", ValueStatus.PRESENT, tier, source, group=facts.group)


def _nothing(facts: Facts, label: str, found: CardPolicy) -> CardValue:
    """Return that there is nothing to say where nothing is bound."""
    where = facts if found.home is None else facts.once(found.home)
    return where.not_applicable(label, "kind", _NO_PACK)


def policy(facts: Facts, found: CardPolicy, told: Collection[str]) -> CardSection:
    """Return the packs in force with the outcome of each rule.

    `told` are the rules that ask for something that is shown as missing elsewhere on the card.
    """
    values: list[CardValue] = []
    if not found.packs and not found.faults:
        values.append(_nothing(facts, "Packs in force", found))
    for index, fault in enumerate(found.faults, start=1):
        how = f"{fault.message} [{fault.code}]; {fault.hint}"
        label = f"Pack that can't be used {index}"
        values.append(CardValue(label, ValueStatus.MISSING, how=how))
    for bound in found.packs:
        values += _pack(bound, found.results, told)
    return CardSection("policy", "Policy", tuple(values))


def _pack(
    bound: BoundPack, results: Sequence[Result], told: Collection[str]
) -> Iterator[CardValue]:
    pack = bound.pack
    group, where = f"{pack.name}@{pack.version}", place(bound.binding.span(("spec", "pack")))
    source = f"{group}, {pack.digest}"
    title = f"{pack.title}, {pack.digest}"
    yield CardValue("Pack", ValueStatus.PRESENT, title, where, group=group)
    own = [each for each in results if each.pack == group]
    for each in own:
        if each.outcome is not Outcome.SKIP:
            yield _outcome(each, source, is_told=each.rule in told)
    skipped = [each.rule for each in own if each.outcome is Outcome.SKIP]
    if skipped:
        text = ", ".join(skipped)
        yield CardValue(
            "Rules that don't concern it", ValueStatus.PRESENT, text, source, group=group
        )


def _outcome(result: Result, source: str, *, is_told: bool) -> CardValue:
    """Return an outcome; what a rule lacks, or nobody has seen, is missing, once on a card."""
    if not result.is_shown:
        return _unshown(result, source)
    message = _DAYS.sub("", result.message) or result.title
    is_later = result.outcome is Outcome.WARN and result.applies_from
    later = f" (applies from {result.applies_from})" if is_later else ""
    text, label = f"{result.outcome.value}: {message}{later}", f"Rule {result.rule}"
    lacks = result.outcome in (Outcome.FAIL, Outcome.ERROR, Outcome.WARN)
    if lacks and not is_told:
        how = f"{text} {result.remediation}".rstrip()
        asked = (result.rule,)
        return CardValue(label, ValueStatus.MISSING, how=how, group=result.pack, required_by=asked)
    how = result.remediation if lacks else ""
    return CardValue(label, ValueStatus.PRESENT, text, source, how=how, group=result.pack)


def _unshown(result: Result, source: str) -> CardValue:
    """Return a pass by what the spec states, which nobody can be shown."""
    unseen = [each for each in result.grounds if not each.look.is_there]
    told = "; ".join(map(told_of, unseen))
    text = f"stated, not shown: {told}" if told else "stated, not shown by what was seen"
    how = "; ".join(dict.fromkeys(each.how for each in unseen if each.how))
    status = seen_as(unseen[0].look) if unseen else ValueStatus.MISSING
    label, asked = f"Rule {result.rule}", (result.rule,)
    if status is ValueStatus.MISSING:
        how = "; ".join(filter(None, (text, how)))
        return CardValue(label, status, how=how, group=result.pack, required_by=asked)
    return CardValue(label, status, text, source, how=how, group=result.pack, required_by=asked)


def waivers(
    workspace: Workspace, facts: Facts, found: CardPolicy, record: EvidenceRecord | None
) -> CardSection:
    """Return the waivers that concern it, of rules and of gates, with their last day.

    Beside them stand the findings that the policy baseline has.
    """
    values = [*_of_rules(workspace, facts, found), *_of_gates(record)]
    if not values:
        values = [facts.not_applicable("Waivers", "metadata.name", "no waiver concerns it")]
    return CardSection("waivers", "Waivers", tuple(values))


def _of_rules(workspace: Workspace, facts: Facts, found: CardPolicy) -> Iterator[CardValue]:
    for result in found.results:
        use = result.waiver
        if use is None:
            continue
        waiver = workspace.resources[use.address]
        its = facts.once(waiver)
        if use.entry:
            yield _known(its, result, use, workspace.environment)
            continue
        label, path = f"Waiver {waiver.name}", "spec.reason"
        told = its.said(label, path, _told(result, use, workspace.environment))
        if use.holds and use.approval is WaiverApproval.SPEC_ONLY:
            env = f" --env {workspace.environment}" if workspace.environment else ""
            how = f"{told.text}; mlspec plan{env}, then mlspec apply"
            told = told._replace(status=ValueStatus.MISSING, text="", source="", how=how)
        yield told
        if use.holds and use.approved_by:
            label = f"Approver named by waiver {waiver.name}"
            yield its.said(label, "spec.approvedBy", ", ".join(use.approved_by))


def _told(result: Result, use: WaiverUse, environment: str) -> str:
    """Return what becomes of a rule by a waiver; one that nobody agreed to is no approval.

    Whom it names is a value of its own: not everybody who sees the one sees people.
    """
    if not use.holds:
        return f"{result.rule} does not hold: {use.reason}"
    if use.approval is WaiverApproval.RECORDED:
        how = f"holds until {use.expires}, {approval_words(use, environment)}"
    elif use.approval is WaiverApproval.SPEC_ONLY:
        how = f"{approval_words(use, environment)}, until {use.expires}"
    else:
        how = f"holds by the spec until {use.expires}; no registry was asked"
    return f"{result.rule} {how}: {use.reason}"


def _known(facts: Facts, result: Result, use: WaiverUse, environment: str) -> CardValue:
    """Return a finding that the policy baseline has: it fails, and nobody has accepted that.

    One that people of the environment did not agree to stops a plan, and is missing there.
    """
    spec = cast("PolicyBaselineSpec", facts.resource.spec)  # resources of this kind have it
    marks = [each.fingerprint for each in spec.entries]
    path = f"spec.entries[{marks.index(use.entry)}]"
    told = f"{result.rule} fails, {use.reason} ({approval_words(use, environment)})"
    value = facts.said(f"Known since the baseline {result.rule}", path, told)
    if use.approval is not WaiverApproval.SPEC_ONLY:
        return value
    return value._replace(status=ValueStatus.MISSING, text="", source="", how=told)


def _of_gates(record: EvidenceRecord | None) -> Iterator[CardValue]:
    for result in record.results if record else ():
        waived = result.waived
        if record is not None and waived is not None:
            text = f"gate {result.gate} holds until {waived.until}: {waived.reason}"
            label, named = f"Waiver of the gate {result.gate}", f"waiver of the gate {result.gate}"
            yield CardValue(label, ValueStatus.PRESENT, text, record.digest)
            label = f"Approver named by {named}"
            yield CardValue(label, ValueStatus.PRESENT, waived.approver, record.digest)
