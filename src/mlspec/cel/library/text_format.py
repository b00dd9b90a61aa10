"""`'%s is %d'.format([name, count])`: the clauses of cel-go's extension `strings`."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from mlspec.cel._budget import size_of
from mlspec.cel._errors import EvaluationError, an
from mlspec.cel._values import Duration, Timestamp, TypeValue, Uint, from_key, name_of_type
from mlspec.cel.library._charge import charge
from mlspec.cel.library.conversions import double_text
from mlspec.cel.library.times import duration_text, timestamp_text
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["formatted"]

_CLAUSE = re.compile(r"%(?:(%)|(?:\.([0-9]{1,3}))?([sdfeboxX])|(.?))", re.DOTALL)
_MOST_DEPTH = 32


def formatted(text: str, values: list[object]) -> str:
    """Return a text with its clauses replaced by values, in their order.

    Raises:
        EvaluationError: a clause is none, has no value, or does not take its value.
    """
    return "".join(_parts(text, iter(values)))


def _parts(text: str, values: Iterator[object]) -> Iterator[str]:
    at = 0
    for match in _CLAUSE.finditer(text):
        yield text[at : match.start()]
        yield "%" if match[1] else _clause(match, values)
        at = match.end()
    yield text[at:]


def _clause(match: re.Match[str], values: Iterator[object]) -> str:
    if match[4] is not None:
        raise EvaluationError(f"`{printable(match[0])}` is no clause of a format")
    missing = object()
    value = next(values, missing)
    if value is missing:
        raise EvaluationError(f"there is no value for `{match[0]}`")
    precision = int(match[2]) if match[2] else 6
    text = _CLAUSES[match[3]](value, precision)
    charge(1 + size_of(text))
    return text


def _refused(value: object, clause: str) -> EvaluationError:
    return EvaluationError(f"`%{clause}` does not take {an(name_of_type(value))}")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _endless(value: object) -> str | None:
    """Return the word for a double that is no finite number."""
    if not isinstance(value, float) or math.isfinite(value):
        return None
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _decimal(value: object, precision: int) -> str:
    if isinstance(value, int) and _is_whole(value):
        return str(int(value))
    word = _endless(value)
    if word is None:
        raise _refused(value, "d")
    return word


def _float(style: str) -> Callable[[object, int], str]:
    def write(value: object, precision: int) -> str:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise _refused(value, style)
        return _endless(value) or f"{float(value):.{precision}{style}}"

    return write


def _digits(style: str) -> Callable[[object, int], str]:
    def write(value: object, precision: int) -> str:
        if isinstance(value, bool) and style == "b":
            return "1" if value else "0"
        if isinstance(value, int) and _is_whole(value):
            return format(int(value), style)
        raise _refused(value, style)

    return write


def _hexadecimal(style: str) -> Callable[[object, int], str]:
    def write(value: object, precision: int) -> str:
        if isinstance(value, str | bytes):
            found = (value.encode() if isinstance(value, str) else value).hex()
            return found.upper() if style == "X" else found
        return _digits(style)(value, precision)

    return write


def _shown(value: object, precision: int, depth: int = 0) -> str:
    if depth > _MOST_DEPTH:
        raise EvaluationError("values that are nested this deep can't be written")
    if isinstance(value, list):
        charge(len(value))
        return f"[{', '.join(_shown(each, precision, depth + 1) for each in value)}]"
    if isinstance(value, dict):
        charge(len(value))
        entries = (
            f"{_shown(from_key(key), precision, depth + 1)}: {_shown(each, precision, depth + 1)}"
            for key, each in value.items()
        )
        return f"{{{', '.join(sorted(entries))}}}"
    return _shown_leaf(value)


def _shown_leaf(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    for kind, write in _LEAVES.items():
        if isinstance(value, kind):
            charge(size_of(value))
            return write(value)
    raise _refused(value, "s")


def _double(value: float) -> str:
    return _endless(value) or double_text(value)


def _bytes(value: bytes) -> str:
    return value.decode(errors="replace")


_LEAVES: dict[type, Callable[..., str]] = {
    str: str,
    Uint: lambda value: str(int(value)),
    int: str,
    float: _double,
    bytes: _bytes,
    Timestamp: timestamp_text,
    Duration: duration_text,
    TypeValue: lambda value: value.name,
}
_CLAUSES: dict[str, Callable[[object, int], str]] = {
    "s": _shown,
    "d": _decimal,
    "f": _float("f"),
    "e": _float("e"),
    "b": _digits("b"),
    "o": _digits("o"),
    "x": _hexadecimal("x"),
    "X": _hexadecimal("X"),
}
