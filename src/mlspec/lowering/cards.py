"""Cards: every value copied from a spec, a record or the ledger, or shown as missing.

In: the effective workspace, the latest gate records, what policy says, and what a registry knows.
Out: one card per model, system, prompt and data set. Must not: fill a gap with words of its own, or
say more than its sources do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, overload

from mlspec.ir import Audience, Card, CardSection, CardValue, ValueStatus
from mlspec.lowering._card_audience import seen_by
from mlspec.lowering._card_data import uses_of
from mlspec.lowering._card_facts import Page, facts_of
from mlspec.lowering._card_gates import Known
from mlspec.lowering._card_names import named
from mlspec.lowering._card_policy import NO_POLICY
from mlspec.lowering._card_sections import About, beside, sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.evidence import EvidenceRecord, Item, PaperLook
    from mlspec.lowering._card_facts import Linked
    from mlspec.lowering._card_history import CardHistory
    from mlspec.lowering._card_policy import Policies
    from mlspec.policy import StatedPaper
    from mlspec.workspace import Resource, Workspace

__all__ = ["CARD_KINDS", "CardFacts", "lower_cards"]

CARD_KINDS = ("Model", "System", "Prompt", "Dataset")
"""The kinds that have cards, in the order in which they are made."""

_GAPS = "What is missing, stale or in conflict"
_OPEN = (ValueStatus.MISSING, ValueStatus.STALE, ValueStatus.CONFLICT)


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What cards tell besides specs and gate records.

    `policies` is what the packs in force say. `histories` are what the registry knows, by address;
    a resource that is not among them was not asked about. `items` are the evidence items of a
    resource, those that rules miss included. `papers` are those that its spec states, by path, with
    what was seen of them. `only` are the addresses that cards are made of; none means all.
    """

    policies: Policies | None = None
    histories: Mapping[str, CardHistory] = field(default_factory=dict)
    audience: Audience = Audience.REVIEWER
    items: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    papers: Mapping[str, Mapping[str, tuple[StatedPaper, PaperLook]]] = field(default_factory=dict)
    only: frozenset[str] = frozenset()


_NO_FACTS = CardFacts()


def lower_cards(
    workspace: Workspace,
    environment: str,
    evidence: Mapping[str, EvidenceRecord],
    *,
    current_digests: Mapping[str, str | None] | None = None,
    doubts: Mapping[str, str] | None = None,
    facts: CardFacts = _NO_FACTS,
) -> Sequence[Card]:
    """Return all cards in order of kind and name, each made when it is asked for.

    Args:
        workspace: The specs with the overrides of the environment merged in.
        environment: Its name.
        evidence: The latest gate record per address of a model.
        current_digests: Digest of today per file that a record rests on, None for one that is
            gone. Without it, changes of these files are not noticed here.
        doubts: Why the record of a model does not count, by address: one that contradicts the spec,
            or is of another version and can't be read, so that it is not among `evidence`.
        facts: What policy and the registry say, and for whom the cards are.
    """
    known = Known(current_digests, doubts or {})
    linked: Linked = {}
    uses = cache(partial(uses_of, workspace))  # only cards of data ask for it

    def of(resource: Resource) -> Card:
        address = resource.address
        policy = facts.policies.of(resource) if facts.policies else NO_POLICY
        page = Page(address, policy.asked, facts.papers.get(address, {}), linked)
        about = About(
            workspace,
            facts_of(resource, page),
            uses,
            evidence.get(address),
            known,
            policy,
            facts.histories.get(address),
            facts.items.get(address, ()),
        )
        return _card(about, environment, facts.audience)

    every = (each for kind in CARD_KINDS for each in workspace.of_kind(kind))
    return _Cards([each for each in every if not facts.only or each.address in facts.only], of)


class _Cards(Sequence["Card"]):
    """Cards that are made when they are asked for, one at a time: ten thousand take 200 MB."""

    def __init__(self, resources: Sequence[Resource], of: Callable[[Resource], Card]) -> None:
        self._resources = resources
        self._of = of

    def __len__(self) -> int:
        return len(self._resources)

    @overload
    def __getitem__(self, place: int) -> Card: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Card]: ...

    def __getitem__(self, place: int | slice) -> Card | Sequence[Card]:
        if isinstance(place, slice):
            return _Cards(self._resources[place], self._of)
        return self._of(self._resources[place])


def _card(about: About, environment: str, audience: Audience) -> Card:
    resource, asked = about.facts.resource, about.policy.asked
    made = [named(each, asked, resource.address) for each in sections(about)]
    made += [named(each, asked, resource.address) for each in beside(about, made)]
    shown = seen_by(made, audience)
    gaps = CardSection("missing", _GAPS, tuple(_open_values(shown)))
    return Card(
        model=resource.name,
        version=resource.metadata.version or "",
        environment=environment,
        sections=(*shown, gaps),
        source=resource.document.source.file,
        kind=resource.kind,
        audience=audience,
        packs=tuple(f"{each.pack.name}@{each.pack.version}" for each in about.policy.packs),
    )


def _open_values(sections: Sequence[CardSection]) -> Iterator[CardValue]:
    """Yield what is open, once per step that mends it; what rules ask for is first."""
    steps: set[str] = set()
    others: list[CardValue] = []
    for section in sections:
        for value in section.values:
            how = value.how
            if how and how not in steps and value.status in _OPEN:
                steps.add(how)
                if value.required_by:
                    yield _gap(value, section.title)
                else:
                    others.append(_gap(value, section.title))
    yield from others


def _gap(value: CardValue, section: str) -> CardValue:
    label, status, text, source, how, group, numbers, name, rules, place = value
    words = f"{group}, {label}" if group and label and group != label else group or label
    return CardValue(words, status, text, source, how, section, numbers, name, rules, place)
