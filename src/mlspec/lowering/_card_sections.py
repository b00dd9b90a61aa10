"""The sections of a card by kind of resource, in the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.ir import CardSection, ValueStatus
from mlspec.kinds.dataset import DatasetSpec
from mlspec.kinds.model import ModelSpec
from mlspec.kinds.prompt import PromptSpec
from mlspec.kinds.system import SystemSpec
from mlspec.lowering._card_data import data, data_of, features
from mlspec.lowering._card_gates import Known, gates, security
from mlspec.lowering._card_history import history
from mlspec.lowering._card_items import incidents, papers
from mlspec.lowering._card_observed import models_of_system
from mlspec.lowering._card_operation import cost, monitoring, oversight, retraining, serving
from mlspec.lowering._card_people import lineage, logging, people, post_market
from mlspec.lowering._card_policy import NO_POLICY, CardPolicy, policy, waivers
from mlspec.lowering._card_prompt import prompt_section, prompts_in
from mlspec.lowering._card_release import last_values, release
from mlspec.lowering._card_risk import hazards, risk
from mlspec.lowering._card_rollout import rollout
from mlspec.lowering._card_subject import identity, output, ownership, plain_identity, purpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import EvidenceRecord, Item
    from mlspec.lowering._card_history import CardHistory
    from mlspec.workspace import Resource, Workspace

__all__ = ["About", "beside", "sections"]


@dataclass(frozen=True, slots=True)
class About:
    """A resource with all that is known of it; `history` is None where no registry was asked."""

    workspace: Workspace
    resource: Resource
    record: EvidenceRecord | None = None
    known: Known = field(default_factory=lambda: Known(None, {}))
    policy: CardPolicy = NO_POLICY
    history: CardHistory | None = None
    items: tuple[Item, ...] = ()


def sections(about: About) -> Iterator[CardSection]:
    """Yield the sections that a spec fills: of a model, a system, a prompt or a data set."""
    spec = about.resource.spec
    if isinstance(spec, ModelSpec):
        yield from _model(about, spec)
    elif isinstance(spec, SystemSpec):
        yield from _system(about, spec)
    elif isinstance(spec, PromptSpec):
        yield from _prompt(about, spec)
    elif isinstance(spec, DatasetSpec):
        yield from _dataset(about, spec)


def _model(about: About, spec: ModelSpec) -> Iterator[CardSection]:
    workspace, model = about.workspace, about.resource
    judged = gates(workspace, model, spec, about.record, about.known)
    moved = (
        *serving(workspace, model, spec),
        *rollout(workspace, model, spec),
        *release(model, spec, about.history, about.items),
    )
    yield identity(model, spec, about.history)
    yield purpose(model, spec)
    yield ownership(workspace, model, spec)
    yield risk(model, spec.risk, about.policy)
    yield hazards(model, spec.risk)
    yield lineage(model, spec)
    yield data(workspace, model, spec)
    yield features(workspace, model, spec)
    yield output(model, spec.output)
    yield judged
    yield security(workspace, model, judged)
    yield CardSection("serving", "Serving and rollout", moved)
    yield monitoring(model, spec, [*last_values(model, spec, about.items)])
    yield logging(model, spec)
    yield retraining(workspace, model, spec)
    yield oversight(model, spec)
    yield people(model, spec)
    yield cost(model, spec)


def _system(about: About, spec: SystemSpec) -> Iterator[CardSection]:
    workspace, system = about.workspace, about.resource
    yield plain_identity(system)
    yield purpose(system, spec)
    yield ownership(workspace, system, spec)
    yield risk(system, spec.risk, about.policy)
    yield hazards(system, spec.risk)
    parts = (*models_of_system(workspace, system, spec), *prompts_in(workspace, system, spec))
    yield lineage(system, spec, parts)
    yield CardSection("monitoring", "Monitoring", tuple(post_market(system, spec)))
    yield logging(system, spec)
    yield oversight(system, spec)
    yield people(system, spec)


def _prompt(about: About, spec: PromptSpec) -> Iterator[CardSection]:
    workspace, prompt = about.workspace, about.resource
    yield plain_identity(prompt)
    yield purpose(prompt, spec)
    yield ownership(workspace, prompt)
    yield prompt_section(workspace, prompt, spec)
    if spec.output is not None:
        yield output(prompt, spec.output)


def _dataset(about: About, spec: DatasetSpec) -> Iterator[CardSection]:
    yield plain_identity(about.resource)
    yield ownership(about.workspace, about.resource)
    yield data_of(about.workspace, about.resource, spec)


def beside(about: About, made: Sequence[CardSection]) -> Iterator[CardSection]:
    """Yield what is known beside the spec: policy, waivers, the registry.

    `made` are the other sections: what a rule lacks there is not said again.
    """
    workspace, resource = about.workspace, about.resource
    told = {
        rule
        for section in made
        for value in section.values
        if value.status is ValueStatus.MISSING
        for rule in value.required_by
    }
    yield papers(resource, about.items, about.policy)
    yield policy(resource, about.policy, told)
    yield waivers(workspace, resource, about.policy, about.record)
    yield incidents(workspace, resource, about.policy)
    yield history(resource, workspace.environment, about.history)
