"""Calls of functions: by the classes of the values, at the place of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._budget import size_of
from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import Maybe
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.cel._frame import Frame, Run
    from mlspec.cel._functions import Function

__all__ = ["call_of", "or_else"]

_LONGEST_MESSAGE = 200


def call_of(function: Function, parts: Sequence[Run], at: int) -> Run:
    """Return what calls a function; all but operators take steps for the size of their values."""
    if function.name == "size":
        return _of_one(function, parts[0], at)
    if function.name[0].isalpha():
        return _sized(function, tuple(parts), at)
    if len(parts) == 1:
        return _of_one(function, parts[0], at)
    return _of_two(function, parts[0], parts[1], at)


def or_else(function: Function, target: Run, other: Run, at: int) -> Run:
    """Return `or` and `orValue` of optionals: the other part is evaluated if it is needed."""

    def run(frame: Frame) -> object:
        value = target(frame)
        if isinstance(value, Maybe) and value.has_value:
            return value if function.name == "or" else value.value
        return _of_two(function, lambda _: value, other, at)(frame)

    return run


def _of_one(function: Function, part: Run, at: int) -> Run:
    table, find = function.table, function.find

    def run(frame: Frame) -> object:
        value = part(frame)
        try:
            return (table.get((type(value),)) or find((value,)))(value)
        except EvaluationError as error:
            error.locate(at)
            raise

    return run


def _of_two(function: Function, first: Run, second: Run, at: int) -> Run:
    table, find = function.table, function.find

    def run(frame: Frame) -> object:
        left, right = first(frame), second(frame)
        try:
            found = table.get((type(left), type(right))) or find((left, right))
            return found(left, right)
        except EvaluationError as error:
            error.locate(at)
            raise
        except (ValueError, OverflowError) as error:
            raise EvaluationError(_words(error), at) from None

    return run


def _sized(function: Function, parts: tuple[Run, ...], at: int) -> Run:
    table, find = function.table, function.find

    def run(frame: Frame) -> object:
        values = [part(frame) for part in parts]
        try:
            frame.budget.take(sum(map(size_of, values)))
            found = table.get(tuple(map(type, values))) or find(values)
            return found(*values)
        except EvaluationError as error:
            error.locate(at)
            raise
        except (ValueError, OverflowError) as error:
            raise EvaluationError(_words(error), at) from None

    return run


def _words(error: Exception) -> str:
    return printable(" ".join(str(error).split()))[:_LONGEST_MESSAGE]
