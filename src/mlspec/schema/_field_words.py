"""The fields of a model in the words of a spec: for reference pages and `mlspec explain`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Literal, get_args, get_origin

from pydantic import BaseModel

from mlspec.schema._model import traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from mlspec.canonical import Json

__all__ = ["FieldWords", "field_words", "models_below"]

_PLAIN = {str: "text", int: "whole number", float: "number", bool: "`true` or `false`"}


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What a reference says of one field; `type` is Markdown.

    `default` is the value that an absent field stands for, as it would be written; None where the
    field is required, and where absent means nothing.
    """

    name: str
    type: str
    required: bool
    default: Json
    text: str
    field_class: str
    direction: str


def field_words(model: type[BaseModel]) -> tuple[FieldWords, ...]:
    """Return what each field of a model says, in the order of the model."""
    return tuple(_words(field) for field in model.model_fields.values())


def models_below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield the models that the fields of a model hold, those of unions and lists included."""
    for field in model.model_fields.values():
        yield from _models(field.annotation)


def _words(field: FieldInfo) -> FieldWords:
    declared = traits(field)
    return FieldWords(
        name=field.alias or "",
        type=_type(field.annotation),
        required=field.is_required(),
        default=_default(field),
        text=(field.description or "").replace("\n", " "),
        field_class=declared.field_class.value if declared else "",
        direction=declared.direction.value if declared else "",
    )


def _default(field: FieldInfo) -> Json:
    if field.is_required():
        return None
    value = field.get_default(call_default_factory=True)
    if value in ((), {}) or isinstance(value, BaseModel):
        return None
    found: Json = json.loads(json.dumps(value))
    return found


def _type(annotation: object) -> str:
    """Return a type in the words of a spec: `list of text`, `a` or `b`, a section below."""
    found = get_args(annotation)
    if not found:
        return _plain(annotation)
    if hasattr(annotation, "__metadata__"):
        return _type(found[0])
    origin = get_origin(annotation)
    if origin is tuple:
        return f"list of {_type(found[0])}"
    if origin is dict:
        return f"mapping to {_type(found[1])}"
    return _choice(found, is_literal=origin is Literal)


def _choice(members: tuple[object, ...], *, is_literal: bool) -> str:
    told = [f"`{each}`" if is_literal else _type(each) for each in members if each is not NoneType]
    return " or ".join(dict.fromkeys(told))


def _plain(annotation: object) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return _PLAIN.get(annotation, "any value") if isinstance(annotation, type) else "any value"


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)
