"""The structure of spec models, for code that follows paths through them without knowing them.

In: pydantic model classes. Out: `Shape` nodes; the fields of a model are looked at on first use.
Must not: know kinds, hold data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mlspec.schema._model import Refused, traits

if TYPE_CHECKING:
    from mlspec.schema._model import FieldTraits

__all__ = [
    "FieldShape",
    "Leaf",
    "ListShape",
    "MapShape",
    "ModelShape",
    "Shape",
    "UnionShape",
    "fields_of",
    "pattern_of",
    "variant_of",
]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar, or anything at all; `choices` are the values of an enumeration."""

    types: tuple[Any, ...] = ()
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list of like entries."""

    item: Shape


@dataclass(frozen=True, slots=True)
class MapShape:
    """A mapping whose keys the writer chooses."""

    value: Shape


@dataclass(frozen=True, slots=True)
class ModelShape:
    """A mapping with known keys."""

    model: type[BaseModel]


@dataclass(frozen=True, slots=True)
class UnionShape:
    """One of several models, told apart by the value at `discriminator`."""

    discriminator: str
    members: Mapping[str, ModelShape]
    refused: tuple[tuple[str, str], ...] = ()


Shape = Leaf | ListShape | MapShape | ModelShape | UnionShape


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One key of a model: its name in Python, what it holds, and what it declares."""

    name: str
    shape: Shape
    traits: FieldTraits | None
    required: bool
    info: FieldInfo


@cache
def fields_of(model: type[BaseModel]) -> Mapping[str, FieldShape]:
    """Return the fields of a model by their key in a document."""
    return MappingProxyType(
        {
            info.alias or name: FieldShape(
                name=name,
                shape=_shape(info.annotation, _discriminator(info), tuple(info.metadata)),
                traits=traits(info),
                required=info.is_required(),
                info=info,
            )
            for name, info in model.model_fields.items()
        }
    )


def pattern_of(field: FieldShape) -> str | None:
    """Return the pattern that the text of a field, or of its entries, has to match."""
    frontier: list[Any] = [*field.info.metadata, field.info.annotation]
    while frontier:
        each = frontier.pop()
        if isinstance(pattern := getattr(each, "pattern", None), str):
            return pattern
        frontier += [] if isinstance(each, type) else _parts(each)
    return None


def _parts(annotation: object) -> tuple[Any, ...]:
    """Return what an annotation is made of; of a mapping the values alone."""
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    is_mapping = isinstance(origin, type) and issubclass(origin, Mapping)
    return arguments[1:] if is_mapping else arguments


def variant_of(union: UnionShape, value: object) -> ModelShape | None:
    """Return the member of a union that a mapping, or an instance, belongs to."""
    if isinstance(value, BaseModel):
        return ModelShape(type(value))
    if not isinstance(value, Mapping):
        return None
    tag = value.get(union.discriminator)
    return union.members.get(tag) if isinstance(tag, str) else None


def _shape(annotation: object, discriminator: str | None, metadata: tuple[Any, ...]) -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner, *extra = arguments
        found = next((_discriminator(each) for each in extra if isinstance(each, FieldInfo)), None)
        return _shape(inner, found or discriminator, (*metadata, *extra))
    if origin in (Union, UnionType):
        return _union(arguments, discriminator, metadata)
    if origin is Literal:
        return Leaf(choices=arguments)
    return _container(annotation, origin, arguments)


def _container(annotation: object, origin: object, arguments: tuple[Any, ...]) -> Shape:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return ModelShape(annotation)
    if not isinstance(origin, type):
        return Leaf(types=(annotation,))
    if issubclass(origin, Mapping):
        return MapShape(_shape(arguments[1], None, ()))
    if issubclass(origin, Sequence | frozenset | set):
        return ListShape(_shape(arguments[0], None, ()))
    return Leaf(types=(annotation,))


def _union(
    arguments: tuple[Any, ...], discriminator: str | None, metadata: tuple[Any, ...]
) -> Shape:
    members = [each for each in arguments if each is not NoneType]
    if len(members) == 1:
        return _shape(members[0], discriminator, metadata)
    if discriminator is None:
        return Leaf(types=tuple(members))
    return _tagged(members, discriminator, metadata)


def _tagged(members: list[Any], discriminator: str, metadata: tuple[Any, ...]) -> UnionShape:
    refused = next((each.variants for each in metadata if isinstance(each, Refused)), ())
    by_tag: dict[str, ModelShape] = {}
    alias = discriminator
    for member in members:
        model = _shape(member, None, ())
        if isinstance(model, ModelShape):
            info = model.model.model_fields[discriminator]
            alias = info.alias or discriminator
            by_tag |= {str(tag): model for tag in get_args(info.annotation)}
    return UnionShape(alias, MappingProxyType(by_tag), refused)


def _discriminator(info: FieldInfo) -> str | None:
    return info.discriminator if isinstance(info.discriminator, str) else None
