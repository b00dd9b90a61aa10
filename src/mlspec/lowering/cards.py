"""Model cards: every value copied from a spec or an evidence record, or shown as missing.

In: the effective workspace and the latest gate records. Out: one card per model. Must not: fill a
gap with words of its own, or say more than its sources do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, overload

from mlspec.ir import Card, CardSection, ValueStatus
from mlspec.lowering._card_data import data, features
from mlspec.lowering._card_gates import Known, gates
from mlspec.lowering._card_operation import cost, monitoring, oversight, retraining, serving
from mlspec.lowering._card_rollout import rollout
from mlspec.lowering._card_subject import identity, output, ownership, purpose, risk
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.evidence import EvidenceRecord
    from mlspec.ir import CardValue
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_cards"]

_OPEN = (ValueStatus.MISSING, ValueStatus.STALE)


def lower_cards(
    workspace: Workspace,
    environment: str,
    evidence: Mapping[str, EvidenceRecord],
    *,
    current_digests: Mapping[str, str | None] | None = None,
    doubts: Mapping[str, str] | None = None,
) -> Sequence[Card]:
    """Return the cards of all models in order of name, each made when it is asked for.

    Args:
        workspace: The specs with the overrides of the environment merged in.
        environment: Its name.
        evidence: The latest gate record per address of a model.
        current_digests: Digest of today per file that a record rests on, None for one that is
            gone. Without it, changes of these files are not noticed here.
        doubts: Why the record of a model does not count, by address: one that contradicts the spec,
            or is of another version and can't be read, so that it is not among `evidence`.
    """
    known = Known(current_digests, doubts or {})

    def of(model: Resource) -> Card:
        record = evidence.get(model.address)
        return _card(workspace, model, environment, record, known)

    return _Cards(workspace.of_kind("Model"), of)


class _Cards(Sequence["Card"]):
    """Cards that are made when they are asked for, one at a time: ten thousand take 200 MB."""

    def __init__(self, models: Sequence[Resource], of: Callable[[Resource], Card]) -> None:
        self._models = models
        self._of = of

    def __len__(self) -> int:
        return len(self._models)

    @overload
    def __getitem__(self, place: int) -> Card: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Card]: ...

    def __getitem__(self, place: int | slice) -> Card | Sequence[Card]:
        if isinstance(place, slice):
            return _Cards(self._models[place], self._of)
        return self._of(self._models[place])


def _card(
    workspace: Workspace,
    model: Resource,
    environment: str,
    record: EvidenceRecord | None,
    known: Known,
) -> Card:
    spec = model_of(model)
    sections = (
        identity(model, spec),
        purpose(model, spec),
        ownership(workspace, model),
        risk(model, spec),
        data(workspace, model, spec),
        features(workspace, model, spec),
        output(model, spec),
        gates(workspace, model, spec, record, known),
        CardSection(
            "serving",
            "Serving and rollout",
            (*serving(workspace, model, spec), *rollout(workspace, model, spec)),
        ),
        monitoring(model, spec),
        retraining(model, spec),
        oversight(model, spec),
        cost(model, spec),
    )
    gaps = CardSection("missing", "What is missing or stale", tuple(_open_values(sections)))
    return Card(
        model=model.name,
        version=model.metadata.version or "",
        environment=environment,
        sections=(*sections, gaps),
        source=model.document.source.file,
    )


def _is_open(value: CardValue) -> bool:
    """Tell whether something is to be done about a value, and what is known."""
    return value.status in _OPEN and bool(value.how)


def _open_values(sections: Sequence[CardSection]) -> Iterator[CardValue]:
    """Yield what is missing or stale, once per step that mends it."""
    steps: set[str] = set()
    for section in sections:
        for value in section.values:
            if _is_open(value) and value.how not in steps:
                steps.add(value.how)
                named = dict.fromkeys(each for each in (value.group, value.label) if each)
                yield replace(value, label=", ".join(named), group=section.title)
