"""Card sections about the model itself: what it is, for whom, and whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.ir import CardSection
from mlspec.kinds.prompt import PromptSpec
from mlspec.lowering._card_facts import number
from mlspec.lowering._card_history import registered
from mlspec.lowering._card_people import answering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import CardValue
    from mlspec.kinds.model import ModelSpec, Output, OutputField
    from mlspec.kinds.system import SystemSpec
    from mlspec.kinds.team import TeamSpec
    from mlspec.lowering._card_facts import Facts
    from mlspec.lowering._card_history import CardHistory
    from mlspec.workspace import Workspace

__all__ = ["identity", "output", "ownership", "plain_identity", "purpose"]


def identity(facts: Facts, spec: ModelSpec, known: CardHistory | None = None) -> CardSection:
    """Return which model this is, down to its bytes."""
    digest = spec.artifact.digest
    values = (
        *_named(facts),
        facts.value("Task", "spec.task", spec.task),
        facts.value("Artifact", "spec.artifact.uri", spec.artifact.uri),
        facts.value("Format", "spec.artifact.format", spec.artifact.format),
        facts.value("Artifact digest", "spec.artifact.digest", digest),
        *registered(facts, digest or "", known),
    )
    return CardSection("identity", "Identity", values)


def plain_identity(facts: Facts) -> CardSection:
    """Return which system, prompt or data set this is."""
    return CardSection("identity", "Identity", tuple(_named(facts)))


def _named(facts: Facts) -> Iterator[CardValue]:
    metadata = facts.resource.metadata
    labels = [f"{key}={value}" for key, value in sorted(metadata.labels.items())]
    yield facts.value("Name", "metadata.name", metadata.name)
    yield facts.value("Version", "metadata.version", metadata.version)
    yield facts.value("Description", "metadata.description", metadata.description)
    if labels:
        yield facts.value("Labels", "metadata.labels", labels)


def purpose(facts: Facts, spec: ModelSpec | PromptSpec | SystemSpec) -> CardSection:
    """Return what it is for, and what it must not be used for."""
    limits = [
        facts.value("Limitation", f"spec.limitations[{index}]", text)
        for index, text in enumerate(spec.limitations)
    ]
    stated = facts.value("Purpose", "spec.purpose", spec.purpose)
    if not limits:
        limits = [facts.missing("Limitations", "spec.limitations")]
    values = (stated, *limits, *_misuse(facts, spec))
    return CardSection("purpose", "Purpose and limits", values)


def _misuse(facts: Facts, spec: ModelSpec | PromptSpec | SystemSpec) -> Iterator[CardValue]:
    """Yield misuse that somebody foresees; of a prompt, its systems tell it."""
    if isinstance(spec, PromptSpec):
        return
    for index, each in enumerate(spec.risk.misuse):
        text = f"{each.use} ({each.mitigation})"
        yield facts.said("Foreseeable misuse", f"spec.risk.misuse[{index}]", text)
    if not spec.risk.misuse:
        yield facts.missing("Foreseeable misuse", "spec.risk.misuse")


def ownership(
    workspace: Workspace, facts: Facts, spec: ModelSpec | SystemSpec | None = None
) -> CardSection:
    """Return who answers for it, and who is called; data sets have no people of their own."""
    owner = facts.resource.metadata.owner
    values = [facts.value("Owner", "metadata.owner", owner)]
    team = workspace.find("Team", owner) if owner else None
    if team is not None:
        values += facts.linked(team, _team)
    if spec is not None:
        values += answering(facts, spec)
    return CardSection("ownership", "Ownership", tuple(values))


def _team(facts: Facts) -> Iterator[CardValue]:
    team = cast("TeamSpec", facts.resource.spec)  # of teams only
    yield facts.value("People", "spec.members", team.members)
    if team.on_call is None:
        yield facts.missing("On call", "spec.onCall")
        return
    yield facts.value("On call", "spec.onCall.receiver", team.on_call.receiver)
    yield facts.value("Contact", "spec.onCall.contact", team.on_call.contact)


def output(facts: Facts, promised: Output) -> CardSection:
    """Return the contract with those who use the answers, and who they are."""
    values = [facts.value("Contract version", "spec.output.version", promised.version)]
    values += [
        facts.said(f"Field {field.name}", f"spec.output.fields[{index}]", _field(field))
        for index, field in enumerate(promised.fields)
    ]
    values += [
        facts.said(
            "Consumer", f"spec.output.consumers[{index}]", f"{each.system} (team {each.team})"
        )
        for index, each in enumerate(promised.consumers)
    ]
    if not promised.consumers:
        values.append(facts.missing("Consumers", "spec.output.consumers"))
    return CardSection("output", "Output contract and consumers", tuple(values))


def _field(field: OutputField) -> str:
    bounds = (("at least", field.minimum), ("at most", field.maximum))
    stated = [f"{words} {number(bound)}" for words, bound in bounds if bound is not None]
    described = f"; {field.description}" if field.description else ""
    return ", ".join([field.type, *stated]) + described
