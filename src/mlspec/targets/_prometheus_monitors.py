"""The alerts of monitors: one when the condition holds, one when nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import alert_name
from mlspec.targets._prometheus_alert import UNKNOWN, VALUE, Alert, Situation, words
from mlspec.targets._prometheus_conditions import beyond_limit, unknown_value
from mlspec.targets._prometheus_proof import known_values, proof, unproven
from mlspec.targets._prometheus_query import duration, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.ir import Monitor
    from mlspec.targets._prometheus_proof import Known

__all__ = ["monitor_alerts"]

_PATIENCE = 30
"""Minutes that a new deployment has to show its metrics; a value is gone a window later anyway."""


def monitor_alerts(monitors: Sequence[Monitor], environment: str) -> Iterator[Alert]:
    """Yield the alerts of the monitors of a model, one after the other."""
    known = known_values(monitors)
    for monitor in monitors:
        if condition := beyond_limit(monitor):
            yield _threshold_alert(monitor, environment, condition)
        yield _unknown_alert(monitor, environment, known)


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
        situations=tuple(proof(monitor)),
    )


def _unknown_alert(monitor: Monitor, environment: str, known: Known) -> Alert:
    return Alert(
        name=alert_name(monitor.model, monitor.id, "unknown"),
        expression=unknown_value(monitor),
        for_minutes=max(monitor.for_minutes, min(monitor.window_minutes, _PATIENCE)),
        labels=(*_labels(monitor, environment, "ticket"), UNKNOWN),
        annotations=(
            ("summary", words(f"{monitor.model}: {monitor.id} is unknown")),
            ("description", words(f"{_subject(monitor)} has no value: unknown is not good.")),
            ("runbook", words(monitor.runbook)),
        ),
        window_minutes=monitor.window_minutes,
        situations=(Situation("nothing is measured", (), 0, 1.0), *unproven(monitor, known)),
    )


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
    feature = f" ({monitor.feature})" if monitor.feature else ""
    return f"The {monitor.statistic} of {metric}{feature} over {duration(monitor.window_minutes)}"


def _limits(monitor: Monitor) -> str:
    bounds = (("above", monitor.above), ("below", monitor.below))
    return " or ".join(f"{word} {number(bound)}" for word, bound in bounds if bound is not None)
