"""Facts as the environment declares them: JSON has no timestamps, and writes `1` for a double."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import UINT_MAX, Uint
from mlspec.cel.library.times import duration_from, timestamp_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.cel._frame import Frame, Run
    from mlspec.cel._types import Type

__all__ = ["read_as"]


def read_as(declared: Type, run: Run, at: int) -> Run:
    """Return what reads a fact as a value of its declared type, where JSON has another form."""
    if declared.kind not in _FORMS:
        return run
    wanted, convert = _FORMS[declared.kind]

    def read(frame: Frame) -> object:
        value = run(frame)
        if type(value) is not wanted:
            return value
        try:
            return convert(value)
        except EvaluationError as error:
            error.locate(at)
            raise
        except (ValueError, OverflowError):
            raise EvaluationError(f"the fact is no {declared}", at) from None

    return read


def _uint(value: int) -> int:
    return Uint(value) if 0 <= value <= UINT_MAX else value


_FORMS: dict[str, tuple[type, Callable[..., object]]] = {
    "double": (int, float),
    "uint": (int, _uint),
    "timestamp": (str, timestamp_from),
    "duration": (str, duration_from),
    "bytes": (str, lambda text: base64.b64decode(text, validate=True)),
}
"""The class that JSON has for a type, and what makes a value of it."""
