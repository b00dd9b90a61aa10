"""Equality and order of values, across numeric types; values of other types are never equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import Maybe, Uint, base_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.cel._budget import Budget

__all__ = ["contains", "equal"]

_NUMBERS = frozenset((int, Uint, float))
_FLAT = frozenset((bool, bytes, type(None)))
_MOST_DEPTH = 64
_LONG_TEXT = 1_024
_CHARACTERS_OF_A_STEP = 256


def equal(left: object, right: object, budget: Budget, depth: int = 0) -> bool:
    """Tell whether two values are equal; each element that is compared takes a step.

    Raises:
        EvaluationError: they are nested too deep, or are no values.
    """
    kind, other = type(left), type(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right if len(left) < _LONG_TEXT else _long(left, right, budget)
    if kind in _NUMBERS:
        return left == right if other in _NUMBERS else _unlike(left, right, budget, depth)
    if kind is other and kind in _FLAT:
        return left == right
    return _unlike(left, right, budget, depth)


def contains(element: object, values: list[object], budget: Budget) -> bool:
    """Tell whether a list has an element that equals a value."""
    budget.take(len(values))
    return any(equal(element, each, budget) for each in values)


def _long(left: str, right: str, budget: Budget) -> bool:
    budget.take(len(left) // _CHARACTERS_OF_A_STEP)
    return left == right


def _unlike(left: object, right: object, budget: Budget, depth: int) -> bool:
    """Compare what is not of one simple class."""
    kind, other = base_class(left), base_class(right)
    if kind in _NUMBERS and other in _NUMBERS:
        return left == right
    if kind is not other:
        return False
    if depth > _MOST_DEPTH:
        raise EvaluationError("values that are nested this deep can't be compared")
    compare = _OF_PARTS.get(kind)
    return compare(left, right, budget, depth) if compare else left == right


def _equal_optionals(left: Maybe, right: Maybe, budget: Budget, depth: int) -> bool:
    if left.has_value and right.has_value:
        return equal(left.value, right.value, budget, depth + 1)
    return left.has_value == right.has_value


def _equal_lists(left: list[object], right: list[object], budget: Budget, depth: int) -> bool:
    if len(left) != len(right):
        return False
    budget.take(len(left))
    return all(
        equal(each, other, budget, depth + 1) for each, other in zip(left, right, strict=True)
    )


def _equal_maps(
    left: dict[object, object], right: dict[object, object], budget: Budget, depth: int
) -> bool:
    if len(left) != len(right):
        return False
    budget.take(len(left))
    return all(
        key in right and equal(each, right[key], budget, depth + 1) for key, each in left.items()
    )


_OF_PARTS: dict[type, Callable[..., bool]] = {
    list: _equal_lists,
    dict: _equal_maps,
    Maybe: _equal_optionals,
}
