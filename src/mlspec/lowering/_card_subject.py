"""Card sections about the model itself: what it is, for whom, whose, and at what risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import CardSection
from mlspec.kinds.team import TeamSpec
from mlspec.lowering._card_facts import Facts, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import CardValue
    from mlspec.kinds.model import ModelSpec, OutputField
    from mlspec.workspace import Resource, Workspace

__all__ = ["identity", "output", "ownership", "purpose", "risk"]


def identity(model: Resource, spec: ModelSpec) -> CardSection:
    """Return which model this is, down to its bytes."""
    facts, metadata = Facts(model), model.metadata
    labels = [f"{key}={value}" for key, value in sorted(metadata.labels.items())]
    values = [
        facts.value("Name", ("metadata", "name"), metadata.name),
        facts.value("Version", ("metadata", "version"), metadata.version),
        facts.value("Description", ("metadata", "description"), metadata.description),
        *([facts.value("Labels", ("metadata", "labels"), labels)] if labels else ()),
        facts.value("Task", ("spec", "task"), spec.task),
        facts.value("Artifact", ("spec", "artifact", "uri"), spec.artifact.uri),
        facts.value("Format", ("spec", "artifact", "format"), spec.artifact.format),
        facts.value("Artifact digest", ("spec", "artifact", "digest"), spec.artifact.digest),
    ]
    return CardSection("identity", "Identity", tuple(values))


def purpose(model: Resource, spec: ModelSpec) -> CardSection:
    """Return what the model is for, and what it must not be used for."""
    facts, path = Facts(model), ("spec", "limitations")
    limits = [
        facts.value("Limitation", (*path, index), text)
        for index, text in enumerate(spec.limitations)
    ]
    stated = facts.value("Purpose", ("spec", "purpose"), spec.purpose)
    values = (stated, *(limits or [facts.missing("Limitations", path)]))
    return CardSection("purpose", "Purpose and limits", values)


def ownership(workspace: Workspace, model: Resource) -> CardSection:
    """Return who answers for the model, and who is called."""
    facts, owner = Facts(model), model.metadata.owner
    values = [facts.value("Owner", ("metadata", "owner"), owner)]
    team = workspace.find("Team", owner) if owner else None
    if team is not None and isinstance(team.spec, TeamSpec):
        values += _team(Facts(team), team.spec)
    return CardSection("ownership", "Ownership", tuple(values))


def _team(facts: Facts, team: TeamSpec) -> Iterator[CardValue]:
    yield facts.value("People", ("spec", "members"), team.members)
    if team.on_call is None:
        yield facts.missing("On call", ("spec", "onCall"))
        return
    yield facts.value("On call", ("spec", "onCall", "receiver"), team.on_call.receiver)
    yield facts.value("Contact", ("spec", "onCall", "contact"), team.on_call.contact)


def risk(model: Resource, spec: ModelSpec) -> CardSection:
    """Return the declared tier and the facts that anybody can check it against."""
    facts, path, declared = Facts(model), ("spec", "risk"), spec.risk
    values = (
        facts.value("Declared tier", (*path, "tier"), declared.tier),
        facts.value("Field of use", (*path, "domain"), declared.domain),
        facts.value("Affects people", (*path, "affectsPeople"), declared.affects_people),
        facts.value(
            "Takes effect before a person looks",
            (*path, "automatedDecision"),
            declared.automated_decision,
        ),
        facts.value(
            "Protected attributes among the inputs",
            (*path, "sensitiveData"),
            declared.sensitive_data,
        ),
        facts.value("Why this tier", (*path, "rationale"), declared.rationale),
    )
    return CardSection("risk", "Risk", values)


def output(model: Resource, spec: ModelSpec) -> CardSection:
    """Return the contract with those who use the answers, and who they are."""
    facts, path = Facts(model), ("spec", "output")
    values = [facts.value("Contract version", (*path, "version"), spec.output.version)]
    values += [
        facts.said(f"Field {field.name}", (*path, "fields", index), _field(field))
        for index, field in enumerate(spec.output.fields)
    ]
    values += [
        facts.said(
            "Consumer", (*path, "consumers", index), f"{consumer.system} (team {consumer.team})"
        )
        for index, consumer in enumerate(spec.output.consumers)
    ]
    if not spec.output.consumers:
        values.append(facts.missing("Consumers", (*path, "consumers")))
    return CardSection("output", "Output contract and consumers", tuple(values))


def _field(field: OutputField) -> str:
    bounds = (("at least", field.minimum), ("at most", field.maximum))
    stated = [f"{words} {number(bound)}" for words, bound in bounds if bound is not None]
    described = f"; {field.description}" if field.description else ""
    return ", ".join([field.type, *stated]) + described
