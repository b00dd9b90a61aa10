"""Which live object is which model: by our labels, by where it was found, by bytes, by name.

Every step looks at all objects at once and takes only what is clear: where two models claim an
object by the same sign, that sign says nothing. So the order of sources and objects is no matter.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from mlspec.inventory._model import Documented, Sight

__all__ = ["CLUSTER", "Joined", "join"]

CLUSTER: Final = "cluster"
"""The place that importers name for objects of a cluster, whichever dump they stand in."""
_MAKERS: Final = ("kserve",)
"""Systems whose controllers make workloads of their objects."""
_PREFIXES: Final = ("model", "observed-model")

_Group = tuple[str, ...]
"""Where a sight goes: an address, or what a group without one is known by."""


@dataclass(frozen=True, slots=True)
class Joined:
    """All sights, each in one place: those of an address, and groups that no address has."""

    known: Mapping[str, tuple[Sight, ...]]
    loose: tuple[tuple[Sight, ...], ...]


def join(
    documented: Iterable[Documented], addresses: Iterable[str], sights: Iterable[Sight]
) -> Joined:
    """Join sights to the models that specs document, or that `addresses` are of; else together.

    Signs in order: the label `mlspec.dev/model`; where an import found the model and the name that
    `spec.registry` states; the address of its bytes; the name in a registry that follows from that
    of the model; the bytes of what was joined so far. A like name is no sign.
    """
    listed = sorted(documented, key=lambda each: each.address)
    desk = _Desk(listed, {*addresses, *(each.address for each in listed)}, sorted({*sights}))
    for step in (desk.by_label, desk.by_origin, desk.by_bytes, desk.by_name):
        step()
    desk.by_neighbour()
    desk.by_maker()
    desk.alone()
    return desk.result()


class _Clear:
    """Signs and what they lead to; a sign of two is one of none."""

    def __init__(self, pairs: Iterable[tuple[Hashable, _Group]]) -> None:
        self._found: dict[Hashable, set[_Group]] = defaultdict(set)
        for key, group in pairs:
            self._found[key].add(group)

    def of(self, key: Hashable) -> _Group | None:
        found = self._found.get(key, ())
        return next(iter(found)) if len(found) == 1 else None


class _Desk:
    def __init__(self, documented: list[Documented], known: set[str], sights: list[Sight]) -> None:
        self._documented = documented
        self._known = known
        self._left = sights
        self._groups: dict[Sight, _Group] = {}

    def _take(self, found: Mapping[Sight, _Group | None]) -> None:
        self._groups |= {each: group for each, group in found.items() if group is not None}
        self._left = [each for each in self._left if each not in self._groups]

    def by_label(self) -> None:
        """An object that says whose it is, is: even where nobody documents that model."""
        self._take({each: self._labelled(each.labelled) for each in self._left if each.labelled})

    def _labelled(self, name: str) -> _Group:
        addresses = (f"{prefix}/{name}" for prefix in _PREFIXES)
        found = next((each for each in addresses if each in self._known), None)
        return ("address", found) if found else ("label", name)

    def by_origin(self) -> None:
        """A name that somebody wrote down, in the place where it was written down for."""
        own = [(each, ("address", each.address)) for each in self._documented]
        origins = _Clear(
            ((each.system, each.place, each.name, each.created_ms), group)
            for document, group in own
            for each in document.origins
        )
        names = _Clear((sign, group) for each, group in own for sign in each.registered)
        self._take({each: _by_names(each, origins, names) for each in self._left})

    def by_bytes(self) -> None:
        """What serves the bytes that one spec alone is about."""
        own = _Clear((key, ("address", d.address)) for d in self._documented for key in d.storage)
        self._take({each: own.of(each.storage) for each in self._left if each.storage})

    def by_name(self) -> None:
        """The name that a model has where nobody wrote one, or that it had when it was found."""
        pairs: list[tuple[Hashable, _Group]] = []
        for each in self._documented:
            group = ("address", each.address)
            pairs += [(("", name), group) for name in each.implied]
            pairs += [((o.system, o.name, o.created_ms), group) for o in each.origins]
        names = _Clear(pairs)
        self._take(
            {
                each: (names.of(("", each.name)) if each.is_registered else None)
                or names.of((each.system, each.name, each.created_ms))
                for each in self._left
            }
        )

    def by_neighbour(self) -> None:
        """What serves the bytes that a joined object is about, such as a version of a registry."""
        known = _Clear(
            (each.storage, group) for each, group in self._groups.items() if each.storage
        )
        self._take({each: known.of(each.storage) for each in self._left if each.storage})

    def by_maker(self) -> None:
        """What a controller made of an object goes with it, and with others of the same maker."""
        makers = {each.key: each for each in (*self._groups, *self._left)}
        found: dict[Sight, _Group | None] = {}
        for each in self._left:
            if not each.part_of:
                continue
            maker = next((makers.get((s, each.source, each.part_of)) for s in _MAKERS), None)
            if maker is None:
                found[each] = ("part", each.source, each.part_of)
            else:
                found[each] = self._groups.get(maker) or self._group_of_bytes(maker)
        self._take(found)

    def alone(self) -> None:
        """What is left is known to no document: objects of the same bytes are one model."""
        self._take({each: self._group_of_bytes(each) for each in self._left})

    def _group_of_bytes(self, sight: Sight) -> _Group:
        named = self._registered_alone.of(sight.storage) if sight.storage else None
        if sight.is_registered or not sight.storage:
            return ("sight", *sight.key)
        return named or ("bytes", sight.storage)

    @cached_property
    def _registered_alone(self) -> _Clear:
        """Models of registries that no document knows: their bytes, where they are of one alone."""
        return _Clear(
            (each.storage, ("sight", *each.key)) for each in self._left if each.is_registered
        )

    def result(self) -> Joined:
        groups: dict[_Group, list[Sight]] = defaultdict(list)
        for each, group in self._groups.items():
            groups[group].append(each)
        known = {
            group[1]: tuple(sorted(found))
            for group, found in groups.items()
            if group[0] == "address"
        }
        loose = (sorted(found) for group, found in groups.items() if group[0] != "address")
        return Joined(dict(sorted(known.items())), tuple(sorted(map(tuple, loose))))


def _by_names(sight: Sight, origins: _Clear, names: _Clear) -> _Group | None:
    moments = (sight.created_ms, 0) if sight.created_ms else (0,)
    places = (sight.source, CLUSTER) if not sight.is_registered else (sight.source,)
    for moment in moments:
        for place in places:
            found = origins.of((sight.system, place, sight.name, moment))
            if found is not None:
                return found
        if sight.is_registered and (found := names.of((sight.name, moment))) is not None:
            return found
    return None
