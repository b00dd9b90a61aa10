"""Arithmetic and order: whole numbers of 64 bits that overflow into an error, not around."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING

from mlspec.cel._budget import size_of
from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import INT_MAX, INT_MIN, UINT_MAX, Uint
from mlspec.cel.library._charge import charge
from mlspec.cel.library.times import duration_of, timestamp_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FUNCTIONS", "checked_int", "checked_uint"]

_CHARACTERS_OF_A_STEP = 256


def checked_int(value: int) -> int:
    """Return a result as an int.

    Raises:
        EvaluationError: it does not fit.
    """
    if INT_MIN <= value <= INT_MAX:
        return value
    raise EvaluationError("the result does not fit into an int")


def checked_uint(value: int) -> Uint:
    """Return a result as a uint.

    Raises:
        EvaluationError: it does not fit.
    """
    if 0 <= value <= UINT_MAX:
        return Uint(value)
    raise EvaluationError("the result does not fit into a uint")


def _add(left: int, right: int) -> int:
    return checked_int(left + right)


def _subtract(left: int, right: int) -> int:
    return checked_int(left - right)


def _multiply(left: int, right: int) -> int:
    return checked_int(left * right)


def _divide(left: int, right: int) -> int:
    """Toward zero, as C does."""
    if right == 0:
        raise EvaluationError("division by zero")
    whole = abs(left) // abs(right)
    return checked_int(whole if (left < 0) == (right < 0) else -whole)


def _modulo(left: int, right: int) -> int:
    """The sign is that of the dividend, as in C; where dividing overflows, there is no rest."""
    _divide(left, right)
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _divide_uint(left: int, right: int) -> Uint:
    return checked_uint(_divide_any(left, right, operator.floordiv))


def _modulo_uint(left: int, right: int) -> Uint:
    return checked_uint(_divide_any(left, right, operator.mod))


def _divide_any(left: int, right: int, how: Callable[[int, int], int]) -> int:
    if right == 0:
        raise EvaluationError("division by zero")
    return how(int(left), int(right))


def _divide_double(left: float, right: float) -> float:
    """As IEEE 754 says: by zero it is infinite, or no number."""
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _joined_text(left: str, right: str) -> str:
    charge(size_of(left) + size_of(right))
    return left + right


def _joined_bytes(left: bytes, right: bytes) -> bytes:
    charge(size_of(left) + size_of(right))
    return left + right


def _joined_lists(left: list[object], right: list[object]) -> list[object]:
    charge(size_of(left) + size_of(right))
    return left + right


def _ordered() -> dict[str, Callable[..., object]]:
    """Numbers of all types have one order; NaN is in no order to any."""
    signs = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
    return {
        f"_{sign}_({pair}) -> bool": compared(run)
        for sign, run in signs.items()
        for compared, pairs in _ORDERS.items()
        for pair in pairs
    }


def _as_they_are(run: Callable[..., bool]) -> Callable[..., bool]:
    return run


def _as_texts(run: Callable[..., bool]) -> Callable[..., bool]:
    """Long texts take steps."""

    def compare(left: str | bytes, right: str | bytes) -> bool:
        charge(min(len(left), len(right)) // _CHARACTERS_OF_A_STEP)
        return run(left, right)

    return compare


def _as_doubles(run: Callable[[float, float], bool]) -> Callable[[float, float], bool]:
    """A whole number is rounded to a double first, as the specification's own tests have it."""
    return lambda left, right: run(float(left), float(right))


_ORDERS: dict[Callable[[Callable[..., bool]], Callable[..., bool]], tuple[str, ...]] = {
    _as_they_are: (
        *("int, int", "int, uint", "uint, int", "uint, uint", "double, double"),
        *("bool, bool", "timestamp, timestamp", "duration, duration"),
    ),
    _as_doubles: ("int, double", "double, int", "uint, double", "double, uint"),
    _as_texts: ("string, string", "bytes, bytes"),
}
"""How values are compared, and the types of the two."""

FUNCTIONS: dict[str, Callable[..., object]] = {
    "_+_(int, int) -> int": _add,
    "_+_(uint, uint) -> uint": lambda left, right: checked_uint(left + right),
    "_+_(double, double) -> double": operator.add,
    "_+_(string, string) -> string": _joined_text,
    "_+_(bytes, bytes) -> bytes": _joined_bytes,
    "_+_(list<A>, list<A>) -> list<A>": _joined_lists,
    "_+_(timestamp, duration) -> timestamp": lambda at, by: timestamp_of(at.ns + by.ns),
    "_+_(duration, timestamp) -> timestamp": lambda by, at: timestamp_of(at.ns + by.ns),
    "_+_(duration, duration) -> duration": lambda one, other: duration_of(one.ns + other.ns),
    "_-_(int, int) -> int": _subtract,
    "_-_(uint, uint) -> uint": lambda left, right: checked_uint(int(left) - int(right)),
    "_-_(double, double) -> double": operator.sub,
    "_-_(timestamp, timestamp) -> duration": lambda one, other: duration_of(one.ns - other.ns),
    "_-_(timestamp, duration) -> timestamp": lambda at, by: timestamp_of(at.ns - by.ns),
    "_-_(duration, duration) -> duration": lambda one, other: duration_of(one.ns - other.ns),
    "_*_(int, int) -> int": _multiply,
    "_*_(uint, uint) -> uint": lambda left, right: checked_uint(left * right),
    "_*_(double, double) -> double": operator.mul,
    "_/_(int, int) -> int": _divide,
    "_/_(uint, uint) -> uint": _divide_uint,
    "_/_(double, double) -> double": _divide_double,
    "_%_(int, int) -> int": _modulo,
    "_%_(uint, uint) -> uint": _modulo_uint,
    "-_(int) -> int": lambda value: checked_int(-value),
    "-_(double) -> double": operator.neg,
    "!_(bool) -> bool": operator.not_,
    **_ordered(),
}
