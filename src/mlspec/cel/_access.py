"""Fields and elements of values: `a.b`, `a[b]`, `has(a.b)`, and the same of optionals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError, an
from mlspec.cel._values import NONE, Maybe, Uint, base_class, name_of_type, to_key
from mlspec.printable import printable

if TYPE_CHECKING:
    from mlspec.cel._frame import Frame, Run

__all__ = ["has_field", "index_of", "maybe_field_of", "maybe_index_of", "select_of"]

_ABSENT = object()
_SHOWN = 60


def select_of(operand: Run, field: str, at: int) -> Run:
    """Return what reads a field; of an optional, it gives an optional."""
    absent = f"there is no `{printable(field[:_SHOWN])}`"

    def read(frame: Frame) -> object:
        value = operand(frame)
        if type(value) is dict:
            if field in value:
                return value[field]
            raise EvaluationError(absent, at)
        return _select(value, field, at)

    return read


def maybe_field_of(operand: Run, field: str, at: int) -> Run:
    """Return what reads a field that may be absent: `a.?b`."""

    def read(frame: Frame) -> object:
        value = operand(frame)
        inner = _held(value)
        found = _ABSENT if inner is _ABSENT else _field(inner, field, at)
        return NONE if found is _ABSENT else Maybe(found)

    return read


def has_field(operand: Run, field: str, at: int) -> Run:
    """Return what tells whether a field is there."""

    def test(frame: Frame) -> object:
        value = operand(frame)
        if type(value) is dict:
            return field in value
        inner = _held(value)
        return inner is not _ABSENT and _field(inner, field, at) is not _ABSENT

    return test


def index_of(operand: Run, index: Run, at: int) -> Run:
    """Return what reads an element; of an optional, it gives an optional."""

    def read(frame: Frame) -> object:
        value, key = operand(frame), index(frame)
        inner = _held(value)
        found = _ABSENT if inner is _ABSENT else _element(inner, key, at)
        if isinstance(value, Maybe):
            return NONE if found is _ABSENT else Maybe(found)
        if found is _ABSENT:
            raise EvaluationError(_missing(inner, key), at)
        return found

    return read


def maybe_index_of(operand: Run, index: Run, at: int) -> Run:
    """Return what reads an element that may be absent: `a[?b]`."""

    def read(frame: Frame) -> object:
        value, key = operand(frame), index(frame)
        inner = _held(value)
        found = _ABSENT if inner is _ABSENT else _element(inner, key, at)
        return NONE if found is _ABSENT else Maybe(found)

    return read


def _held(value: object) -> object:
    if not isinstance(value, Maybe):
        return value
    return value.value if value.has_value else _ABSENT


def _select(value: object, field: str, at: int) -> object:
    inner = _held(value)
    found = _ABSENT if inner is _ABSENT else _field(inner, field, at)
    if isinstance(value, Maybe):
        return NONE if found is _ABSENT else Maybe(found)
    if found is _ABSENT:
        raise EvaluationError(f"there is no `{printable(field[:_SHOWN])}`", at)
    return found


def _field(value: object, field: str, at: int) -> object:
    if isinstance(value, dict):
        return value.get(field, _ABSENT)
    raise EvaluationError(f"{an(name_of_type(value))} has no fields", at)


def _element(value: object, key: object, at: int) -> object:
    if not isinstance(value, dict | list):
        raise EvaluationError(f"{an(name_of_type(value))} has no elements", at)
    try:
        if isinstance(value, dict):
            return value.get(to_key(key), _ABSENT)
        number = _position(key)
    except EvaluationError as error:
        error.locate(at)
        raise
    return value[number] if 0 <= number < len(value) else _ABSENT


def _position(key: object) -> int:
    kind = base_class(key)
    if kind in (int, Uint) and isinstance(key, int):
        return key
    if isinstance(key, float) and key.is_integer():
        return int(key)
    raise EvaluationError(f"{an(name_of_type(key))} is no index of a list")


def _missing(value: object, key: object) -> str:
    shown = printable(repr(key)[:_SHOWN]) if isinstance(key, str | int | float) else "the key"
    if isinstance(value, list):
        return f"there is no element {shown} in a list of {len(value)}"
    return f"there is no {shown}"
