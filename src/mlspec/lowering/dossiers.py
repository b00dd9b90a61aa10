"""The list of a law, filled with what a workspace holds: nothing is invented, no gap is hidden.

In: the list as a pack states it, a model with its data sets, its evidence items and records. Out:
an index. Must not: read files, or call something present because something like it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
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
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.diagnostics import Path
    from mlspec.evidence import Item
    from mlspec.policy import HeldSpec, Pack, PackDossier, PartSpec, PointSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["Holdings", "index_of"]

_DONE = (ValueStatus.PRESENT, ValueStatus.NOT_APPLICABLE, ValueStatus.WITHHELD)
_LONGEST = 2_000


@dataclass(frozen=True)
class Holdings:
    """What there is beside the specs.

    `items` are the evidence items of the model, `links` where their papers and the spec files lie
    in the dossier, by path in the workspace. `records` are how the records of mlspec stand, by
    their names in the list of the law: `gates`, `history`, `policy` and `signature`.
    """

    items: tuple[Item, ...]
    records: Mapping[str, IndexValue]
    links: Mapping[str, str]


def index_of(
    listed: PackDossier,
    pack: Pack,
    model: Resource,
    workspace: Workspace,
    holdings: Holdings,
    *,
    is_bound: bool,
) -> DossierIndex:
    """Return the index of a model by the list of a pack."""
    filler = _Filler(model, _data_sets(workspace, model), holdings, is_bound)
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


def _data_sets(workspace: Workspace, model: Resource) -> tuple[Resource, ...]:
    data = model_of(model).data
    found = (workspace.find("Dataset", each) for each in (*data.training, *data.evaluation))
    return tuple({each.address: each for each in found if each is not None}.values())


@dataclass(frozen=True)
class _Filler:
    """Fills the list for one model."""

    model: Resource
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
        if held.field:
            return [self._field(held.label, self.model, held.field)]
        if held.data:
            return self._of_data(held.label, held.data)
        if held.item:
            return self._items(held.label, held.item)
        return [replace(self.holdings.records[held.record or "policy"], label=held.label)]

    def _of_data(self, label: str, field: str) -> list[IndexValue]:
        if not self.data:
            return [IndexValue(label, ValueStatus.MISSING, note="no data set is described")]
        return [self._field(f"{label} of {each.name}", each, field) for each in self.data]

    def _field(self, label: str, resource: Resource, field: str) -> IndexValue:
        path: Path = tuple(field.split("."))
        found, file = _at(resource.data, path), resource.document.source.file
        if found in (None, "", [], {}):
            how = f"set `{field}` of {resource.address} in {file}"
            return IndexValue(label, ValueStatus.MISSING, how=how)
        return IndexValue(
            label,
            ValueStatus.PRESENT,
            _words(found),
            place(resource.span(path)),
            self.holdings.links.get(file, ""),
        )

    def _items(self, label: str, kind: str) -> list[IndexValue]:
        found = [each for each in self.holdings.items if each.kind == kind]
        how = f"mlspec evidence add {self.model.address} --kind {kind} --file FILE"
        how += "" if self.is_bound else " --new-kind"
        if not found:
            return [IndexValue(label, ValueStatus.MISSING, how=how)]
        return [self._item(label, each, how) for each in found]

    def _item(self, label: str, item: Item, how: str) -> IndexValue:
        status = ValueStatus(item.status.value)
        named = f"{label} ({item.part})" if item.part else label
        told = ", ".join(filter(None, [item.day, f"by {item.by}" if item.by else ""]))
        signed = "signed" if item.signers else "not signed"
        is_there = item.status is not ItemStatus.MISSING
        return IndexValue(
            named,
            status,
            f"{told}, {signed}" if is_there and item.digest else told,
            item.digest or item.file,
            self.holdings.links.get(item.file, ""),
            "" if status in _DONE else how,
            item.reason,
        )


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
    """Return a value in words: text as it is, what has parts by their number or as JSON."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, str | int | float):
        return str(found)[:_LONGEST]
    if isinstance(found, list | tuple) and all(isinstance(each, str) for each in found):
        return "; ".join(found)[:_LONGEST]
    if isinstance(found, list | tuple):
        return "1 entry" if len(found) == 1 else f"{len(found):,} entries"
    if isinstance(found, Mapping) and isinstance(found.get("uri"), str):
        return " ".join(filter(None, [str(found["uri"]), str(found.get("digest") or "")]))
    return canonical_json(found).decode()[:_LONGEST]
