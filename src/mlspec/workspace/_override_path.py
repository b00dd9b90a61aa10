"""The path of an override: read, then followed through the models and the data of a resource.

`spec.gates[auc-floor].atLeast` is a key, a selected entry and a key. An entry of a list is
selected by its key or its index; quotes keep dots together, as in
`metadata.annotations["example.org/note"]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    variant_of,
)
from mlspec.workspace._report import closest

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlspec.diagnostics import Path

__all__ = ["Resolved", "Selector", "Unresolved", "parse_path", "resolve"]

_DIGITS = 6
_KEY = r"[A-Za-z][A-Za-z0-9_-]*"
_SELECTOR = r"""\[(?:"[^"\]]+"|[^"\[\]]+)\]"""
_PATH = re.compile(rf"{_KEY}(?:\.{_KEY}|{_SELECTOR})*")
_PART = re.compile(rf"({_KEY})|({_SELECTOR})")


@dataclass(frozen=True, slots=True)
class Selector:
    """An entry in brackets: a key of a mapping, the key of an entry, or an index."""

    text: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A path that leads somewhere; `is_new` when a mapping on the way has to be created."""

    path: Path
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why a path leads nowhere; `is_absent` when only this resource lacks the entry."""

    message: str
    hint: str | None = None
    is_absent: bool = False


def parse_path(text: str) -> tuple[str | Selector, ...] | None:
    """Return the steps of a path, or None where the text is none."""
    if _PATH.fullmatch(text) is None:
        return None
    parts = _PART.finditer(text)
    return tuple(each[1] or Selector(each[2].strip('[]"')) for each in parts)


def resolve(
    steps: Collection[str | Selector], shape: Shape, data: object, prefix: Path
) -> Resolved | Unresolved:
    """Follow the steps below `prefix`, whose shape and data are given."""
    path, is_new = prefix, False
    field: FieldShape | None = None
    for step in steps:
        if isinstance(step, Selector):
            found = _select(step.text, shape, data, path, field)
        else:
            found = _key(step, shape, data, path)
        if isinstance(found, Unresolved):
            return found
        is_new |= data is None and not _has_default(field)
        path = (*path, found.step)
        shape, field = found.shape, found.field or field
        data = _at(data, found.step)
    return Resolved(path, is_new)


@dataclass(frozen=True, slots=True)
class _Next:
    step: str | int
    shape: Shape
    field: FieldShape | None = None


def _key(key: str, shape: Shape, data: object, path: Path) -> _Next | Unresolved:
    match shape:
        case ModelShape() | UnionShape():
            return _field(key, _fields(shape, data), path)
        case MapShape():
            return _Next(key, shape.value)
        case ListShape():
            hint = f"name the entry in brackets: `{_last(path)}[{key}]`"
            return Unresolved(f"{_name(path)} is a list, not a mapping", hint)
        case Leaf():
            return Unresolved(f"{_name(path)} is a single value and has no keys")


def _field(key: str, fields: Mapping[str, FieldShape], path: Path) -> _Next | Unresolved:
    if key in fields:
        return _Next(key, fields[key].shape, fields[key])
    close = closest(key, list(fields))
    hint = f"did you mean `{close}`?" if close else f"known keys: {_listed(fields)}"
    return Unresolved(f"there is no key `{key}` in {_name(path)}", hint)


def _select(
    text: str, shape: Shape, data: object, path: Path, field: FieldShape | None
) -> _Next | Unresolved:
    if isinstance(shape, MapShape):
        return _Next(text, step_into(shape))
    if not isinstance(shape, ListShape):
        return Unresolved(f"{_name(path)} is not a list", f"write `.{text}` to name a key")
    list_key = field.traits.list_key if field and field.traits else None
    names = _entry_names(data, list_key)
    index = _index(text, names)
    return _no_entry(text, names, path) if index is None else _Next(index, shape.item)


def _no_entry(text: str, names: list[str | None], path: Path) -> Unresolved:
    known = [each for each in names if each is not None]
    close = closest(text, known)
    listed = f"its entries: {_listed(known)}" if known else None
    hint = f"did you mean `{close}`?" if close else listed
    return Unresolved(f"{_name(path)} has no entry `{text}`", hint, is_absent=True)


def _entry_names(data: object, list_key: str | None) -> list[str | None]:
    """Return the key of each entry of a list, None where entries have no key."""
    entries = data if isinstance(data, list) else []
    if list_key is None:
        return [None] * len(entries)
    return [str(each.get(list_key)) if isinstance(each, Mapping) else None for each in entries]


def _index(text: str, names: list[str | None]) -> int | None:
    if text in names:
        return names.index(text)
    return (
        int(text) if text.isdecimal() and len(text) <= _DIGITS and int(text) < len(names) else None
    )


def _has_default(field: FieldShape | None) -> bool:
    """Tell whether a section that nobody wrote exists all the same."""
    return field is not None and isinstance(field.info.default, BaseModel | dict)


def _fields(shape: ModelShape | UnionShape, data: object) -> Mapping[str, FieldShape]:
    if isinstance(shape, ModelShape):
        return fields_of(shape.model)
    if (variant := variant_of(shape, data)) is not None:
        return fields_of(variant.model)
    merged: dict[str, FieldShape] = {}
    for each in shape.members.values():
        merged |= fields_of(each.model)
    return merged


def _at(data: object, step: str | int) -> object:
    if isinstance(data, Mapping):
        return data.get(step)
    return data[step] if isinstance(data, list) and isinstance(step, int) else None


def _name(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return f"`{text}`"


def _last(path: Path) -> str:
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "")


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"`{each}`" for each in sorted(names)[:12])
