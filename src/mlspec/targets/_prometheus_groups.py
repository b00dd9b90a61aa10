"""The groups of rules of every model that is watched: of its monitors, objectives and rollout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ir import Backend
from mlspec.targets._arms import is_moved_by
from mlspec.targets._prometheus_alert import Alert, Record
from mlspec.targets._prometheus_drift import drift_records
from mlspec.targets._prometheus_monitors import monitor_alerts
from mlspec.targets._prometheus_objectives import objective_alerts
from mlspec.targets._prometheus_rollout import check_alerts, check_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Monitor, Service

__all__ = ["Watched", "models_of", "watched_model", "watched_models"]


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    rules: tuple[Record | Alert, ...]

    def within(self, labels: Sequence[tuple[str, str]]) -> _Group:
        """Return the group of an environment whose series have these labels."""
        rules = (each.within(labels) if isinstance(each, Alert) else each for each in self.rules)
        return _Group(self.name, tuple(rules))


@dataclass(frozen=True, slots=True)
class Watched:
    """A model, the spec that it comes from, and its rules.

    `namespace` is where it runs; empty where nobody says so. `place` are the labels of every
    series of the model.
    """

    model: str
    source: str
    owner: str
    namespace: str
    place: tuple[tuple[str, str], ...]
    groups: tuple[_Group, ...]

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Return the alerts in order."""
        rules = (rule for group in self.groups for rule in group.rules)
        return tuple(rule for rule in rules if isinstance(rule, Alert))

    def to_rules(self) -> dict[str, Json]:
        """Return the groups as Prometheus reads them."""
        return {
            "groups": [
                {"name": group.name, "rules": [rule.to_rule() for rule in group.rules]}
                for group in self.groups
            ]
        }


def watched_models(bundle: Bundle) -> Iterator[Watched]:
    """Yield the models that have rules, in order of name."""
    found = (watched_model(bundle.environment, *each) for each in models_of(bundle))
    yield from (each for each in found if each is not None)


def watched_model(
    environment: str, monitors: Sequence[Monitor], services: Sequence[Service]
) -> Watched | None:
    """Return the model that has these monitors and services; None where it has no rules."""
    first: Monitor | Service = services[0] if services else monitors[0]
    model = services[0].name if services else monitors[0].model
    found = _groups(model, monitors, services, environment)
    groups = tuple([group.within(first.scope.labels) for group in found if group.rules])
    labels = dict(first.scope.labels)
    namespace = services[0].namespace if services else labels.get("namespace", "")
    if not groups:
        return None
    return Watched(model, first.source, first.owner, namespace, first.place, groups)


def models_of(bundle: Bundle) -> Iterator[tuple[list[Monitor], list[Service]]]:
    """Yield the monitors and services of each model, in order of its name."""
    found: dict[str, tuple[list[Monitor], list[Service]]] = {}
    for monitor in bundle.monitors:
        found.setdefault(monitor.model, ([], []))[0].append(monitor)
    for service in bundle.services:
        found.setdefault(service.name, ([], []))[1].append(service)
    for _, each in sorted(found.items()):
        yield each


def _groups(
    model: str, monitors: Sequence[Monitor], services: Sequence[Service], environment: str
) -> Iterator[_Group]:
    recorded = (record for each in monitors for record in drift_records(each))
    watched = monitor_alerts(monitors, environment)
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
