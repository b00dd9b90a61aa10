"""Drift from counters of rows per bin: the population stability index as recorded series.

The service counts its rows in the bins of a profile: a counter with the labels `feature` and `bin`.
The rules compute what `data-drift` gates compute from files, with the same half rows per bin, bias
and interval (see `mlspec.stats.psi`); the lower bound decides, so that few rows prove nothing.

A bin without a counter has no rows. Without any row in the window, or with rows in a bin that the
profile does not have, there is no value: somebody counts in other bins, and that is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._prometheus_alert import Record
from mlspec.targets._prometheus_query import Series, equal, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Monitor

__all__ = ["LEVEL", "counter", "drift_lower", "drift_records", "drift_value", "rows_of"]

LEVEL = 0.9
"""Of the two-sided interval: its lower end is above the truth in 5 % of the windows at most."""

_Z = 1.6448536269514722
"""95 % quantile of the normal distribution."""

_REFERENCE = "mlspec:drift_reference_rows"
_SEEN = "mlspec:drift_seen_rows"
_CURRENT = "mlspec:drift_current_rows"
_P = "mlspec:drift_reference_share"
_Q = "mlspec:drift_current_share"
_PSI = "mlspec:drift_psi"
_LOWER = "mlspec:drift_psi:lower"


def drift_value(monitor: Monitor) -> str:
    """Return the index that is recorded for a monitor."""
    return _recorded(_PSI, monitor)


def drift_lower(monitor: Monitor) -> str:
    """Return the lower bound of the index that is recorded for a monitor."""
    return _recorded(_LOWER, monitor)


def counter(monitor: Monitor, *matchers: tuple[str, str, str]) -> Series:
    """Return the counter of the rows of the feature, all bins or those that match."""
    metric, own = rows_of(monitor, *matchers)
    return Series(metric, (*equal(monitor.place), *own))


def rows_of(monitor: Monitor, *matchers: tuple[str, str, str]) -> Series:
    """Return the same counter without the labels of every series of the model."""
    return Series(monitor.metric, (("feature", "=", monitor.feature), *matchers))


def drift_records(monitor: Monitor) -> Iterator[Record]:
    """Yield what is recorded for a monitor, each after what it is computed from."""
    if not monitor.reference:
        return
    found = (
        (_REFERENCE, _reference_rows(monitor)),
        (_SEEN, _seen_rows(monitor)),
        (_CURRENT, _current_rows(monitor)),
        (_P, _reference_share(monitor)),
        (_Q, _current_share(monitor)),
        (_PSI, _index(monitor)),
        (_LOWER, _lower(monitor)),
    )
    for name, expression in found:
        yield Record(name, expression, _labels(monitor))


def _labels(monitor: Monitor) -> tuple[tuple[str, str], ...]:
    """Return the labels of what is recorded: another environment has others."""
    return (*monitor.scope.recorded, ("model", monitor.model), ("monitor", monitor.id))


def _recorded(name: str, monitor: Monitor) -> str:
    return str(Series(name, equal(_labels(monitor))))


def _reference_rows(monitor: Monitor) -> str:
    return " or ".join(
        f'label_replace(vector({rows}), "bin", "{name}", "", "")'
        for name, rows in monitor.reference
    )


def _seen_rows(monitor: Monitor) -> str:
    return f"sum by (bin) (increase({counter(monitor).over(monitor.window_minutes)}))"


def _current_rows(monitor: Monitor) -> str:
    """Rows of the window per bin, zero where no counter is; bins without rows anywhere left out."""
    seen, reference = (_recorded(name, monitor) for name in (_SEEN, _REFERENCE))
    filled = f"({seen} or 0 * {reference})"
    is_sound = f"(sum({seen}) > 0 unless on () ({seen} > 0 unless on (bin) {reference}))"
    return f"{filled} and ({filled} + {reference} > 0) and on () {is_sound}"


def _reference_share(monitor: Monitor) -> str:
    reference, current = (_recorded(name, monitor) for name in (_REFERENCE, _CURRENT))
    occupied = f"({reference} and on (bin) {current})"
    return f"({occupied} + 0.5) / scalar(sum({reference}) + count({current}) / 2)"


def _current_share(monitor: Monitor) -> str:
    current = _recorded(_CURRENT, monitor)
    return f"({current} + 0.5) / scalar(sum({current}) + count({current}) / 2)"


def _index(monitor: Monitor) -> str:
    p, q = _recorded(_P, monitor), _recorded(_Q, monitor)
    return f"sum(({q} - {p}) * ln({q} / {p}))"


def _lower(monitor: Monitor) -> str:
    """Index - bias - z sqrt(V), with V as `mlspec.stats.psi` has it."""
    p, q = _recorded(_P, monitor), _recorded(_Q, monitor)
    n, m = (f"sum({_recorded(name, monitor)})" for name in (_REFERENCE, _CURRENT))
    free = f"(count({_recorded(_CURRENT, monitor)}) - 1)"
    thinness = f"(1 / {n} + 1 / {m})"
    spread_q = _spread(q, f"(ln({q} / {p}) + 1 - {p} / {q})")
    spread_p = _spread(p, f"(1 - ln({q} / {p}) - {q} / {p})")
    variance = f"{spread_q} / {m} + {spread_p} / {n} + 2 * {free} * {thinness} ^ 2"
    index = f"sum({_recorded(_PSI, monitor)})"
    return f"{index} - {free} * {thinness} - {number(_Z)} * sqrt({variance})"


def _spread(shares: str, slopes: str) -> str:
    return f"(sum({shares} * {slopes} ^ 2) - sum({shares} * {slopes}) ^ 2)"
