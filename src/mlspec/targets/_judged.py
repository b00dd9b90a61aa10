"""Conditions of a rollout as PromQL that a controller asks by itself, without recorded series.

An error share is judged by the bounds of its Wilson interval. A query gives nothing while fewer
requests were seen than the condition asks for: nothing is no pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._prometheus_query import (
    DURATION,
    ERRORS,
    REQUESTS,
    Matchers,
    Series,
    increase,
    mean,
    quantile,
    wilson,
)

if TYPE_CHECKING:
    from mlspec.ir import AnalysisCheck

__all__ = ["Matchers", "interval_query", "is_interval", "strict_query", "value_query"]

_QUANTILES = {"latency-p95-ms": 0.95, "latency-p99-ms": 0.99}


def is_interval(check: AnalysisCheck) -> bool:
    """Tell whether a condition is judged by the bounds of an interval."""
    return check.metric == "error-share"


def interval_query(check: AnalysisCheck, matchers: Matchers) -> str:
    """Return the lower and the upper bound of an error share, in this order."""
    named = (
        f'label_replace({_bound(check, matchers, sign)}, "bound", "{name}", "", "")'
        for name, sign in (("lower", "-"), ("upper", "+"))
    )
    return f"sort(({' or '.join(named)}) and on () ({_enough(check, matchers)}))"


def value_query(check: AnalysisCheck, matchers: Matchers) -> str:
    """Return a quantile in milliseconds, or the mean of a gauge."""
    return f"({_value(check, matchers)}) and on () ({_enough(check, matchers)})"


def strict_query(check: AnalysisCheck, matchers: Matchers) -> str:
    """Return one number that holds the limit only if the condition is proven.

    Of an error share it is the bound that lies nearer to the limit.
    """
    if not is_interval(check):
        return value_query(check, matchers)
    sign = "+" if check.at_most is not None else "-"
    return f"({_bound(check, matchers, sign)}) and on () ({_enough(check, matchers)})"


def _bound(check: AnalysisCheck, matchers: Matchers, sign: str) -> str:
    minutes = check.window_minutes
    failed, count = (increase(Series(name, matchers), minutes) for name in (ERRORS, REQUESTS))
    return wilson(failed, count, sign)


def _value(check: AnalysisCheck, matchers: Matchers) -> str:
    minutes = check.window_minutes
    if check.metric in _QUANTILES:
        return f"1000 * {quantile(_QUANTILES[check.metric], Series(DURATION, matchers), minutes)}"
    return mean(Series(check.metric, matchers), minutes)


def _enough(check: AnalysisCheck, matchers: Matchers) -> str:
    count = increase(Series(REQUESTS, matchers), check.window_minutes)
    return f"{count} >= {check.minimum_requests}"
