"""The alerts of monitors: one when the condition holds, one when nothing is known.

A share is beyond its limit when its Wilson bound is: one error in two requests is not yet an alarm
at 40 %, and one in a thousand is none at 0.09 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._prometheus_alert import VALUE, Alert, Situation, words
from mlspec.targets._prometheus_proof import firing, silent
from mlspec.targets._prometheus_query import (
    Series,
    duration,
    increase,
    maximum,
    mean,
    number,
    quantile,
    ratio,
    total_rate,
    unknown,
    wilson,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Monitor

__all__ = ["alert_name", "monitor_alerts", "value_expression"]

_QUANTILES = {"p95": 0.95, "p99": 0.99}
_PATIENCE = 30
"""Minutes that a new deployment has to show its metrics; a value is gone a window later anyway."""


def monitor_alerts(monitor: Monitor, environment: str) -> Iterator[Alert]:
    """Yield the alerts of one monitor."""
    if condition := _condition(monitor):
        yield _threshold_alert(monitor, environment, condition)
    yield _unknown_alert(monitor, environment)


def alert_name(*identifiers: str) -> str:
    """Return kebab-case names as one name in the usual form of alerts."""
    return "".join(part.title() for each in identifiers for part in each.split("-"))


def value_expression(monitor: Monitor) -> str:
    """Return the number that a monitor watches, as PromQL."""
    series, minutes = _series(monitor, monitor.metric), monitor.window_minutes
    match monitor.statistic:
        case "maximum":
            return maximum(series, minutes)
        case "p95" | "p99":
            return quantile(_QUANTILES[monitor.statistic], series, minutes)
        case "rate":
            return total_rate(series, minutes)
        case "share":
            return ratio(series, _series(monitor, monitor.total), minutes)
        case _:
            return mean(series, minutes)


def _series(monitor: Monitor, metric: str) -> Series:
    return Series(metric, (("model", "=", monitor.model),))


def _condition(monitor: Monitor) -> str:
    bounds = (("above", ">", monitor.above), ("below", "<", monitor.below))
    return " or ".join(
        _beyond(monitor, sign, bound) for _, sign, bound in bounds if bound is not None
    )


def _beyond(monitor: Monitor, sign: str, limit: float) -> str:
    """The value is beyond the limit, and for a share so is the bound of its interval."""
    seen = f"{value_expression(monitor)} {sign} {number(limit)}"
    if monitor.statistic != "share":
        return seen
    part, whole = (
        increase(_series(monitor, metric), monitor.window_minutes)
        for metric in (monitor.metric, monitor.total)
    )
    return f"{seen} and {wilson(part, whole, '-' if sign == '>' else '+')} {sign} {number(limit)}"


def _threshold_alert(monitor: Monitor, environment: str, condition: str) -> Alert:
    return Alert(
        name=alert_name(monitor.model, monitor.id),
        expression=condition,
        for_minutes=monitor.for_minutes,
        labels=_labels(monitor, environment, monitor.severity),
        annotations=(
            ("summary", words(f"{monitor.model}: {monitor.id} is {_limits(monitor)}")),
            ("description", words(f"{_subject(monitor)} is ", VALUE, ".")),
            ("runbook", words(monitor.runbook)),
        ),
        window_minutes=monitor.window_minutes,
        situations=tuple(_situations(monitor)),
    )


def _unknown_alert(monitor: Monitor, environment: str) -> Alert:
    known = silent(monitor) or firing(monitor)
    nothing = Situation("nothing is measured", (), 0, 1.0)
    return Alert(
        name=alert_name(monitor.model, monitor.id, "unknown"),
        expression=unknown(value_expression(monitor)),
        for_minutes=max(monitor.for_minutes, min(monitor.window_minutes, _PATIENCE)),
        labels=_labels(monitor, environment, "ticket"),
        annotations=(
            ("summary", words(f"{monitor.model}: {monitor.id} is unknown")),
            ("description", words(f"{_subject(monitor)} has no value: unknown is not good.")),
            ("runbook", words(monitor.runbook)),
        ),
        window_minutes=monitor.window_minutes,
        situations=(nothing, *([_quiet(known)] if known else [])),
    )


def _quiet(known: Situation) -> Situation:
    return Situation("a value is measured", known.series, known.settled_minutes, None)


def _situations(monitor: Monitor) -> Iterator[Situation]:
    for situation in (firing(monitor), silent(monitor)):
        if situation is not None:
            yield situation


def _labels(monitor: Monitor, environment: str, severity: str) -> tuple[tuple[str, str], ...]:
    return (
        ("dimension", monitor.dimension),
        ("environment", environment),
        ("model", monitor.model),
        ("monitor", monitor.id),
        ("owner", monitor.owner),
        ("receiver", monitor.receiver),
        ("severity", severity),
    )


def _subject(monitor: Monitor) -> str:
    metric = f"{monitor.metric} of {monitor.total}" if monitor.total else monitor.metric
    return f"The {monitor.statistic} of {metric} over {duration(monitor.window_minutes)}"


def _limits(monitor: Monitor) -> str:
    bounds = (("above", monitor.above), ("below", monitor.below))
    return " or ".join(f"{word} {number(bound)}" for word, bound in bounds if bound is not None)
