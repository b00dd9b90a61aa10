"""Series on either side of a monitor's threshold: what its unit test is made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.targets._prometheus_alert import Samples, Situation
from mlspec.targets._prometheus_query import Series, number

if TYPE_CHECKING:
    from mlspec.ir import Monitor

__all__ = ["clearly_beyond", "firing", "histogram", "interval_seconds", "silent"]

_COUNTERS = ("rate", "share")
_QUANTILES = {"p95": 0.95, "p99": 0.99}
_REQUESTS = 1000.0
_TRIALS = 1e7
"""Per minute: so many that the interval of a share is narrower than its distance to the limit."""


def firing(monitor: Monitor) -> Situation | None:
    """Return a situation beyond the threshold; None where no value is."""
    if monitor.above is not None:
        value = _beyond(monitor, monitor.above, 1)
    elif monitor.below is not None:
        value = _beyond(monitor, monitor.below, -1)
    else:
        return None
    return None if value is None else _situation(monitor, "beyond the threshold", value, value)


def silent(monitor: Monitor) -> Situation | None:
    """Return a situation within the threshold; None where no value is, or more than one bound."""
    value = _within(monitor)
    return None if value is None else _situation(monitor, "within the threshold", value, None)


def _within(monitor: Monitor) -> float | None:
    if monitor.above is None:
        return 1.0 if monitor.below is None else _beyond(monitor, monitor.below, 1)
    if monitor.below is not None:
        return None
    # Nothing lies below zero on a counter, but zero itself is not above it.
    return 0.0 if monitor.above == 0 else _beyond(monitor, monitor.above, -1)


def interval_seconds(window_minutes: int, horizon_minutes: int) -> int:
    """Return how far samples lie apart: some per window, and not too many in all."""
    sparse = max(60, horizon_minutes * 60 // 500)
    return max(1, min(window_minutes * 60 // 4, sparse))


def histogram(series: Series, share: float, value: float) -> tuple[Samples, ...]:
    """Return buckets whose quantile is `value`: all observations lie in one bucket around it."""
    width = abs(value) / 2 or 1.0
    lower, upper = value - share * width, value + (1 - share) * width
    counts = ((lower, 0.0), (upper, _REQUESTS), (math.inf, _REQUESTS))
    return tuple(Samples(str(_bucket(series, bound)), 0.0, count) for bound, count in counts)


def _bucket(series: Series, bound: float) -> Series:
    named = series.named("_bucket")
    text = "+Inf" if math.isinf(bound) else number(bound)
    return Series(named.metric, (*named.matchers, ("le", "=", text)))


def _beyond(monitor: Monitor, bound: float, side: int) -> float | None:
    """Return a value of three digits on one side of a bound; None where a counter has none."""
    value = clearly_beyond(bound, side)
    if monitor.statistic == "share" and bound < 1 < value:
        return _three_digits((bound + 1) / 2)
    is_possible = math.isfinite(value) and (value >= 0 or monitor.statistic not in _COUNTERS)
    return value if is_possible else None


def clearly_beyond(bound: float, side: int) -> float:
    """Return a value of three digits that is above a bound (side 1) or below it (side -1)."""
    return _three_digits(bound + side * (abs(bound) / 2 or 1.0))


def _three_digits(value: float) -> float:
    # `%.4g` of such a value doesn't depend on the last bit of a quotient.
    return float(f"{value:.3g}")


def _situation(monitor: Monitor, title: str, value: float, shown: float | None) -> Situation:
    series = Series(monitor.metric, (("model", "=", monitor.model),))
    # Only a rate needs a full window: shares, means and quantiles are right from the start.
    settled = monitor.window_minutes if monitor.statistic == "rate" else 2
    return Situation(title, _samples(monitor, series, value), settled, shown)


def _samples(monitor: Monitor, series: Series, value: float) -> tuple[Samples, ...]:
    match monitor.statistic:
        case "p95" | "p99":
            return histogram(series, _QUANTILES[monitor.statistic], value)
        case "rate":
            return (Samples(str(series), 0.0, value),)
        case "share":
            whole = Series(monitor.total, series.matchers)
            return (
                Samples(str(series), 0.0, value * _TRIALS),
                Samples(str(whole), 0.0, _TRIALS),
            )
        case _:
            return (Samples(str(series), value),)
