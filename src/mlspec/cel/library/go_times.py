"""What the API server gives for time spans where cel-go differs from the specification.

The milliseconds of a span are those of all of it; by the specification, those below a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.cel._values import Duration

__all__ = ["FUNCTIONS"]

_MILLISECOND = 10**6


def _milliseconds(value: Duration) -> int:
    """Whole ones, towards zero; `common/types/duration.go` of cel-go."""
    return abs(value.ns) // _MILLISECOND * (-1 if value.ns < 0 else 1)


FUNCTIONS: dict[str, Callable[..., object]] = {
    "(duration).getMilliseconds() -> int": _milliseconds,
}
