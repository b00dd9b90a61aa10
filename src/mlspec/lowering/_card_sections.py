"""The sections of a card by kind of resource, in the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ir import CardSection, ValueStatus
from mlspec.kinds.dataset import DatasetSpec
from mlspec.kinds.model import ModelSpec
from mlspec.kinds.prompt import PromptSpec
from mlspec.kinds.system import SystemSpec
from mlspec.lowering._card_data import data, data_of, features
from mlspec.lowering._card_gates import gates, security
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
    from collections.abc import Callable, Iterator, Sequence

    from mlspec.evidence import EvidenceRecord, Item
    from mlspec.lowering._card_data import Uses
    from mlspec.lowering._card_facts import Facts
    from mlspec.lowering._card_gates import Known
    from mlspec.lowering._card_history import CardHistory
    from mlspec.workspace import Workspace

__all__ = ["About", "beside", "sections"]


@dataclass(frozen=True, slots=True)
class About:
    """A resource with all that is known of it; `history` is None where no registry was asked."""

    workspace: Workspace
    facts: Facts
    uses: Callable[[], Uses]
    record: EvidenceRecord | None
    known: Known
    policy: CardPolicy = NO_POLICY
    history: CardHistory | None = None
    items: tuple[Item, ...] = ()


def sections(about: About) -> Iterator[CardSection]:
    """Yield the sections that a spec fills: of a model, a system, a prompt or a data set."""
    spec = about.facts.resource.spec
    if isinstance(spec, ModelSpec):
        yield from _model(about, spec)
    elif isinstance(spec, SystemSpec):
        yield from _system(about, spec)
    elif isinstance(spec, PromptSpec):
        yield from _prompt(about, spec)
    elif isinstance(spec, DatasetSpec):
        yield from _dataset(about, spec)


def _model(about: About, spec: ModelSpec) -> Iterator[CardSection]:
    workspace, under = about.workspace, about.facts.under
    judged = gates(workspace, under("gates"), spec, about.record, about.known)
    served = under("serving")
    moved = (
        *serving(workspace, served, spec),
        *rollout(workspace, served, spec),
        *release(served, spec, about.history, about.items),
    )
    watched = under("monitoring")
    last = [*last_values(watched, spec, about.items)]
    yield identity(under("identity"), spec, about.history)
    yield purpose(under("purpose"), spec)
    yield ownership(workspace, under("ownership"), spec)
    yield risk(under("risk"), spec.risk, about.policy)
    yield hazards(under("hazards"), spec.risk)
    yield lineage(under("lineage"), spec)
    yield data(workspace, under("data"), spec)
    yield features(workspace, under("features"), spec)
    yield output(under("output"), spec.output)
    yield judged
    yield security(workspace, under("security"), judged)
    yield CardSection("serving", "Serving and rollout", moved)
    yield monitoring(watched, spec, last)
    yield logging(under("logging"), spec)
    yield retraining(workspace, under("retraining"), spec)
    yield oversight(under("oversight"), spec)
    yield people(under("people"), spec)
    yield cost(under("cost"), spec)


def _system(about: About, spec: SystemSpec) -> Iterator[CardSection]:
    workspace, under = about.workspace, about.facts.under
    yield plain_identity(under("identity"))
    yield purpose(under("purpose"), spec)
    yield ownership(workspace, under("ownership"), spec)
    yield risk(under("risk"), spec.risk, about.policy)
    yield hazards(under("hazards"), spec.risk)
    own = under("lineage")
    parts = (*models_of_system(workspace, own, spec), *prompts_in(workspace, own, spec))
    yield lineage(own, spec, parts)
    planned = tuple(post_market(under("monitoring"), spec))
    yield CardSection("monitoring", "Monitoring", planned)
    yield logging(under("logging"), spec)
    yield oversight(under("oversight"), spec)
    yield people(under("people"), spec)


def _prompt(about: About, spec: PromptSpec) -> Iterator[CardSection]:
    workspace, under = about.workspace, about.facts.under
    yield plain_identity(under("identity"))
    yield purpose(under("purpose"), spec)
    yield ownership(workspace, under("ownership"))
    yield prompt_section(workspace, under("prompt"), spec)
    if spec.output is not None:
        yield output(under("output"), spec.output)


def _dataset(about: About, spec: DatasetSpec) -> Iterator[CardSection]:
    under = about.facts.under
    yield plain_identity(under("identity"))
    yield ownership(about.workspace, under("ownership"))
    yield data_of(about.uses(), under("data"), spec)


def beside(about: About, made: Sequence[CardSection]) -> Iterator[CardSection]:
    """Yield what is known beside the spec: policy, waivers, the registry.

    `made` are the other sections: what a rule lacks there is not said again.
    """
    workspace, under = about.workspace, about.facts.under
    told = _lacking(made) if about.policy.packs else frozenset()
    yield papers(under("papers"), about.items, about.policy)
    yield policy(under("policy"), about.policy, told)
    yield waivers(workspace, under("waivers"), about.policy, about.record)
    yield incidents(workspace, under("incidents"), about.policy)
    yield history(under("history"), workspace.environment, about.history)


def _lacking(made: Sequence[CardSection]) -> frozenset[str]:
    return frozenset(
        rule
        for section in made
        for value in section.values
        if value.status is ValueStatus.MISSING
        for rule in value.required_by
    )
