"""Rows per bin that have drifted, have not, or are too few to tell: the proof of drift alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.targets._prometheus_alert import Samples, Situation
from mlspec.targets._prometheus_drift import LEVEL, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.ir import Monitor

__all__ = ["drift_situations", "settled_drift", "unknown_drift"]

_PLENTY = 1_000_000
_FEW = (3, 10, 30)
_STRAY = "elsewhere"
"""No profile has such a bin."""


def drift_situations(monitor: Monitor) -> Iterator[Situation]:
    """Yield rows that moved to one bin, those of the reference, and few that moved."""
    moved = _moved(monitor, _PLENTY)
    if monitor.above is not None and _lower(monitor, moved) > monitor.above:
        yield _situation(monitor, "all rows are in one bin", moved, _index(monitor, moved))
    if (settled := settled_drift(monitor)) is not None:
        yield settled
    if (few := _few(monitor)) is not None:
        yield few


def settled_drift(monitor: Monitor) -> Situation | None:
    """Return rows that lie as those of the reference; None where even they are beyond the limit."""
    rows = [float(1000 * each) for _, each in monitor.reference]
    is_silent = monitor.above is None or _lower(monitor, rows) <= monitor.above
    return _situation(monitor, "rows lie as in the reference", rows, None) if is_silent else None


def unknown_drift(monitor: Monitor) -> Situation:
    """Return rows in a bin that the profile does not have."""
    stray = Samples(rows_of(monitor, ("bin", "=", _STRAY)), 0.0, 1.0)
    settled = _situation(monitor, "", [float(each) for _, each in monitor.reference], None)
    return Situation("rows are counted in other bins", (*settled.series, stray), 2, 1.0)


def _few(monitor: Monitor) -> Situation | None:
    if monitor.above is None:
        return None
    for rows in _FEW:
        moved = _moved(monitor, rows)
        if _lower(monitor, moved) <= monitor.above < _index(monitor, moved):
            return _situation(monitor, "too few rows to tell", moved, None)
    return None


def _moved(monitor: Monitor, rows: int) -> list[float]:
    """Return all rows in the bin that has the fewest of the reference."""
    counts = [each for _, each in monitor.reference]
    rarest = counts.index(min(counts))
    return [float(rows) if place == rarest else 0.0 for place in range(len(counts))]


def _index(monitor: Monitor, rows: Sequence[float]) -> float:
    return stats.psi([each for _, each in monitor.reference], rows, level=LEVEL).value


def _lower(monitor: Monitor, rows: Sequence[float]) -> float:
    return stats.psi([each for _, each in monitor.reference], rows, level=LEVEL).bounds.lower


def _situation(
    monitor: Monitor, title: str, rows: Sequence[float], shown: float | None
) -> Situation:
    seconds = monitor.window_minutes * 60
    series = tuple(
        Samples(rows_of(monitor, ("bin", "=", name)), 0.0, count / seconds)
        for (name, _), count in zip(monitor.reference, rows, strict=True)
        if count  # a bin without a counter has no rows
    )
    return Situation(title, series, monitor.window_minutes, shown)
