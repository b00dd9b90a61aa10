"""Card sections about who answers for a model or system, what is recorded, what people are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import CardSection
from mlspec.kinds.model import ModelSpec
from mlspec.lowering._card_facts import Facts, number, paper_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from mlspec.ir import CardValue
    from mlspec.kinds._accountability import Lineage, Transparency
    from mlspec.kinds.model import Oversight
    from mlspec.kinds.system import SystemSpec
    from mlspec.workspace import Resource

    Answered: TypeAlias = ModelSpec | SystemSpec

__all__ = ["answering", "lineage", "logging", "overseers", "people", "post_market"]


def answering(resource: Resource, spec: Answered) -> Iterator[CardValue]:
    """Yield the people who answer for it by name, and when it is validated again."""
    facts, path, found = Facts(resource), ("spec", "owners"), spec.owners
    if found is None:
        yield facts.missing("People who answer for it", path)
    else:
        yield facts.value("Accountable", (*path, "accountable"), found.accountable)
        yield facts.value("Deputy", (*path, "deputy"), found.deputy)
        yield facts.value("Built by", (*path, "technical"), found.technical)
        yield facts.value("Validated by", (*path, "validator"), found.validator)
    yield from _validation(facts, spec)


def _validation(facts: Facts, spec: Answered) -> Iterator[CardValue]:
    path, review = ("spec", "review"), spec.review
    if review is None:
        yield facts.missing("Validation", path)
        return
    yield facts.value("Last validated", (*path, "last"), review.last)
    every = f"{number(review.every_days)} days"
    yield facts.value("Validated again after", (*path, "everyDays"), every)
    if review.triggers:
        yield facts.value("Validated earlier after", (*path, "triggers"), review.triggers)


def lineage(resource: Resource, spec: Answered, parts: Iterable[CardValue] = ()) -> CardSection:
    """Return what it was made from: code and run, `parts` such as models, and those by others."""
    values = [*(_code(resource, spec) if isinstance(spec, ModelSpec) else ()), *parts]
    for index, part in enumerate(spec.components):
        facts, path = Facts(resource, f"Part: {part.name}"), ("spec", "components", index)
        values += [
            facts.value("Supplier", (*path, "supplier"), part.supplier),
            facts.value("Version of the part", (*path, "version"), part.version),
            facts.value("Licence of the part", (*path, "licence"), part.licence),
            facts.value("Digest of the part", (*path, "digest"), part.digest),
            facts.value("Agreement", (*path, "contract"), part.contract),
        ]
    return CardSection("lineage", "Lineage and parts", tuple(values))


def _code(resource: Resource, spec: ModelSpec) -> Iterator[CardValue]:
    facts, path, found = Facts(resource), ("spec", "lineage"), spec.lineage
    if found is None:
        yield facts.missing("Lineage", path)
        return
    yield facts.value("Repository", (*path, "repository"), found.repository)
    yield facts.value("Commit", (*path, "commit"), found.commit)
    yield facts.value("Training run", (*path, "run"), found.run)
    yield facts.value("Architecture", (*path, "architecture"), found.architecture)
    if found.parameters is not None:
        yield facts.value("Parameters", (*path, "parameters"), found.parameters)
    yield from _compute(facts, found)


def _compute(facts: Facts, found: Lineage) -> Iterator[CardValue]:
    """Yield what training took; energy and operations only where somebody states them."""
    path, stated = ("spec", "lineage", "compute"), found.compute
    if stated is None:
        yield facts.missing("Computing", path)
        return
    hours = "" if stated.hours is None else f", {number(stated.hours)} hours"
    yield facts.said("Computing", path, f"{stated.hardware}{hours}")
    if stated.operations is not None:
        yield facts.value("Operations", (*path, "operations"), stated.operations)
    if stated.energy_kwh is not None:
        energy = f"{number(stated.energy_kwh)} kWh"
        yield facts.value("Energy", (*path, "energyKwh"), energy)


def logging(resource: Resource, spec: Answered) -> CardSection:
    """Return what is recorded of every answer, where and for how long."""
    facts, path, found = Facts(resource), ("spec", "logging"), spec.logging
    if found is None:
        return CardSection("logging", "Logging", (facts.missing("Logging", path),))
    values = (
        facts.value("Recorded of every answer", (*path, "events"), found.events),
        facts.value("Kept for", (*path, "retentionDays"), f"{number(found.retention_days)} days"),
        facts.value("Kept in", (*path, "sink"), found.sink),
    )
    return CardSection("logging", "Logging", values)


def people(resource: Resource, spec: Answered) -> CardSection:
    """Return what the people are told whom answers are about, and what was assessed for them."""
    facts, title = Facts(resource), "What people are told"
    values = (*_told(facts, title, spec.transparency), *_assessments(facts, spec))
    return CardSection("people", title, values)


def _told(facts: Facts, title: str, told: Transparency | None) -> Iterator[CardValue]:
    path = ("spec", "transparency")
    if told is None:
        yield facts.missing(title, path)
        return
    papers = (
        ("Instructions for use", "instructions", told.instructions),
        ("Notice to people affected", "notice", told.notice),
        ("Marking of generated content", "marking", told.marking),
    )
    for label, key, paper in papers:
        yield facts.value(label, (*path, key), paper_text(paper))
    yield facts.value("Explanation of a decision", (*path, "explanation"), told.explanation)
    yield facts.value("Whom people can write to", (*path, "contact"), told.contact)


def _assessments(facts: Facts, spec: Answered) -> Iterator[CardValue]:
    privacy, act, path = spec.risk.privacy, spec.risk.eu_ai_act, ("spec", "risk")
    yield facts.value(
        "Data protection impact assessment",
        (*path, "privacy", "impactAssessment"),
        paper_text(privacy.impact_assessment if privacy else None),
    )
    yield facts.value(
        "Fundamental rights impact assessment",
        (*path, "euAiAct", "rightsAssessment"),
        paper_text(act.rights_assessment if act else None),
    )


def overseers(resource: Resource, declared: Oversight) -> Iterator[CardValue]:
    """Yield the people who can intervene; they are numbered, so that a name can be withheld."""
    path = ("spec", "oversight", "overseers")
    if not declared.overseers:
        yield Facts(resource).missing("People who can intervene", path)
    for index, each in enumerate(declared.overseers):
        facts = Facts(resource, f"Overseer {index + 1}")
        yield facts.value("Person", (*path, index, "person"), each.person)
        yield facts.value("Can stop the model", (*path, index, "canStop"), each.can_stop)
        training = paper_text(each.training)
        yield facts.value("Evidence of training", (*path, index, "training"), training)


def post_market(resource: Resource, spec: Answered) -> Iterator[CardValue]:
    """Yield the plan for the time after the release, and who takes reports of incidents."""
    facts, path, found = Facts(resource), ("spec", "postMarket"), spec.post_market
    if found is None:
        yield facts.missing("After the release", path)
        return
    yield facts.value("Monitoring plan", (*path, "plan"), paper_text(found.plan))
    contact = found.incident_contact
    yield facts.value("Reports of incidents go to", (*path, "incidentContact"), contact)
