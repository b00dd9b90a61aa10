"""Series on either side of a monitor's threshold: what its unit test is made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.targets._prometheus_alert import Samples, Situation
from mlspec.targets._prometheus_conditions import MISSING
from mlspec.targets._prometheus_drift import rows_of
from mlspec.targets._prometheus_drift_proof import (
    drift_situations,
    settled_drift,
    unknown_drift,
)
from mlspec.targets._prometheus_query import Series, Z, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.ir import Monitor

__all__ = [
    "Known",
    "clearly_beyond",
    "histogram",
    "interval_seconds",
    "known_values",
    "proof",
    "unproven",
]

Known = dict[tuple[str, ...], tuple[Samples, ...]]
"""Series that give a value to all monitors that watch the same, whatever their limits are."""

_SHARES = ("missing-share", "share")
_COUNTERS = (*_SHARES, "increase", "quotient", "rate")
_FULL_WINDOW = ("increase", "rate")
"""Only these need a full window: shares, means and quantiles are right from the start."""

_QUANTILES = {"p95": 0.95, "p99": 0.99}
_REQUESTS = 1000.0
_TRIALS = 1e7
"""Per second: so many that the interval of a share is narrower than its distance to the limit."""


_FEW = (100, 10, 3)
_COVERED = 0.99
"""Answers per label where all of them have one: the last digit of a quotient decides nothing."""


def proof(monitor: Monitor) -> Iterator[Situation]:
    """Yield what makes the alert fire, and what leaves it silent."""
    if monitor.statistic == "psi":
        yield from drift_situations(monitor)
        return
    fires = _firing(monitor)
    found = (fires, _silent(monitor), _few(monitor, fires), _unlabelled(monitor, fires, None))
    yield from (each for each in found if each is not None)


def known_values(monitors: Iterable[Monitor]) -> Known:
    """Return what is measured where the values of monitors are known.

    It is one for all that watch the same: promtool looks at all of them in one test.
    """
    found: Known = {}
    for each in monitors:
        if _watched(each) not in found and (known := _silent(each) or _firing(each)) is not None:
            found[_watched(each)] = known.series
    return found


def _watched(monitor: Monitor) -> tuple[str, ...]:
    """Return all of a monitor that tells which series its value is made of."""
    return (
        monitor.metric,
        monitor.statistic,
        monitor.total,
        monitor.feature,
        monitor.predictions,
    )


def unproven(monitor: Monitor, known: Known) -> Iterator[Situation]:
    """Yield a value that is known, and what makes it unknown besides silence."""
    if monitor.statistic == "psi":
        if (settled := settled_drift(monitor)) is not None:
            yield settled
        if monitor.reference:
            yield unknown_drift(monitor)
        return
    if (series := known.get(_watched(monitor))) is not None:
        measured = Situation("a value is measured", series, _settled(monitor), None)
        yield measured
        if (unlabelled := _unlabelled(monitor, measured, 1.0)) is not None:
            yield unlabelled


def _firing(monitor: Monitor) -> Situation | None:
    """Return a situation beyond the threshold; None where no value is."""
    if monitor.above is not None:
        value = _beyond(monitor, monitor.above, 1)
    elif monitor.below is not None:
        value = _beyond(monitor, monitor.below, -1)
    else:
        return None
    return None if value is None else _situation(monitor, "beyond the threshold", value, value)


def _silent(monitor: Monitor) -> Situation | None:
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
    return tuple(Samples(_bucket(series, bound), 0.0, count) for bound, count in counts)


def _bucket(series: Series, bound: float) -> Series:
    named = series.named("_bucket")
    text = "+Inf" if math.isinf(bound) else number(bound)
    return Series(named.metric, (*named.matchers, ("le", "=", text)))


def _beyond(monitor: Monitor, bound: float, side: int) -> float | None:
    """Return a value of three digits on one side of a bound; None where a counter has none."""
    value = clearly_beyond(bound, side)
    if monitor.statistic in _SHARES and bound < 1 < value:
        return _three_digits((bound + 1) / 2)
    is_possible = math.isfinite(value) and (value >= 0 or monitor.statistic not in _COUNTERS)
    return value if is_possible else None


def clearly_beyond(bound: float, side: int) -> float:
    """Return a value of three digits that is above a bound (side 1) or below it (side -1)."""
    return _three_digits(bound + side * (abs(bound) / 2 or 1.0))


def _three_digits(value: float) -> float:
    # `%.4g` of such a value doesn't depend on the last bit of a quotient.
    return float(f"{value:.3g}")


def _few(monitor: Monitor, fires: Situation | None) -> Situation | None:
    """Return a share beyond its limit of so few that its interval reaches within."""
    if monitor.statistic not in _SHARES or fires is None or fires.value is None:
        return None
    is_upper = monitor.above is None
    limit = monitor.below if monitor.above is None else monitor.above
    for trials in _FEW:
        bound = _wilson(fires.value, trials, 1 if is_upper else -1)
        if limit is not None and (bound > limit if is_upper else bound < limit):
            rate = trials / (monitor.window_minutes * 60)
            series = (*_samples(monitor, fires.value, rate), *_made(monitor, _COVERED * rate))
            return Situation("too few to tell", series, fires.settled_minutes, None)
    return None


def _wilson(share: float, trials: int, side: int) -> float:
    """Return a bound of `mlspec.targets._prometheus_query.wilson`."""
    spread = math.sqrt(share * (1 - share) * trials + Z * Z / 4)
    return (share * trials + Z * Z / 2 + side * Z * spread) / (trials + Z * Z)


def _unlabelled(monitor: Monitor, known: Situation | None, shown: float | None) -> Situation | None:
    """Return the series of a situation with half of the labels that it takes."""
    if known is None or not monitor.predictions or not monitor.minimum_coverage:
        return None
    answers = Series(monitor.predictions)
    labelled = tuple(each for each in known.series if each.series != answers)
    made = _made(monitor, 2 * _TRIALS / monitor.minimum_coverage)
    return Situation("labels are missing", (*labelled, *made), known.settled_minutes, shown)


def _made(monitor: Monitor, rate: float) -> tuple[Samples, ...]:
    """Return the answers whose labels are counted."""
    if not monitor.predictions:
        return ()
    series = Series(monitor.predictions)
    return (Samples(series, 0.0, rate),)


def _situation(monitor: Monitor, title: str, value: float, shown: float | None) -> Situation:
    series = (*_samples(monitor, value, _TRIALS), *_made(monitor, _COVERED * _TRIALS))
    return Situation(title, series, _settled(monitor), shown)


def _settled(monitor: Monitor) -> int:
    if monitor.predictions:
        return monitor.delay_minutes + monitor.window_minutes
    return monitor.window_minutes if monitor.statistic in _FULL_WINDOW else 2


def _samples(monitor: Monitor, value: float, trials: float) -> tuple[Samples, ...]:
    series = Series(monitor.metric)
    match monitor.statistic:
        case "p95" | "p99":
            return histogram(series, _QUANTILES[monitor.statistic], value)
        case "rate":
            return (Samples(series, 0.0, value),)
        case "increase":
            return (Samples(series, 0.0, value / (monitor.window_minutes * 60)),)
        case "share" | "quotient":
            whole = Series(monitor.total)
            part = Samples(series, 0.0, value * trials)
            return (part, Samples(whole, 0.0, trials))
        case "missing-share":
            return tuple(_bins(monitor, value, trials))
        case _:
            return (Samples(series, value),)


def _bins(monitor: Monitor, share: float, trials: float) -> Iterator[Samples]:
    yield Samples(rows_of(monitor, ("bin", "=", "0")), 0.0, (1 - share) * trials)
    if share:  # a bin that no row fell into yet has no counter
        yield Samples(rows_of(monitor, MISSING), 0.0, share * trials)
