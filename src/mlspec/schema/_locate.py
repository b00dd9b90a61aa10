"""From the location that pydantic gives to the place in the document.

A location names discriminator tags and `[key]` markers, which no document holds; following the
shape of the model alongside tells them from keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.schema._shape import (
    FieldShape,
    Leaf,
    ListShape,
    MapShape,
    ModelShape,
    Shape,
    UnionShape,
    fields_of,
)
from mlspec.schema._traits import step_into

if TYPE_CHECKING:
    from pydantic import BaseModel

    from mlspec.diagnostics import Path

__all__ = ["Site", "locate"]


@dataclass(frozen=True, slots=True)
class Site:
    """What is known about the place of an error.

    `field` declares the value (of a list entry: the list); `shape` is what belongs here;
    `container` and `siblings` are the model and the mapping that the last key stands in.
    """

    path: Path
    field: FieldShape | None
    shape: Shape
    container: ModelShape | None
    siblings: object
    is_key: bool = False


def locate(loc: Sequence[int | str], model: type[BaseModel], data: object, prefix: Path) -> Site:
    """Return the site of an error of `model`, whose data stands at `prefix`."""
    site = Site(prefix, None, ModelShape(model), None, None)
    value = data
    for step in loc:
        if _marks_key(site, value, step):
            return Site(site.path, site.field, Leaf(), None, site.siblings, is_key=True)
        if isinstance(site.shape, UnionShape):
            member = site.shape.members.get(str(step), Leaf())
            site = Site(site.path, site.field, member, site.container, site.siblings)
        elif isinstance(site.shape, Leaf):
            return site
        else:
            site, value = _down(site, value, step), _child(value, step)
    return site


def _marks_key(site: Site, value: object, step: int | str) -> bool:
    is_map_entry = site.container is None and isinstance(site.siblings, Mapping)
    return step == "[key]" and is_map_entry and not (isinstance(value, Mapping) and step in value)


def _down(site: Site, value: object, step: int | str) -> Site:
    path = (*site.path, step)
    match site.shape:
        case ModelShape(model=model):
            field = fields_of(model).get(str(step))
            shape: Shape = field.shape if field else Leaf()
            return Site(path, field, shape, site.shape, value)
        case ListShape() | MapShape():
            return Site(path, site.field, step_into(site.shape), None, value)
        case _:
            return site


def _child(value: object, step: int | str) -> object:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int):
        return value[step] if step < len(value) else None
    return None
