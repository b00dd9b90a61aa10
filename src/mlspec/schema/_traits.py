"""What a change at a path means: the declared traits, found through lists, maps and unions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel

from mlspec.schema._shape import (
    FieldShape,
    ListShape,
    MapShape,
    ModelShape,
    Shape,
    UnionShape,
    fields_of,
    variant_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.schema._model import FieldTraits

__all__ = ["step_into", "trait_of"]


def trait_of(
    model: BaseModel | type[BaseModel], path: Path, written: object = None
) -> FieldTraits | None:
    """Return the traits of the field that holds the value at `path`, or None for no such field.

    `path` starts at the model (`("gates", 0, "atLeast")`, without `spec`) and uses the keys of
    documents; an entry of a list goes by index, or by the value of its `list_key`. Where a union
    is met, its member is chosen by `written` (the JSON that the path leads through) or by the
    instance; when neither tells, by the first member that has the next key.
    """
    shape, value = _start(model, written)
    found: FieldShape | None = None
    for step in path:
        if isinstance(shape, ListShape | MapShape):
            shape, value = step_into(shape), _entry(value, step, found)
        elif isinstance(shape, ModelShape | UnionShape):
            found = next(_candidates(shape, value, step), None)
            if found is None:
                return None
            shape, value = found.shape, _child(value, step, found.name)
    return found.traits if found else None


def _start(model: BaseModel | type[BaseModel], written: object) -> tuple[Shape, object]:
    if isinstance(model, BaseModel):
        return ModelShape(type(model)), model if written is None else written
    return ModelShape(model), written


def step_into(shape: ListShape | MapShape) -> Shape:
    """Return the shape of the entries of a list or map."""
    return shape.item if isinstance(shape, ListShape) else shape.value


def _candidates(
    shape: ModelShape | UnionShape, value: object, step: str | int
) -> Iterator[FieldShape]:
    models = [shape] if isinstance(shape, ModelShape) else _variants(shape, value)
    for each in models:
        if (field := fields_of(each.model).get(str(step))) is not None:
            yield field


def _variants(union: UnionShape, value: object) -> list[ModelShape]:
    chosen = variant_of(union, value)
    return [chosen] if chosen else list(union.members.values())


def _child(value: object, key: str | int, name: str) -> object:
    if isinstance(value, BaseModel):
        return getattr(value, name, None)
    return value.get(key) if isinstance(value, Mapping) else None


def _entry(value: object, step: str | int, field: FieldShape | None) -> object:
    if isinstance(value, Mapping):
        return value.get(step)
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    if isinstance(step, int):
        return value[step] if -len(value) <= step < len(value) else None
    return _keyed(value, step, field)


def _keyed(entries: Sequence[object], step: str, field: FieldShape | None) -> object:
    """Return the entry of a list that goes by a key."""
    list_key = field.traits.list_key if field and field.traits else None
    return next((each for each in entries if _identity(each, list_key) == step), None)


def _identity(entry: object, list_key: str | None) -> object:
    if list_key is None:
        return None
    if isinstance(entry, BaseModel):
        field = fields_of(type(entry)).get(list_key)
        return getattr(entry, field.name) if field else None
    return entry.get(list_key) if isinstance(entry, Mapping) else None
