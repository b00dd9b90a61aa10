"""The fields of a bound spec that matter across resources: references and keyed lists.

Which fields these are is read from the traits once per model class; a visit then touches nothing
else. No kind is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel

from mlspec.schema import (
    FieldShape,
    Leaf,
    ListShape,
    MapShape,
    ModelShape,
    Shape,
    UnionShape,
    fields_of,
    step_into,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path

__all__ = ["Visited", "texts", "visit"]


class Visited(NamedTuple):
    """A field that is a reference (`refs`) or a list whose entries have a key (`list_key`).

    Of several kinds that a reference may name the first one that has the name is meant.
    """

    path: Path
    refs: tuple[str, ...]
    list_key: str | None
    value: object


class _Step(NamedTuple):
    """One field to look at: what it declares, and whether to go on below it."""

    name: str
    key: str
    refs: tuple[str, ...]
    list_key: str | None
    goes_on: bool


def visit(model: BaseModel, path: Path = ()) -> list[Visited]:
    """Return the references and keyed lists of a bound model that have a value."""
    found: list[Visited] = []
    _visit(model, path, found)
    return found


def _visit(model: BaseModel, path: Path, found: list[Visited]) -> None:
    values = model.__dict__  # all fields have a value in it, also those that nobody wrote
    for name, key, refs, list_key, goes_on in _plan(type(model)):
        value = values[name]
        if not value:  # nothing there, or a list without entries
            continue
        here = (*path, key)
        if refs or list_key:
            found.append(Visited(here, refs, list_key, value))
        if goes_on:
            _below(value, here, found)


def texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield each text of a value that is one text, a list or a mapping of texts."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from texts(each, (*path, index))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from texts(each, (*path, key))


def _below(value: object, path: Path, found: list[Visited]) -> None:
    if isinstance(value, BaseModel):
        _visit(value, path, found)
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            _below(each, (*path, index), found)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            _below(each, (*path, key), found)


@cache
def _plan(model: type[BaseModel]) -> tuple[_Step, ...]:
    steps = (_step(key, field) for key, field in fields_of(model).items())
    return tuple(each for each in steps if each.refs or each.list_key or each.goes_on)


def _step(key: str, field: FieldShape) -> _Step:
    traits = field.traits
    goes_on = any(_matters(each) for each in _reachable(field.shape, frozenset()))
    return _Step(
        name=field.name,
        key=key,
        refs=tuple(filter(None, (traits.ref, traits.or_ref))) if traits else (),
        list_key=traits.list_key if traits else None,
        goes_on=goes_on,
    )


def _matters(model: type[BaseModel]) -> bool:
    declared = [field.traits for field in fields_of(model).values()]
    return any(each is not None and (each.ref or each.list_key) for each in declared)


def _reachable(shape: Shape, seen: frozenset[type[BaseModel]]) -> set[type[BaseModel]]:
    found: set[type[BaseModel]] = set()
    for model in _models(shape):
        if model not in seen:
            found.add(model)
            for field in fields_of(model).values():
                found |= _reachable(field.shape, seen | found)
    return found


def _models(shape: Shape) -> list[type[BaseModel]]:
    match shape:
        case ModelShape(model=model):
            return [model]
        case UnionShape(members=members):
            return [each.model for each in members.values()]
        case ListShape() | MapShape():
            return _models(step_into(shape))
        case Leaf():
            return []
