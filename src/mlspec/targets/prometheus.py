"""`prometheus`: alerting rules per model, and the unit tests that prove them.

The rules rely on the metrics that a spec names, and on those of every served model
(`mlspec_requests_total`, `mlspec_request_errors_total`, `mlspec_request_duration_seconds`), with
the labels `model` and `role` that scraping takes from the labels of the pods. They stay inside
what Prometheus 2.42 reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend
from mlspec.syntax import emit_documents
from mlspec.targets._arms import is_moved_by
from mlspec.targets._header import header_text
from mlspec.targets._port import Target
from mlspec.targets._prometheus_alert import Alert, Record
from mlspec.targets._prometheus_drift import drift_records
from mlspec.targets._prometheus_monitors import monitor_alerts
from mlspec.targets._prometheus_objectives import objective_alerts
from mlspec.targets._prometheus_rollout import check_alerts, check_records
from mlspec.targets._prometheus_tests import test_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Monitor, Service
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_FOLDER = "prometheus"
_LABELS = "Scraping must add the labels `model` and `role` of pods: `mlspec.dev/model`, `/role`."
_TEST_NOTE = "Run: promtool test rules {name}"


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    rules: tuple[Record | Alert, ...]


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the rules of every model that is watched, and their tests."""
    monitors, services = _by_model(bundle)
    for model, source in sorted(_models(bundle).items()):
        found = _groups(model, monitors.get(model, []), services.get(model, []), bundle.environment)
        groups = [group for group in found if group.rules]
        if groups:
            yield _rules(bundle, model, source, groups)
            yield _tests(bundle, model, source, groups)


def _models(bundle: Bundle) -> dict[str, str]:
    served = {service.name: service.source for service in bundle.services}
    return {monitor.model: monitor.source for monitor in bundle.monitors} | served


def _by_model(bundle: Bundle) -> tuple[dict[str, list[Monitor]], dict[str, list[Service]]]:
    monitors: dict[str, list[Monitor]] = {}
    services: dict[str, list[Service]] = {}
    for monitor in bundle.monitors:
        monitors.setdefault(monitor.model, []).append(monitor)
    for service in bundle.services:
        services.setdefault(service.name, []).append(service)
    return monitors, services


def _groups(
    model: str, monitors: list[Monitor], services: list[Service], environment: str
) -> Iterator[_Group]:
    recorded = (record for each in monitors for record in drift_records(each))
    watched = (alert for each in monitors for alert in monitor_alerts(each, environment))
    yield _Group(f"mlspec.{model}.monitors", (*recorded, *watched))
    for service in services:
        objectives = tuple(objective_alerts(service, environment))
        yield _Group(f"mlspec.{model}.objectives", objectives)
        yield _Group(f"mlspec.{model}.rollout", tuple(_rollout(service, environment)))


def _rollout(service: Service, environment: str) -> Iterator[Record | Alert]:
    # A controller judges its rollouts by itself, and between two there is no challenger to watch.
    if not service.rollout.is_staged or is_moved_by(service, Backend.ROLLOUTS, Backend.FLAGGER):
        return
    for check in service.rollout.analysis:
        yield from check_records(service, check)
    for check in service.rollout.analysis:
        yield from check_alerts(service, check, environment)


def _rules(bundle: Bundle, model: str, source: str, groups: list[_Group]) -> Artifact:
    content: Json = {
        "groups": [
            {"name": group.name, "rules": [rule.to_rule() for rule in group.rules]}
            for group in groups
        ]
    }
    text = emit_documents([content], header=header_text(bundle, source, _LABELS))
    return Artifact(f"{_FOLDER}/{_rule_file(model)}", text, source)


def _tests(bundle: Bundle, model: str, source: str, groups: list[_Group]) -> Artifact:
    alerts = [rule for group in groups for rule in group.rules if isinstance(rule, Alert)]
    name = f"{model}.test.yaml"
    content = test_document(_rule_file(model), alerts)
    header = header_text(bundle, source, _TEST_NOTE.format(name=name))
    return Artifact(f"{_FOLDER}/{name}", emit_documents([content], header=header), source)


def _rule_file(model: str) -> str:
    return f"{model}.rules.yaml"


TARGET = Target("prometheus", "Alerting rules per model, with promtool unit tests", emit)
