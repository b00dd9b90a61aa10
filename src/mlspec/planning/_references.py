"""What a body refers to, read from what its kind declares; the body may be of any age.

Only the fields that hold references, or lead to some, are looked at: a registry may have many
bodies.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mlspec.kinds import Metadata, find_kind
from mlspec.members import section
from mlspec.schema import (
    FieldShape,
    Leaf,
    ListShape,
    MapShape,
    ModelShape,
    Shape,
    UnionShape,
    fields_of,
    variant_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

    from mlspec.canonical import Json

__all__ = ["references_of"]


def references_of(kind: str, body: Json) -> tuple[str, ...]:
    """Return the addresses that a body names, sorted, each once."""
    found, whole = find_kind(kind), section(body)
    named = {*_below(ModelShape(Metadata), whole.get("metadata"), None)}
    if found is not None:
        named |= {*_below(ModelShape(found.spec), whole.get("spec"), None)}
    return tuple(sorted(named))


def _below(shape: Shape, value: Json, ref: str | None) -> Iterator[str]:
    """Yield the addresses in a value; `ref` is the kind that texts of its field name."""
    match shape:
        case Leaf():
            yield from _named(value, ref)
        case ListShape(item) if isinstance(value, list):
            yield from _in_each(item, value, ref)
        case MapShape(item) if isinstance(value, dict):
            yield from _in_each(item, value.values(), ref)
        case ModelShape() | UnionShape():
            yield from _in_object(shape, value)
        case _:
            return


def _named(value: Json, ref: str | None) -> Iterator[str]:
    target = find_kind(ref) if ref and isinstance(value, str) else None
    if target is not None:
        yield f"{target.prefix}/{str(value).partition('@')[0]}"


def _in_each(shape: Shape, values: Iterable[Json], ref: str | None) -> Iterator[str]:
    for each in values:
        yield from _below(shape, each, ref)


def _in_object(shape: ModelShape | UnionShape, value: Json) -> Iterator[str]:
    model = variant_of(shape, value) if isinstance(shape, UnionShape) else shape
    if model is None or not isinstance(value, dict):
        return
    for key, field in _leading(model.model):
        if key in value:
            yield from _below(field.shape, value[key], _ref(field))


@cache
def _leading(model: type[BaseModel]) -> tuple[tuple[str, FieldShape], ...]:
    """Return the fields of a model that hold references or lead to some, by key."""
    return tuple((key, each) for key, each in fields_of(model).items() if _leads(each, {model}))


def _leads(field: FieldShape, seen: set[type[BaseModel]]) -> bool:
    if _ref(field):
        return True
    fresh = {*_models(field.shape)} - seen
    return any(_leads(each, seen | fresh) for model in fresh for each in fields_of(model).values())


def _ref(field: FieldShape) -> str | None:
    """Return the kind that texts of a field name."""
    return field.traits.ref if field.traits else None


def _models(shape: Shape) -> Iterator[type[BaseModel]]:
    match shape:
        case ListShape(inner) | MapShape(inner):
            yield from _models(inner)
        case ModelShape(model):
            yield model
        case UnionShape():
            yield from (each.model for each in shape.members.values())
        case Leaf():
            return
