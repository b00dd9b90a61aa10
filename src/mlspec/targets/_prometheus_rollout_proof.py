"""Situations that prove the alerts of a rollout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.targets._arms import CHALLENGER
from mlspec.targets._prometheus_alert import Samples, Situation
from mlspec.targets._prometheus_proof import histogram
from mlspec.targets._prometheus_query import DURATION, ERRORS, REQUESTS, Series, Z

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import AnalysisCheck, Service

__all__ = ["failed_situations", "unproven_situations"]

_QUANTILES = {"latency-p95-ms": 0.95, "latency-p99-ms": 0.99}
_PLENTY = 1_000_000


def failed_situations(service: Service, check: AnalysisCheck) -> Iterator[Situation]:
    """Yield a challenger that fails, one that holds, and one with too few requests."""
    bad, good = _value(check, 1), _value(check, -1)
    if bad is not None:
        yield _situation(service, check, "the challenger fails", bad, _shown(check, bad))
        if check.minimum_requests > 1:
            yield _few(service, check, bad)
    if good is not None:
        yield _situation(service, check, "the challenger holds", good, None)


def unproven_situations(service: Service, check: AnalysisCheck) -> Iterator[Situation]:
    """Yield a challenger that nothing is known of, and one that clearly holds."""
    yield Situation("nothing is measured", (), 0, 1.0)
    if (good := _value(check, -1)) is not None:
        yield _situation(service, check, "the challenger holds", good, None)


def _value(check: AnalysisCheck, side: int) -> float | None:
    """Return a value that fails (side 1) or holds (side -1); None where no share does."""
    limit = check.at_most if check.at_most is not None else check.at_least
    if limit is None:
        return None
    up = (1 if check.at_most is not None else -1) * side > 0
    if check.metric == "error-share":
        far = 0.01 if up else -0.01
        return (1.0 if up else 0.0) if 0 <= limit + far <= 1 else None
    value = float(f"{limit + (1 if up else -1) * (abs(limit) / 2 or 1.0):.3g}")
    is_possible = math.isfinite(value) and (value > 0 or check.metric not in _QUANTILES)
    return value if is_possible else None


def _shown(check: AnalysisCheck, value: float) -> float:
    """The friendly Wilson bound of a share of zero or one, over very many requests."""
    if check.metric != "error-share":
        return value
    count = _requests(check)
    return (count if value else Z * Z) / (count + Z * Z)


def _requests(check: AnalysisCheck) -> float:
    return float(max(_PLENTY, check.minimum_requests * 10))


def _situation(
    service: Service, check: AnalysisCheck, title: str, value: float, shown: float | None
) -> Situation:
    rate = _requests(check) / (check.window_minutes * 60)
    samples = tuple(_samples(service, check, value, rate))
    return Situation(title, samples, check.window_minutes, shown)


def _few(service: Service, check: AnalysisCheck, value: float) -> Situation:
    rate = (check.minimum_requests - 1) / 2 / (check.window_minutes * 60)
    samples = tuple(_samples(service, check, value, rate))
    return Situation("too few requests to judge", samples, check.window_minutes, None)


def _samples(
    service: Service, check: AnalysisCheck, value: float, rate: float
) -> Iterator[Samples]:
    roles = (("model", "=", service.name), ("role", "=", CHALLENGER))
    yield Samples(str(Series(REQUESTS, roles)), 0.0, rate)
    if check.metric == "error-share":
        yield Samples(str(Series(ERRORS, roles)), 0.0, rate * value)
    elif check.metric in _QUANTILES:
        series = Series(DURATION, roles)
        yield from histogram(series, _QUANTILES[check.metric], value / 1000)
    else:
        yield Samples(str(Series(check.metric, roles)), value)
