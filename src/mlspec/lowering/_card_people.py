"""Card sections about who answers for a model or system, what is recorded, what people are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import CardSection
from mlspec.kinds.model import ModelSpec
from mlspec.lowering._card_facts import number, paper_text
from mlspec.lowering._card_names import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from mlspec.ir import CardValue
    from mlspec.kinds._accountability import Lineage, Transparency
    from mlspec.kinds.model import Oversight
    from mlspec.kinds.system import SystemSpec
    from mlspec.lowering._card_facts import Facts

    Answered: TypeAlias = ModelSpec | SystemSpec

__all__ = ["answering", "lineage", "logging", "overseers", "people", "post_market"]


def answering(facts: Facts, spec: Answered) -> Iterator[CardValue]:
    """Yield the people who answer for it by name, and when it is validated again."""
    found = spec.owners
    if found is None:
        yield facts.missing("People who answer for it", "spec.owners")
    else:
        yield facts.value("Accountable", "spec.owners.accountable", found.accountable)
        yield facts.value("Deputy", "spec.owners.deputy", found.deputy)
        yield facts.value("Built by", "spec.owners.technical", found.technical)
        yield facts.value("Validated by", "spec.owners.validator", found.validator)
    yield from _validation(facts, spec)


def _validation(facts: Facts, spec: Answered) -> Iterator[CardValue]:
    review = spec.review
    if review is None:
        yield facts.missing("Validation", "spec.review")
        return
    yield facts.value("Last validated", "spec.review.last", review.last)
    every = f"{number(review.every_days)} days"
    yield facts.value("Validated again after", "spec.review.everyDays", every)
    if review.triggers:
        yield facts.value("Validated earlier after", "spec.review.triggers", review.triggers)


def lineage(own: Facts, spec: Answered, parts: Iterable[CardValue] = ()) -> CardSection:
    """Return what it was made from: code and run, `parts` such as models, and those by others."""
    values = [*(_code(own, spec) if isinstance(spec, ModelSpec) else ()), *parts]
    for index, part in enumerate(spec.components):
        facts, path = own.about(f"Part: {part.name}"), f"spec.components[{index}]"
        values += [
            facts.value("Supplier", f"{path}.supplier", part.supplier),
            facts.value("Version of the part", f"{path}.version", part.version),
            facts.value("Licence of the part", f"{path}.licence", part.licence),
            facts.value("Digest of the part", f"{path}.digest", part.digest),
            facts.value("Agreement", f"{path}.contract", part.contract),
        ]
    return CardSection("lineage", "Lineage and parts", tuple(values))


def _code(facts: Facts, spec: ModelSpec) -> Iterator[CardValue]:
    found = spec.lineage
    if found is None:
        yield facts.missing("Lineage", "spec.lineage")
        return
    yield facts.value("Repository", "spec.lineage.repository", found.repository)
    yield facts.value("Commit", "spec.lineage.commit", found.commit)
    yield facts.value("Training run", "spec.lineage.run", found.run)
    yield facts.value("Architecture", "spec.lineage.architecture", found.architecture)
    if found.parameters is not None:
        yield facts.value("Parameters", "spec.lineage.parameters", found.parameters)
    yield from _compute(facts, found)


def _compute(facts: Facts, found: Lineage) -> Iterator[CardValue]:
    """Yield what training took; energy and operations only where somebody states them."""
    path, stated = "spec.lineage.compute", found.compute
    if stated is None:
        yield facts.missing("Computing", path)
        return
    hours = "" if stated.hours is None else f", {number(stated.hours)} hours"
    yield facts.said("Computing", path, f"{stated.hardware}{hours}")
    if stated.operations is not None:
        yield facts.value("Operations", "spec.lineage.compute.operations", stated.operations)
    if stated.energy_kwh is not None:
        energy = f"{number(stated.energy_kwh)} kWh"
        yield facts.value("Energy", "spec.lineage.compute.energyKwh", energy)


def logging(facts: Facts, spec: Answered) -> CardSection:
    """Return what is recorded of every answer, where and for how long."""
    found = spec.logging
    if found is None:
        return CardSection("logging", "Logging", (facts.missing("Logging", "spec.logging"),))
    kept = f"{number(found.retention_days)} days"
    values = (
        facts.value("Recorded of every answer", "spec.logging.events", found.events),
        facts.value("Kept for", "spec.logging.retentionDays", kept),
        facts.value("Kept in", "spec.logging.sink", found.sink),
    )
    return CardSection("logging", "Logging", values)


def people(facts: Facts, spec: Answered) -> CardSection:
    """Return what the people are told whom answers are about, and what was assessed for them."""
    title = "What people are told"
    told = (*_told(facts, title, spec.transparency), *_assessments(facts, spec))
    return CardSection("people", title, tuple(each for each in told if each is not LEFT_OUT))


def _told(facts: Facts, title: str, told: Transparency | None) -> Iterator[CardValue]:
    if told is None:
        yield facts.missing(title, "spec.transparency")
        return
    papers = (
        ("Instructions for use", "instructions", told.instructions),
        ("Notice to people affected", "notice", told.notice),
        ("Marking of generated content", "marking", told.marking),
    )
    path = "spec.transparency"
    for label, key, paper in papers:
        yield facts.value(label, f"{path}.{key}", paper_text(paper))
    yield facts.value("Explanation of a decision", f"{path}.explanation", told.explanation)
    yield facts.value("Whom people can write to", f"{path}.contact", told.contact)


def _assessments(facts: Facts, spec: Answered) -> Iterator[CardValue]:
    privacy, act = spec.risk.privacy, spec.risk.eu_ai_act
    yield facts.value(
        "Data protection impact assessment",
        "spec.risk.privacy.impactAssessment",
        paper_text(privacy.impact_assessment if privacy else None),
    )
    yield facts.value(
        "Fundamental rights impact assessment",
        "spec.risk.euAiAct.rightsAssessment",
        paper_text(act.rights_assessment if act else None),
    )


def overseers(own: Facts, declared: Oversight) -> Iterator[CardValue]:
    """Yield the people who can intervene; they are numbered, so that a name can be withheld."""
    if not declared.overseers:
        yield own.missing("People who can intervene", "spec.oversight.overseers")
    for index, each in enumerate(declared.overseers):
        facts, path = own.about(f"Overseer {index + 1}"), f"spec.oversight.overseers[{index}]"
        yield facts.value("Person", f"{path}.person", each.person)
        yield facts.value("Can stop the model", f"{path}.canStop", each.can_stop)
        training = paper_text(each.training)
        yield facts.value("Evidence of training", f"{path}.training", training)


def post_market(facts: Facts, spec: Answered) -> Iterator[CardValue]:
    """Yield the plan for the time after the release, and who takes reports of incidents."""
    found = spec.post_market
    if found is None:
        yield facts.missing("After the release", "spec.postMarket")
        return
    yield facts.value("Monitoring plan", "spec.postMarket.plan", paper_text(found.plan))
    contact = found.incident_contact
    yield facts.value("Reports of incidents go to", "spec.postMarket.incidentContact", contact)
