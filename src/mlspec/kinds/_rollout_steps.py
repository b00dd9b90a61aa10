"""A rollout as steps, and the time that its conditions look back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.kinds._rollout import BlueGreen, Canary, Shadow, Split

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LONGEST_WINDOW", "Strategy", "steps_of", "window_of"]

Strategy = Canary | Shadow | BlueGreen | Split

_MINUTES_PER_DAY = 24 * 60
_SHORTEST_WINDOW, _DEFAULT_WINDOW = 5, 10
LONGEST_WINDOW = 60
"""Minutes of traffic that a condition looks at, at most: an older fault is no news."""


def steps_of(declared: Strategy) -> tuple[tuple[float, int], ...]:
    """Return the steps as (share of traffic, minutes); a canary ends with all traffic."""
    match declared:
        case Canary():
            steps = tuple((step.share, step.hold_minutes) for step in declared.steps)
            return steps if steps[-1][0] == 1 else (*steps, (1.0, 0))
        case Shadow():
            return ((declared.share, declared.hold_minutes),)
        case BlueGreen():
            return ((0.0, declared.preview_minutes), (1.0, declared.keep_minutes))
        case Split():
            return ((declared.share, declared.duration_days * _MINUTES_PER_DAY),)


def window_of(steps: Iterable[tuple[float, int]]) -> int:
    """Return the minutes that a condition looks back: the traffic of one step, enough of it."""
    held = [minutes for _, minutes in steps if minutes]
    return min(max(min(held, default=_DEFAULT_WINDOW), _SHORTEST_WINDOW), LONGEST_WINDOW)
