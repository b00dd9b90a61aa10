"""What a fire drill asks of targets: does an alert fire on given values, and what does it start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.ir import alert_name
from mlspec.syntax import emit_documents
from mlspec.targets._prometheus_alert import Samples, Situation
from mlspec.targets._prometheus_monitors import monitor_alerts
from mlspec.targets._prometheus_query import Series
from mlspec.targets._prometheus_tests import test_document
from mlspec.targets._workflow_triggers import asked_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Monitor, Retraining, RetrainingTrigger

__all__ = ["AlertProof", "Measured", "alert_proof", "starts"]

_GAUGES = ("maximum", "mean")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a gauge shows of drifted rows, and of the same rows before."""

    drifted: float
    clean: float


@dataclass(frozen=True, slots=True)
class AlertProof:
    """A rule and its unit test for promtool, as two files that lie side by side.

    `is_measured` tells that the series are those of measured drift; otherwise they lie on either
    side of the bound.
    """

    name: str
    labels: Mapping[str, str]
    rule_file: str
    rules: str
    tests: str
    is_measured: bool


def alert_proof(
    monitor: Monitor, environment: str, measured: Measured | None = None
) -> AlertProof | None:
    """Return the proof that the alert of a monitor fires when it must, and not before.

    None where the monitor has no bound. Measured values are used for a gauge; its alert must fire
    at the drifted one, and stay silent at the clean one.
    """
    wanted = alert_name(monitor.model, monitor.id)
    alert = next(
        (each for each in monitor_alerts([monitor], environment) if each.name == wanted), None
    )
    if alert is None:
        return None
    is_measured = measured is not None and monitor.statistic in _GAUGES
    if measured is not None and is_measured:
        alert = replace(alert, situations=_situations(monitor, measured))
    alert = alert.within(monitor.scope.labels)
    rule_file = f"{monitor.model}.rules.yaml"
    rules: Json = {"groups": [{"name": f"drill.{monitor.model}", "rules": [alert.to_rule()]}]}
    return AlertProof(
        alert.name,
        dict(alert.labels) | {"alertname": alert.name},
        rule_file,
        emit_documents([rules]),
        test_document(rule_file, [alert], monitor.place),
        is_measured,
    )


def starts(
    bundle: Bundle,
    retraining: Retraining,
    trigger: RetrainingTrigger,
    labels: Mapping[str, str],
) -> bool:
    """Tell whether an alert with these labels starts a run, by the binding that is compiled."""
    asked = asked_labels(bundle, retraining, trigger)
    return all(labels.get(name) == value for name, value in asked.items())


def _situations(monitor: Monitor, measured: Measured) -> tuple[Situation, Situation]:
    series = Series(monitor.metric)
    return (
        Situation("drifted rows", (Samples(series, measured.drifted),), 2, measured.drifted),
        Situation("rows as they are", (Samples(series, measured.clean),), 2, None),
    )
