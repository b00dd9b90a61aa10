"""Card sections about papers that are kept as evidence, and about incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import ItemStatus
from mlspec.ir import CardSection, CardValue, ValueStatus
from mlspec.policy import LACKING, Outcome, incident_clocks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mlspec.evidence import Item
    from mlspec.lowering._card_facts import Facts
    from mlspec.lowering._card_policy import CardPolicy
    from mlspec.policy import IncidentClock
    from mlspec.workspace import Resource, Workspace

__all__ = ["incidents", "papers", "stated"]


def papers(facts: Facts, found: Sequence[Item], policy: CardPolicy) -> CardSection:
    """Return the evidence items as they stand, and those that a rule that concerns it misses.

    A rule that passes misses none, whichever kinds of papers it would have taken as well.
    """
    asking = {each.rule for each in policy.results if each.outcome is not Outcome.SKIP}
    lacking = {each.rule for each in policy.results if each.outcome in LACKING}
    values = [
        _paper(facts.resource, each, _asking(each, lacking if _is_missing(each) else asking))
        for each in found
    ]
    shown = [each for each in values if each.required_by or each.status is not ValueStatus.MISSING]
    if not shown:
        told = "no rule asks for a paper, and none was added"
        shown = [facts.not_applicable("Papers", "metadata.name", told)]
    return CardSection("papers", "Papers", tuple(shown))


def _is_missing(item: Item) -> bool:
    return item.status is ItemStatus.MISSING


def _asking(item: Item, rules: Collection[str]) -> tuple[str, ...]:
    return tuple(each for each in item.asked_by if each in rules)


def _paper(resource: Resource, item: Item, asking: tuple[str, ...]) -> CardValue:
    label = f"Paper {item.kind}" + (f", {item.part}" if item.part else "")
    how = f"mlspec evidence add {resource.address} --kind {item.kind} --file PAPER"
    if _is_missing(item):
        return CardValue(label, ValueStatus.MISSING, how=how, required_by=asking)
    is_open = item.status in (ItemStatus.STALE, ItemStatus.CONFLICT)
    return CardValue(
        label,
        ValueStatus(item.status.value),
        stated(item),
        item.source,
        how=(item.mend or how) if is_open else "",
        required_by=asking,
    )


def stated(item: Item) -> str:
    """Return what is stated of a paper: its day and digest, who stands for it, and why."""
    signed = f"signed by {', '.join(item.signers)}" if item.signers else item.by and f"by {item.by}"
    told = (item.reason, item.day, item.digest, signed)
    return ", ".join(each for each in told if each)


def incidents(workspace: Workspace, facts: Facts, policy: CardPolicy) -> CardSection:
    """Return what went wrong, and until when the authority has to be told, by each pack."""
    address = facts.resource.address
    tiers = {address: policy.reasons}
    clocks = incident_clocks(workspace, policy.packs, tiers, address)
    values = [*_clocks(workspace, facts, clocks)]
    if not values:
        told = "no incident is recorded for it"
        values = [facts.not_applicable("Incidents", "metadata.name", told)]
    return CardSection("incidents", "Incidents", tuple(values))


def _clocks(
    workspace: Workspace, facts: Facts, clocks: Sequence[IncidentClock]
) -> Iterator[CardValue]:
    """Yield days and no countdown, which would be another one tomorrow."""
    for clock in clocks:
        incident = workspace.resources[clock.incident]
        due = f"report due by {clock.due}" if clock.due else clock.idle
        stands = clock.told if clock.reported else due
        by = f" by {clock.pack}" if clock.pack else ""
        text = f"{clock.category}, known since {clock.known}; {stands}{by}"
        label = f"Incident {incident.name}"
        yield facts.once(incident).said(label, "spec.category", text)
