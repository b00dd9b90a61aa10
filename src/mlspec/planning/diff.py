"""Field-level difference of two canonical bodies: what changed, where, and which way.

In: two JSON values and a way to ask for the traits of a field. Out: changes in order of path.
Entries of keyed lists are matched by key, entries of plain value lists by value, all others by
position. Two bodies that differ always have a change between them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from pydantic import BaseModel

from mlspec.planning._direction import combined, direction_of, in_view_of, is_declared_growth
from mlspec.planning._model import ChangeDirection, FieldChange
from mlspec.planning._moves import is_rename
from mlspec.planning._paths import by_key, text_of_entry, text_of_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.schema import FieldTraits

    Traits = Callable[[Path], FieldTraits | None]
    Locate = Callable[[Path], str]

__all__ = ["diff", "parts_of"]

_UNKNOWN = "unknown"
_NO_RENAMES: Final[Mapping[str, str]] = MappingProxyType({})
_ENCODER = json.JSONEncoder(sort_keys=True)


class _Absent:
    """No value: not the same as a null that somebody wrote."""


_ABSENT: Final = _Absent()
_Value: TypeAlias = "Json | _Absent"


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in both bodies: `path` asks for traits, `new` leads through the new document.

    `beside` are the objects that hold the key, before and after.
    """

    path: Path = ()
    new: Path = ()
    text: str = ""
    beside: tuple[Mapping[str, Json], Mapping[str, Json]] = ({}, {})

    @property
    def is_by_position(self) -> bool:
        """Whether it is an entry of a list whose entries have no keys."""
        return bool(self.path) and isinstance(self.path[-1], int)

    def key(self, key: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> _Place:
        text = text_of_key(self.text, key)
        return _Place((*self.path, key), (*self.new, key), text, (old, new))

    def entry(self, step: str | int, index: int | None) -> _Place:
        new = self.new if index is None else (*self.new, index)
        return _Place((*self.path, step), new, text_of_entry(self.text, step))


@dataclass(frozen=True, slots=True)
class _Differ:
    traits: Traits
    locate: Locate
    renames: Mapping[str, str]
    is_exploding: bool = False

    def values(self, place: _Place, old: _Value, new: _Value) -> Iterator[FieldChange]:
        if _is_same(old, new):
            return
        traits = self.traits(place.path)
        before, after = _with_default(traits, old, new), _with_default(traits, new, old)
        changes = [] if _is_same(before, after) else list(self._inside(place, before, after))
        if not changes and isinstance(old, _Absent) != isinstance(new, _Absent):
            written_out = self._changed(place, old, new)  # a default, or one that is not any more
            changes = [replace(each, direction=ChangeDirection.NEUTRAL) for each in written_out]
        yield from changes

    def _inside(self, place: _Place, old: _Value, new: _Value) -> Iterator[FieldChange]:
        if isinstance(old, dict) and isinstance(new, dict):
            yield from self._objects(place, old, new)
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._lists(place, old, new)
        else:
            yield from self._changed(place, old, new)

    def _objects(
        self, place: _Place, old: Mapping[str, Json], new: Mapping[str, Json]
    ) -> Iterator[FieldChange]:
        for key in sorted({*old, *new}):
            inside = place.key(key, old, new)
            yield from self.values(inside, old.get(key, _ABSENT), new.get(key, _ABSENT))

    def _lists(self, place: _Place, old: list[Json], new: list[Json]) -> Iterator[FieldChange]:
        traits = self.traits(place.path)
        key = traits.list_key if traits else None
        before, after = by_key(old, key), by_key(new, key)
        if before is not None and after is not None:
            yield from self._keyed(place, before, after, traits)
            yield from self._order(place, list(before), list(after))
        elif _are_distinct_values(old) and _are_distinct_values(new):
            yield from self._members(place, old, new)
            yield from self._order(place, old, new)
        else:
            yield from self._positions(place, old, new)

    def _keyed(
        self,
        place: _Place,
        old: Mapping[str, Json],
        new: Mapping[str, Json],
        traits: FieldTraits | None,
    ) -> Iterator[FieldChange]:
        indices = {key: index for index, key in enumerate(new)}
        for key in sorted({*old, *new}):
            entry = place.entry(key, indices.get(key))
            before, after = old.get(key, _ABSENT), new.get(key, _ABSENT)
            changes = self.values(entry, before, after)
            if _ABSENT in (before, after) and traits is not None:
                changes = self._in_force(entry, changes, _held(traits, key, old, new))
            yield from changes

    def _in_force(
        self, entry: _Place, changes: Iterator[FieldChange], held: tuple[_Value, _Value]
    ) -> Iterator[FieldChange]:
        """Yield the changes of an entry that comes or goes, judged by what holds without it."""
        if _ABSENT in held:
            yield from changes
            return
        direction = combined(each.direction for each in self.values(entry, *held))
        yield from (replace(each, direction=direction) for each in changes)

    def _members(self, place: _Place, old: list[Json], new: list[Json]) -> Iterator[FieldChange]:
        gone, come = _tokens(old), _tokens(new)
        traits = self.traits(place.path)
        for value in old:
            if _token(value) not in come:
                is_renamed = any(is_rename(traits, value, each, self.renames) for each in new)
                changes = self._changed(place, value, _ABSENT)
                yield from self._settled(changes, is_renamed=is_renamed)
        for index, value in enumerate(new):
            if _token(value) not in gone:
                entry = replace(place, new=(*place.new, index))
                is_renamed = any(is_rename(traits, each, value, self.renames) for each in old)
                changes = self._changed(entry, _ABSENT, value)
                yield from self._settled(changes, is_renamed=is_renamed)

    def _settled(
        self, changes: Iterable[FieldChange], *, is_renamed: bool
    ) -> Iterator[FieldChange]:
        """Yield changes; neutral ones where the same resource is only called otherwise."""
        for each in changes:
            yield replace(each, direction=ChangeDirection.NEUTRAL) if is_renamed else each

    def _order(
        self, place: _Place, old: Sequence[Json], new: Sequence[Json]
    ) -> Iterator[FieldChange]:
        """Yield a change when the entries that stay stand in another order."""
        before, after = _tokens(old), _tokens(new)
        stayed_old: list[Json] = [each for each in old if _token(each) in after]
        stayed_new: list[Json] = [each for each in new if _token(each) in before]
        if not _is_same(stayed_old, stayed_new):
            traits = self.traits(place.path)
            field_class = traits.field_class if traits else _UNKNOWN
            direction = ChangeDirection.NEUTRAL if traits else ChangeDirection.UNKNOWN
            at = self.locate(place.new)
            yield FieldChange(place.text, stayed_old, stayed_new, field_class, direction, at)

    def _positions(self, place: _Place, old: list[Json], new: list[Json]) -> Iterator[FieldChange]:
        for index, (before, after) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
            entry = place.entry(index, index if index < len(new) else None)
            yield from self.values(entry, before, after)

    def _changed(self, place: _Place, old: _Value, new: _Value) -> Iterator[FieldChange]:
        """Yield the change of a value; of a whole that comes or goes the parts, when exploding.

        Where growth means something, the parts do what the whole does: a new gate tightens,
        whatever it says.
        """
        change = self._change(place, old, new)
        parts = list(self._parts(place, old, new)) if self.is_exploding else []
        if parts and not is_declared_growth(self.traits(place.path)):
            yield from parts
            return
        yield change
        yield from (replace(each, direction=change.direction) for each in parts)

    def _change(self, place: _Place, old: _Value, new: _Value) -> FieldChange:
        traits = self.traits(place.path)
        return FieldChange(
            path=place.text,
            old=_written(old),
            new=_written(new),
            field_class=traits.field_class if traits else _UNKNOWN,
            direction=self._direction(place, traits, old, new),
            at=self.locate(place.new),
        )

    def _direction(
        self, place: _Place, traits: FieldTraits | None, old: _Value, new: _Value
    ) -> ChangeDirection:
        if traits is None:
            return ChangeDirection.UNKNOWN
        if is_rename(traits, old, new, self.renames):
            return ChangeDirection.NEUTRAL
        if is_declared_growth(traits):
            return _growth(place, traits, old, new)
        parts = list(self._parts(place, old, new))
        if parts:
            return combined(each.direction for each in parts)
        return in_view_of(traits, direction_of(traits, _written(old), _written(new)), *place.beside)

    def _parts(self, place: _Place, old: _Value, new: _Value) -> Iterator[FieldChange]:
        """Yield what becomes of the parts of an object or list that comes or goes."""
        if isinstance(old, _Absent) == isinstance(new, _Absent):
            return
        if isinstance(old, dict) or isinstance(new, dict):
            yield from self._objects(place, _members_of(old), _members_of(new))
            return
        entries = zip_longest(_entries_of(old), _entries_of(new), fillvalue=_ABSENT)
        for index, (before, after) in enumerate(entries):
            yield from self._parts(place.entry(index, None), before, after)


def diff(
    old: Json,
    new: Json,
    traits: Traits,
    locate: Locate,
    renames: Mapping[str, str] = _NO_RENAMES,
) -> tuple[FieldChange, ...]:
    """Return the changes that lead from one body to the other.

    `traits` is asked with paths that name entries of keyed lists by their key; `locate` with
    paths of the new document. `renames` tells of addresses before which they are now: a reference
    that follows one is neutral, for what it refers to is judged where it changes.
    """
    return tuple(_Differ(traits, locate, renames).values(_Place(), old, new))


def parts_of(
    old: Json, new: Json, traits: Traits, renames: Mapping[str, str] = _NO_RENAMES
) -> tuple[FieldChange, ...]:
    """Return the changes down to single values, also where a whole section comes or goes.

    They say what classes of fields are concerned and which way each goes; they carry no places.
    """
    differ = _Differ(traits, lambda _path: "", renames, is_exploding=True)
    return tuple(differ.values(_Place(), old, new))


def _growth(place: _Place, traits: FieldTraits, old: _Value, new: _Value) -> ChangeDirection:
    is_replaced = old is not _ABSENT and new is not _ABSENT
    if is_replaced and place.is_by_position:  # one entry went and another one came
        return ChangeDirection.UNKNOWN
    return direction_of(traits, _written(old), _written(new))


def _held(
    traits: FieldTraits, key: str, old: Mapping[str, Json], new: Mapping[str, Json]
) -> tuple[_Value, _Value]:
    """Return what holds for a key before and after: the entry, or the one that stands for it."""
    found: list[_Value] = []
    for entries in (old, new):
        rest = entries.get(traits.fallback or "")
        named = {**rest, str(traits.list_key): key} if isinstance(rest, dict) else _ABSENT
        found.append(entries.get(key, named))
    return found[0], found[1]


def _with_default(traits: FieldTraits | None, value: _Value, other: _Value) -> _Value:
    """Return what a value stands for: an absent one for the default of its field."""
    if not isinstance(value, _Absent):
        return value
    default = _default_of(traits)
    is_container = isinstance(default, dict | list)
    return _ABSENT if is_container and type(default) is not type(other) else default


def _default_of(traits: FieldTraits | None) -> _Value:
    """Return the default of a field as a body holds it; none where there is none."""
    default = traits.default if traits else None
    if isinstance(default, BaseModel):
        default = default.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(default, tuple | frozenset):
        default = list(default)
    return default if isinstance(default, bool | int | float | str | list | dict) else _ABSENT


def _members_of(value: _Value) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _entries_of(value: _Value) -> list[Json]:
    return value if isinstance(value, list) else []


def _are_distinct_values(entries: list[Json]) -> bool:
    if any(isinstance(each, dict | list) for each in entries):
        return False
    return len(_tokens(entries)) == len(entries)


def _tokens(entries: Iterable[Json]) -> set[str]:
    return {_token(each) for each in entries}


def _token(value: Json) -> str:
    """Return text that is equal for equal canonical JSON: 1, 1.0 and true differ."""
    return _ENCODER.encode(value)


def _is_same(old: _Value, new: _Value) -> bool:
    """Tell whether two values have the same canonical JSON: 1, 1.0 and true differ."""
    if type(old) is not type(new) or old != new:
        return False
    if isinstance(old, _Absent) or isinstance(new, _Absent):
        return True
    return _token(old) == _token(new)  # 0.0 equals -0.0 in Python, and [1] equals [True]


def _written(value: _Value) -> Json:
    return None if isinstance(value, _Absent) else value
