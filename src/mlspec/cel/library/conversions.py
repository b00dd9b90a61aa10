"""Conversions, `size`, `type`, `dyn` and the tests on texts that every expression may use."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import INT_MAX, INT_MIN, TypeValue, Uint, name_of_type
from mlspec.cel.library.operators import checked_int, checked_uint
from mlspec.cel.library.times import (
    duration_from,
    duration_text,
    timestamp_from,
    timestamp_of,
    timestamp_text,
)
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.cel._values import Timestamp

__all__ = ["FUNCTIONS", "double_text"]

_SECOND = 10**9
_WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
_DOUBLE = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?|inf(?:inity)?|nan)",
    re.IGNORECASE,
)
_BOOLS = {
    **dict.fromkeys(("1", "t", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "false", "FALSE", "False"), False),
}
_LONGEST_NUMBER = 400
_LEAST_EXPONENT, _MOST_EXPONENT = -4, 21


def double_text(value: float) -> str:
    """Return the shortest text that reads back as the number, as Go's `%v` writes it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    exponent = math.floor(math.log10(abs(value))) if value else 0
    if _LEAST_EXPONENT <= exponent < _MOST_EXPONENT:
        text = f"{value:.0f}" if "e" in text else text
        return text.removesuffix(".0")
    return text.replace(".0e", "e")


def _int_from_text(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise _unreadable(text, "int")
    return checked_int(int(text))


def _uint_from_text(text: str) -> Uint:
    if not _WHOLE.fullmatch(text) or text[0] in "+-":
        raise _unreadable(text, "uint")
    return checked_uint(int(text))


def _int_from_double(value: float) -> int:
    """Toward zero; what lies at a bound of 64 bits can't be told from what lies beyond."""
    if not INT_MIN < value < INT_MAX:
        raise EvaluationError("the number does not fit into an int")
    return int(value)


def _uint_from_double(value: float) -> Uint:
    if not 0 <= value < 2.0**64:
        raise EvaluationError("the number does not fit into a uint")
    return Uint(int(value))


def _double_from_text(text: str) -> float:
    if len(text) > _LONGEST_NUMBER or not _DOUBLE.fullmatch(text):
        raise _unreadable(text, "double")
    value = float(text)
    if math.isinf(value) and "n" not in text.lower():
        raise EvaluationError("the number is too large for a double")
    return value


def _bool_from_text(text: str) -> bool:
    if text not in _BOOLS:
        raise _unreadable(text, "bool")
    return _BOOLS[text]


def _text_from_bytes(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise EvaluationError("the bytes are no UTF-8") from None


def _timestamp_from_text(text: str) -> Timestamp:
    if "T" not in text.upper():
        raise _unreadable(text, "timestamp")
    return timestamp_from(text)


def _unreadable(text: str, kind: str) -> EvaluationError:
    return EvaluationError(f"`{printable(text[:40])}` is no {kind}")


def _same(value: object) -> object:
    return value


FUNCTIONS: dict[str, Callable[..., object]] = {
    **{
        f"{kind}({kind}) -> {kind}": _same
        for kind in ("bool", "bytes", "double", "duration", "int", "string", "timestamp", "uint")
    },
    "dyn(A) -> dyn": _same,
    "type(A) -> type": lambda value: TypeValue(name_of_type(value)),
    "bool(string) -> bool": _bool_from_text,
    "bytes(string) -> bytes": str.encode,
    "double(int) -> double": float,
    "double(uint) -> double": float,
    "double(string) -> double": _double_from_text,
    "duration(string) -> duration": duration_from,
    "int(uint) -> int": lambda value: checked_int(int(value)),
    "int(double) -> int": _int_from_double,
    "int(string) -> int": _int_from_text,
    "int(timestamp) -> int": lambda value: value.ns // _SECOND,
    "uint(int) -> uint": checked_uint,
    "uint(double) -> uint": _uint_from_double,
    "uint(string) -> uint": _uint_from_text,
    "timestamp(string) -> timestamp": _timestamp_from_text,
    "timestamp(int) -> timestamp": lambda seconds: timestamp_of(seconds * _SECOND),
    "string(bool) -> string": lambda value: "true" if value else "false",
    "string(int) -> string": str,
    "string(uint) -> string": lambda value: str(int(value)),
    "string(double) -> string": double_text,
    "string(bytes) -> string": _text_from_bytes,
    "string(timestamp) -> string": timestamp_text,
    "string(duration) -> string": duration_text,
    **{
        f"{declared} -> int": len
        for kind in ("string", "bytes", "list<A>", "map<A, B>")
        for declared in (f"size({kind})", f"({kind}).size()")
    },
}
