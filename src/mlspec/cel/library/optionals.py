"""Optional values and base64: cel-go's extensions `optional` and `encoders`."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import NONE, Duration, Maybe, Timestamp

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FUNCTIONS"]


def _is_zero(value: object) -> bool:
    if isinstance(value, Duration):
        return value.ns == 0
    if isinstance(value, Timestamp):
        return False
    return not value


def _value(maybe: Maybe) -> object:
    if not maybe.has_value:
        raise EvaluationError("the optional has no value")
    return maybe.value


def _decode(text: str) -> bytes:
    """Padding may be missing."""
    try:
        return base64.b64decode(
            text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True
        )
    except (binascii.Error, ValueError):
        raise EvaluationError("the text is no base64") from None


FUNCTIONS: dict[str, Callable[..., object]] = {
    "optional.of(A) -> optional<A>": Maybe,
    "optional.none() -> optional<dyn>": lambda: NONE,
    "optional.ofNonZeroValue(A) -> optional<A>": lambda value: (
        NONE if _is_zero(value) else Maybe(value)
    ),
    "(optional<A>).hasValue() -> bool": lambda maybe: maybe.has_value,
    "(optional<A>).value() -> A": _value,
    "(optional<A>).or(optional<A>) -> optional<A>": lambda maybe, other: (
        maybe if maybe.has_value else other
    ),
    "(optional<A>).orValue(A) -> A": lambda maybe, other: maybe.value if maybe.has_value else other,
    "base64.encode(bytes) -> string": lambda value: base64.b64encode(value).decode(),
    "base64.decode(string) -> bytes": _decode,
}
