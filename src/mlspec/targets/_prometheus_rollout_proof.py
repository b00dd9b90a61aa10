"""Situations that prove the alerts of a rollout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.targets._arms import CHALLENGER
from mlspec.targets._prometheus_alert import Samples, Situation
from mlspec.targets._prometheus_proof import clearly_beyond, histogram
from mlspec.targets._prometheus_query import DURATION, ERRORS, REQUESTS, Series, Z, equal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import AnalysisCheck

__all__ = ["failed_situations", "unproven_situations"]

_QUANTILES = {"latency-p95-ms": 0.95, "latency-p99-ms": 0.99}
_PLENTY = 1_000_000


def failed_situations(check: AnalysisCheck) -> Iterator[Situation]:
    """Yield a challenger that fails, one that holds, and one with too few requests."""
    bad, good = _value(check, 1), _value(check, -1)
    if bad is not None:
        yield _situation(check, "the challenger fails", bad, _shown(check, bad))
        if check.minimum_requests > 1:
            yield _few(check, bad)
    if good is not None:
        yield _situation(check, "the challenger holds", good, None)


def unproven_situations(check: AnalysisCheck) -> Iterator[Situation]:
    """Yield a challenger that nothing is known of, and one that clearly holds."""
    yield Situation("nothing is measured", (), 0, 1.0)
    if (good := _value(check, -1)) is not None:
        yield _situation(check, "the challenger holds", good, None)


def _value(check: AnalysisCheck, side: int) -> float | None:
    """Return a value that fails (side 1) or holds (side -1); None where no share does."""
    if check.at_most is not None:
        return _beyond(check.metric, check.at_most, side)
    if check.at_least is not None:
        return _beyond(check.metric, check.at_least, -side)
    return None


def _beyond(metric: str, limit: float, way: int) -> float | None:
    """Return a value clearly above a limit (way 1) or below it (way -1), if the metric has one."""
    if metric == "error-share":
        is_share = 0 <= limit + 0.01 * way <= 1
        return float(way > 0) if is_share else None
    value = clearly_beyond(limit, way)
    is_possible = math.isfinite(value) and (value > 0 or metric not in _QUANTILES)
    return value if is_possible else None


def _shown(check: AnalysisCheck, value: float) -> float:
    """The friendly Wilson bound of a share of zero or one, over very many requests."""
    if check.metric != "error-share":
        return value
    count = _requests(check)
    return (count if value else Z * Z) / (count + Z * Z)


def _requests(check: AnalysisCheck) -> float:
    return float(max(_PLENTY, check.minimum_requests * 10))


def _situation(check: AnalysisCheck, title: str, value: float, shown: float | None) -> Situation:
    rate = _requests(check) / (check.window_minutes * 60)
    samples = tuple(_samples(check, value, rate))
    return Situation(title, samples, check.window_minutes, shown)


def _few(check: AnalysisCheck, value: float) -> Situation:
    rate = (check.minimum_requests - 1) / 2 / (check.window_minutes * 60)
    samples = tuple(_samples(check, value, rate))
    return Situation("too few requests to judge", samples, check.window_minutes, None)


def _samples(check: AnalysisCheck, value: float, rate: float) -> Iterator[Samples]:
    roles = equal([("role", CHALLENGER)])
    yield Samples(Series(REQUESTS, roles), 0.0, rate)
    if check.metric == "error-share":
        yield Samples(Series(ERRORS, roles), 0.0, rate * value)
    elif check.metric in _QUANTILES:
        series = Series(DURATION, roles)
        yield from histogram(series, _QUANTILES[check.metric], value / 1000)
    else:
        yield Samples(Series(check.metric, roles), value)
