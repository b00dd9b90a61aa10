"""What a monitor watches, and when that is beyond its limit, as PromQL.

A share is beyond its limit when its Wilson bound is: one error in two requests is not yet an alarm
at 40 %, and one in a thousand is none at 0.09 %. An index of drift is when its lower bound is.
What rests on labels that come late is known when enough of the answers have one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._prometheus_drift import counter, drift_lower, drift_value
from mlspec.targets._prometheus_query import (
    Series,
    equal,
    increase,
    maximum,
    mean,
    number,
    part_of,
    quantile,
    ratio,
    total_rate,
    unknown,
    wilson,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.ir import Monitor

__all__ = ["MISSING", "beyond_limit", "unknown_value", "value_expression"]

MISSING = ("bin", "=", "missing")
"""The bin of rows without a value."""

_QUANTILES = {"p95": 0.95, "p99": 0.99}
_SHARES = ("missing-share", "share")


def value_expression(monitor: Monitor) -> str:
    """Return the number that a monitor watches, as PromQL."""
    series, minutes = _series(monitor, monitor.metric), monitor.window_minutes
    match monitor.statistic:
        case "p95" | "p99":
            return quantile(_QUANTILES[monitor.statistic], series, minutes)
        case "share" | "quotient":
            return ratio(series, _series(monitor, monitor.total), minutes)
        case "missing-share":
            part, whole = _missing(monitor, total_rate)
            return f"{part} / {whole}"
        case "psi":
            return drift_value(monitor)
        case _:
            return _SIMPLE[monitor.statistic](series, minutes)


def beyond_limit(monitor: Monitor) -> str:
    """Return the condition of the alert; nothing for a monitor without a limit."""
    bounds = ((">", monitor.above), ("<", monitor.below))
    found = " or ".join(
        _beyond(monitor, sign, bound) for sign, bound in bounds if bound is not None
    )
    if not found or not monitor.predictions:
        return found
    return f"({found}) and on () ({_is_covered(monitor)})"


def unknown_value(monitor: Monitor) -> str:
    """Return an expression that is true where nobody knows the value."""
    value = value_expression(monitor)
    return unknown(
        f"({value}) and on () ({_is_covered(monitor)})" if monitor.predictions else value
    )


def _series(monitor: Monitor, metric: str) -> Series:
    return Series(metric, equal(monitor.place))


def _missing(monitor: Monitor, total: Callable[[Series, int], str]) -> tuple[str, str]:
    minutes = monitor.window_minutes
    whole = total(counter(monitor), minutes)
    return part_of(total(counter(monitor, MISSING), minutes), whole), whole


def _counts(monitor: Monitor) -> tuple[str, str]:
    """Return the increases that a share is made of."""
    if monitor.statistic == "missing-share":
        return _missing(monitor, increase)
    minutes = monitor.window_minutes
    part, whole = (_series(monitor, each) for each in (monitor.metric, monitor.total))
    return increase(part, minutes), increase(whole, minutes)


def _beyond(monitor: Monitor, sign: str, limit: float) -> str:
    """The value is beyond the limit, and so is the bound of its interval where it has one."""
    seen = f"{value_expression(monitor)} {sign} {number(limit)}"
    if monitor.statistic == "psi":
        return f"{seen} and {drift_lower(monitor)} {sign} {number(limit)}"
    if monitor.statistic not in _SHARES:
        return seen
    bound = wilson(*_counts(monitor), "-" if sign == ">" else "+")
    return f"{seen} and {bound} {sign} {number(limit)}"


def _is_covered(monitor: Monitor) -> str:
    """Of the answers of a window before, enough have a label by now."""
    minutes = monitor.window_minutes
    labelled = increase(_series(monitor, monitor.total), minutes)
    made = increase(_series(monitor, monitor.predictions), minutes, before=monitor.delay_minutes)
    return f"{labelled} / {made} >= {number(monitor.minimum_coverage)}"


_SIMPLE: dict[str, Callable[[Series, int], str]] = {
    "increase": increase,
    "maximum": maximum,
    "mean": mean,
    "rate": total_rate,
}
