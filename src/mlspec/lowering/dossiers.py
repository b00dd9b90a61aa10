"""The list of a law, filled with what a workspace holds: nothing is invented, no gap is hidden.

In: the list as a pack states it; a model, or a system with its models; their data sets, evidence
items and records. Out: an index. Must not: read files, or call something present because something
like it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from mlspec.evidence import ItemStatus
from mlspec.ir import (
    DossierIndex,
    IndexPart,
    IndexPoint,
    IndexStatus,
    IndexValue,
    ValueStatus,
)
from mlspec.lowering._card_facts import place
from mlspec.lowering._card_papers import seen_as
from mlspec.policy import Outcome, models_in
from mlspec.workspace import model_of, observed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.diagnostics import Path
    from mlspec.evidence import Item, PaperLook
    from mlspec.kinds.system import SystemSpec
    from mlspec.policy import HeldSpec, Pack, PackDossier, PartSpec, PointSpec, Result, StatedPaper
    from mlspec.workspace import Resource, Workspace

__all__ = ["Holdings", "index_of", "models_of", "unconcerned"]

_DONE = (ValueStatus.PRESENT, ValueStatus.NOT_APPLICABLE, ValueStatus.WITHHELD)
_LONGEST = 2_000
_OF_MODELS = ("gates", "signature")
"""Records that a model has, and a system by its models."""


@dataclass(frozen=True)
class Holdings:
    """What there is beside the specs.

    `items` are the evidence items of the subject and of its models, `links` where their papers and
    the spec files lie in the dossier, by path in the workspace. `records` are how the records of
    mlspec stand, by their names in the list of the law: `gates`, `history`, `policy`, `signature`
    and `versions`; their labels say of which model they are, where there may be several. `papers`
    are those that specs state, by address and path, with what was seen of them.
    """

    items: tuple[Item, ...]
    records: Mapping[str, tuple[IndexValue, ...]]
    links: Mapping[str, str]
    papers: Mapping[str, Mapping[str, tuple[StatedPaper, PaperLook]]] = field(default_factory=dict)


def index_of(
    listed: PackDossier,
    pack: Pack,
    subject: Resource,
    workspace: Workspace,
    holdings: Holdings,
    *,
    is_bound: bool,
) -> DossierIndex:
    """Return the index of a model or a system by the list of a pack.

    What a system has no field for is asked of each of its models; of one that is only observed it
    is missing.
    """
    models, observed = models_of(workspace, subject), (*_observed(workspace, subject),)
    data = _data_sets(workspace, models)
    filler = _Filler(subject, models, observed, data, holdings, is_bound)
    titles = {each.id: each.title for each in pack.spec.sources}
    return DossierIndex(
        listed.name,
        listed.title,
        titles.get(listed.spec.source, listed.spec.source),
        listed.spec.cite,
        f"{pack.name}@{pack.version}",
        pack.digest,
        is_bound,
        tuple(filler.point(each) for each in listed.spec.points),
    )


def unconcerned(packs: Iterable[Pack], results: Iterable[Result], address: str) -> Iterator[str]:
    """Yield which lists are of packs that owe nothing for a subject: they are shown all the same.

    A list is titled as the law titles it, whether the subject is such a system or not.
    """
    concerned = {each.pack for each in results if each.outcome is not Outcome.SKIP}
    for each in packs:
        named = f"{each.name}@{each.version}"
        if each.dossiers and named not in concerned:
            yield (
                f"No rule of {named} concerns {address} by what its spec states: its list shows "
                "what would be asked, and nothing of it is owed."
            )


def models_of(workspace: Workspace, subject: Resource) -> tuple[Resource, ...]:
    """Return a model itself, or the models of a system in its order."""
    if subject.kind == "Model":
        return (subject,)
    return (*models_in(workspace, cast("SystemSpec", subject.spec)),)  # of systems only


def _observed(workspace: Workspace, subject: Resource) -> Iterator[str]:
    """Yield the names of the models of a system that are live and that nobody documents."""
    if subject.kind == "System":
        spec = cast("SystemSpec", subject.spec)  # of systems only
        yield from (each.name for _, each in observed_in(workspace, spec))


def _data_sets(workspace: Workspace, models: Iterable[Resource]) -> tuple[Resource, ...]:
    data = [model_of(each).data for each in models]
    names = (name for each in data for name in (*each.training, *each.evaluation))
    found = (workspace.find("Dataset", each) for each in names)
    return tuple({each.address: each for each in found if each is not None}.values())


@dataclass(frozen=True)
class _Filler:
    """Fills the list for a model, or for a system with its models."""

    subject: Resource
    models: tuple[Resource, ...]
    observed: tuple[str, ...]
    data: tuple[Resource, ...]
    holdings: Holdings
    is_bound: bool

    def point(self, spec: PointSpec) -> IndexPoint:
        """Return a point with its parts; it stands as they do."""
        parts = tuple(map(self._part, spec.parts))
        return IndexPoint(spec.id, spec.title, _together([each.status for each in parts]), parts)

    def _part(self, spec: PartSpec) -> IndexPart:
        values = tuple(value for held in spec.holds for value in self._values(held))
        done = [each.status in _DONE for each in values]
        stands = [IndexStatus.PRESENT if each else IndexStatus.MISSING for each in done]
        return IndexPart(spec.id, spec.asks, _together(stands), values)

    def _values(self, held: HeldSpec) -> Iterable[IndexValue]:
        if held.field and _has_field(self.subject, held.field):
            return [self._field(held.label, self.subject, held.field)]
        if held.field:
            return self._of_each(held.label, self.models, held.field)
        if held.data:
            return self._of_each(held.label, self.data, held.data)
        if held.item:
            return self._items(held.label, held.item)
        told = self.holdings.records[held.record or "policy"]
        known = [replace(each, label=f"{held.label}{each.label}") for each in told]
        return [*known, *(self._undocumented(held.label) if held.record in _OF_MODELS else ())]

    def _of_each(self, label: str, resources: tuple[Resource, ...], field: str) -> list[IndexValue]:
        told = [self._field(f"{label} of {each.name}", each, field) for each in resources]
        return [*told, *self._undocumented(label)]

    def _undocumented(self, label: str) -> Iterator[IndexValue]:
        """Yield what nobody can tell of the models that are only observed."""
        note = "it is live, and only observed"
        for name in self.observed:
            how = f"mlspec adopt {name}"
            yield IndexValue(f"{label} of {name}", ValueStatus.MISSING, how=how, note=note)

    def _field(self, label: str, resource: Resource, name: str) -> IndexValue:
        path: Path = tuple(name.split("."))
        found, file = _at(resource.data, path), resource.document.source.file
        if found in (None, "", [], {}):
            how = f"set `{name}` of {resource.address} in {file}"
            return IndexValue(label, ValueStatus.MISSING, how=how)
        told = IndexValue(
            label,
            ValueStatus.PRESENT,
            _words(found),
            place(resource.span(path)),
            self.holdings.links.get(file, ""),
        )
        return self._looked(told, resource, name)

    def _looked(self, value: IndexValue, resource: Resource, path: str) -> IndexValue:
        """Return a field, and a paper as it was seen."""
        known = self.holdings.papers.get(resource.address, {}).get(path)
        return value if known is None else self._seen(value, resource, *known)

    def _seen(
        self, value: IndexValue, resource: Resource, paper: StatedPaper, look: PaperLook
    ) -> IndexValue:
        if look.is_there:
            return replace(value, note=look.told)
        part = f" --part {paper.part}" if paper.part else ""
        how = f"mlspec evidence add {resource.address} --kind {paper.kind}{part} --file FILE"
        note = f"stated, not shown: {look.told}"
        return replace(value, status=seen_as(look), how=how, note=note)

    def _stated(self, label: str, kind: str) -> list[IndexValue]:
        """Return the papers of a kind that specs name by themselves, as they were seen."""
        resources = {each.address: each for each in (self.subject, *self.models)}
        return [
            self._seen(self._named(label, resources[address], paper), resources[address], paper, it)
            for address, papers in self.holdings.papers.items()
            for paper, it in papers.values()
            if address in resources and paper.kind == kind
        ]

    def _named(self, label: str, resource: Resource, paper: StatedPaper) -> IndexValue:
        named = label if resource is self.subject else f"{label} of {resource.address}"
        named += f" ({paper.part})" if paper.part else ""
        text = " ".join(filter(None, (paper.uri, paper.digest)))
        link = self.holdings.links.get(resource.document.source.file, "")
        at = place(resource.span(paper.path))
        return IndexValue(named, ValueStatus.PRESENT, text[:_LONGEST], at, link)

    def _items(self, label: str, kind: str) -> list[IndexValue]:
        found = [each for each in self.holdings.items if each.kind == kind]
        how = f"mlspec evidence add {self.subject.address} --kind {kind} --file FILE"
        how += "" if self.is_bound else " --new-kind"
        is_bare = all(each.status is ItemStatus.MISSING for each in found)
        stated = self._stated(label, kind) if is_bare else []
        if stated or not found:
            return stated or [IndexValue(label, ValueStatus.MISSING, how=how)]
        return [self._item(label, each, how) for each in found]

    def _item(self, label: str, item: Item, how: str) -> IndexValue:
        status = ValueStatus(item.status.value)
        named = label if item.address == self.subject.address else f"{label} of {item.address}"
        named += f" ({item.part})" if item.part else ""
        told = ", ".join(filter(None, [item.day, f"by {item.by}" if item.by else ""]))
        signed = "signed" if item.signers else "not signed"
        is_there = item.status is not ItemStatus.MISSING
        return IndexValue(
            named,
            status,
            f"{told}, {signed}" if is_there and item.digest else told,
            item.digest or item.file,
            self.holdings.links.get(item.source, ""),
            "" if status in _DONE else how,
            item.reason,
        )


def _has_field(subject: Resource, field: str) -> bool:
    """Tell whether the kind has the field at all; all kinds have metadata."""
    top, name = field.split(".")[:2]
    known = type(subject.spec).model_fields.values()
    return top == "metadata" or name in {each.alias for each in known}


def _together(stands: Sequence[IndexStatus]) -> IndexStatus:
    """Return how parts stand together: present where all are, missing where all are."""
    if len(set(stands)) == 1:
        return stands[0]
    return IndexStatus.INCOMPLETE


def _at(data: object, path: Path) -> object:
    for key in path:
        if not isinstance(data, Mapping):
            return None
        data = data.get(key)
    return data


def _words(found: object) -> str:
    """Return a value in words: text as it is, what has parts by their number or by name."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, list | tuple):
        return _entries(found)
    if isinstance(found, Mapping):
        return _members(found)
    return str(found)[:_LONGEST]


def _entries(found: Sequence[object]) -> str:
    if all(isinstance(each, str) for each in found):
        return "; ".join(map(str, found))[:_LONGEST]
    return "1 entry" if len(found) == 1 else f"{len(found):,} entries"


def _members(found: Mapping[str, object]) -> str:
    """Return what lies elsewhere by its place and digest, other things member by member."""
    if isinstance(found.get("uri"), str):
        return " ".join(filter(None, [str(found["uri"]), str(found.get("digest") or "")]))
    return "; ".join(f"{name}: {_part(found[name])}" for name in sorted(found))[:_LONGEST]


def _part(found: object) -> str:
    """Return a value among others: one that has parts itself stands in parentheses."""
    told = _words(found)
    return f"({told})" if isinstance(found, Mapping) and "uri" not in found else told
