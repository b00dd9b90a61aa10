"""Functions on numbers: cel-go's extension `math`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import UINT_MAX, Uint, base_class
from mlspec.cel.library._charge import charge
from mlspec.cel.library.operators import checked_int

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FUNCTIONS"]

_NUMBERS = frozenset((int, Uint, float))
_BITS = 64
_HALF = 0.5


def _numbers(values: list[object]) -> list[float]:
    charge(len(values) // 4)
    found = [each for each in values if isinstance(each, int | float)]
    if not values or any(base_class(each) not in _NUMBERS for each in values):
        raise EvaluationError("`math.greatest` and `math.least` take numbers, at least one")
    return found


def _greatest(values: list[object]) -> float:
    return max(_numbers(values))


def _least(values: list[object]) -> float:
    return min(_numbers(values))


def _round(value: float) -> float:
    """Halves away from zero."""
    if not math.isfinite(value):
        return value
    whole = math.trunc(value)
    away = math.copysign(1.0, value) if abs(value - whole) >= _HALF else 0.0
    return math.copysign(whole + away, value)


def _whole(how: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: float(how(value)) if math.isfinite(value) else value


def _sign(value: float) -> float:
    if math.isnan(value) or value == 0:
        return value
    return math.copysign(1.0, value)


def _signed(value: int) -> int:
    """Read the lowest 64 bits as an int."""
    low = value & UINT_MAX
    return low - (1 << _BITS) if low >> (_BITS - 1) else low


def _shifted(how: Callable[[int, int], int]) -> Callable[[int, int], int]:
    def shift(value: int, by: int) -> int:
        if by < 0:
            raise EvaluationError("a shift is by a number that is not negative")
        result = how(int(value) & UINT_MAX, by) if by < _BITS else 0
        return Uint(result & UINT_MAX) if isinstance(value, Uint) else _signed(result)

    return shift


def _left(value: int, by: int) -> int:
    return value << by


def _right(value: int, by: int) -> int:
    """The sign is not kept: zeros come in from the left."""
    return value >> by


def _extremes(name: str, run: Callable[[list[object]], float]) -> dict[str, Callable[..., object]]:
    """Several arguments come as a list (`_macros`): they may be of different numeric types."""
    kinds = ("int", "uint", "double")
    return {
        **{f"{name}({kind}) -> {kind}": lambda value: value for kind in kinds},
        **{f"{name}(list<{kind}>) -> {kind}": run for kind in (*kinds, "dyn")},
    }


_DOUBLES: dict[str, Callable[..., object]] = {
    "ceil": _whole(math.ceil),
    "floor": _whole(math.floor),
    "round": _round,
    "trunc": _whole(math.trunc),
}

FUNCTIONS: dict[str, Callable[..., object]] = {
    **_extremes("math.greatest", _greatest),
    **_extremes("math.least", _least),
    **{f"math.{name}(double) -> double": run for name, run in _DOUBLES.items()},
    "math.isInf(double) -> bool": math.isinf,
    "math.isNaN(double) -> bool": math.isnan,
    "math.isFinite(double) -> bool": math.isfinite,
    "math.abs(int) -> int": lambda value: checked_int(abs(value)),
    "math.abs(uint) -> uint": lambda value: value,
    "math.abs(double) -> double": abs,
    "math.sign(int) -> int": lambda value: (value > 0) - (value < 0),
    "math.sign(uint) -> uint": lambda value: Uint(value > 0),
    "math.sign(double) -> double": _sign,
    "math.sqrt(double) -> double": lambda value: math.sqrt(value) if value >= 0 else math.nan,
    "math.sqrt(int) -> double": lambda value: math.sqrt(value) if value >= 0 else math.nan,
    "math.sqrt(uint) -> double": math.sqrt,
    "math.bitAnd(int, int) -> int": lambda left, right: left & right,
    "math.bitAnd(uint, uint) -> uint": lambda left, right: Uint(left & right),
    "math.bitOr(int, int) -> int": lambda left, right: left | right,
    "math.bitOr(uint, uint) -> uint": lambda left, right: Uint(left | right),
    "math.bitXor(int, int) -> int": lambda left, right: left ^ right,
    "math.bitXor(uint, uint) -> uint": lambda left, right: Uint(left ^ right),
    "math.bitNot(int) -> int": lambda value: ~value,
    "math.bitNot(uint) -> uint": lambda value: Uint(value ^ UINT_MAX),
    "math.bitShiftLeft(int, int) -> int": _shifted(_left),
    "math.bitShiftLeft(uint, int) -> uint": _shifted(_left),
    "math.bitShiftRight(int, int) -> int": _shifted(_right),
    "math.bitShiftRight(uint, int) -> uint": _shifted(_right),
}
