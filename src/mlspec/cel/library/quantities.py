"""Quantities of Kubernetes: `quantity('1.5Gi')`, exact, whatever their suffix.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import INT_MAX, INT_MIN, register
from mlspec.cel.library.operators import checked_int
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLASSES", "FUNCTIONS"]

_QUANTITY = re.compile(
    r"([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,2}))?"
)
_LONGEST = 64
_POWERS = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {f"{letter}i": 2 ** (10 * at) for at, letter in enumerate("KMGTPE", start=1)}


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of something."""

    amount: Fraction


register(Quantity, "kubernetes.Quantity")
CLASSES: dict[str, type] = {"quantity": Quantity}


def _quantity(text: str) -> Quantity:
    match = _QUANTITY.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise EvaluationError(f"`{printable(text[:40])}` is no quantity")
    sign, digits, suffix, exponent = match.groups()
    power = int(exponent) if exponent else _POWERS.get(suffix or "", 0)
    amount = Fraction(digits) * Fraction(10) ** power * _BINARY.get(suffix or "", 1)
    return Quantity(-amount if sign == "-" else amount)


def _is_quantity(text: str) -> bool:
    try:
        _quantity(text)
    except EvaluationError:
        return False
    return True


def _is_integer(value: Quantity) -> bool:
    return value.amount.denominator == 1 and INT_MIN <= value.amount <= INT_MAX


def _as_integer(value: Quantity) -> int:
    if value.amount.denominator != 1:
        raise EvaluationError("the quantity is no whole number")
    return checked_int(value.amount.numerator)


def _compared(one: Quantity, other: Quantity) -> int:
    return (one.amount > other.amount) - (one.amount < other.amount)


FUNCTIONS: dict[str, Callable[..., object]] = {
    "quantity(string) -> quantity": _quantity,
    "isQuantity(string) -> bool": _is_quantity,
    "(quantity).isInteger() -> bool": _is_integer,
    "(quantity).asInteger() -> int": _as_integer,
    "(quantity).asApproximateFloat() -> double": lambda value: float(value.amount),
    "(quantity).sign() -> int": lambda value: (value.amount > 0) - (value.amount < 0),
    "(quantity).isGreaterThan(quantity) -> bool": lambda one, other: one.amount > other.amount,
    "(quantity).isLessThan(quantity) -> bool": lambda one, other: one.amount < other.amount,
    "(quantity).compareTo(quantity) -> int": _compared,
    "(quantity).add(quantity) -> quantity": lambda one, other: Quantity(one.amount + other.amount),
    "(quantity).add(int) -> quantity": lambda one, other: Quantity(one.amount + other),
    "(quantity).sub(quantity) -> quantity": lambda one, other: Quantity(one.amount - other.amount),
    "(quantity).sub(int) -> quantity": lambda one, other: Quantity(one.amount - other),
}
