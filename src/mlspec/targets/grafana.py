"""`grafana`: a dashboard per model, and one per team over its models.

A panel shows the number that a monitor watches, with its limit, by the expression of its alert. The
data source is a variable. Panels under one heading are about one dimension.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes, pretty_json
from mlspec.ir import Artifact
from mlspec.targets._grafana_model import Dashboard, Limit, Panel, Query, Row
from mlspec.targets._header import header_text
from mlspec.targets._port import Target
from mlspec.targets._prometheus_conditions import value_expression
from mlspec.targets._prometheus_groups import watched_models
from mlspec.targets._prometheus_query import DURATION, ERRORS, REQUESTS, Matchers, Series, equal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.ir import Bundle, Monitor, Service
    from mlspec.targets._port import Renderer
    from mlspec.targets._prometheus_groups import Watched

__all__ = ["TARGET"]

_FOLDER = "grafana"
_WINDOW = 5
_ARM = "{{role}}"
_UNITS = {"missing-share": "percentunit", "rate": "cps", "share": "percentunit"}
_DIMENSIONS = {
    "service": "Service",
    "output-quality": "Quality of the answers",
    "data-drift": "Data drift",
    "prediction-drift": "Prediction drift",
    "concept-drift": "Performance",
    "business-kpi": "Business",
    "cost": "Cost",
}


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the dashboards of what is watched or served."""
    watched = tuple(watched_models(bundle))
    for each in watched:
        yield _artifact(bundle, each.source, f"model-{each.model}", _of_model(bundle, each))
    for owner in sorted({each.owner for each in watched} - {""}):
        source = bundle.pipeline.source
        models = [each.model for each in watched if each.owner == owner]
        yield _artifact(bundle, source, f"team-{owner}", _of_team(bundle, owner, models))


def _artifact(bundle: Bundle, source: str, name: str, rows: Iterable[Row]) -> Artifact:
    digest = digest_bytes(f"{bundle.environment}/{name}".encode()).removeprefix("sha256:")
    kind, _, subject = name.partition("-")
    dashboard = Dashboard(
        uid=f"mlspec-{digest[:16]}",
        title=f"{subject} ({kind}, {bundle.environment})",
        description=header_text(bundle, source),
        tags=("mlspec", bundle.environment),
        rows=tuple(row for row in rows if row.panels),
    )
    return Artifact(f"{_FOLDER}/{name}.json", pretty_json(dashboard.to_json()), source)


def _of_model(bundle: Bundle, watched: Watched) -> Iterator[Row]:
    monitors = [each for each in bundle.monitors if each.model == watched.model]
    served = [each for each in bundle.services if each.name == watched.model]
    place = equal([("model", watched.model)])
    yield Row("Alerts", tuple(_alerts(bundle, place, "alertname")))
    yield Row("Experiment", tuple(panel for each in served for panel in _experiment(each)))
    for dimension, title in _DIMENSIONS.items():
        panels = [_watched_panel(each) for each in monitors if each.dimension == dimension]
        if dimension == "service":
            panels = [panel for each in served for panel in _service_panels(each)] + panels
        yield Row(title, tuple(panels))


def _of_team(bundle: Bundle, owner: str, models: list[str]) -> Iterator[Row]:
    yield Row("Alerts", tuple(_alerts(bundle, (("owner", "=", owner),), "model")))
    served = [each for each in bundle.services if each.name in models]
    if served:
        # Names of models are identifiers: no sign in them means anything in a pattern.
        names = "|".join(sorted({each.name for each in served}))
        matchers = (("model", "=~", names), *equal(served[0].scope.labels))
        yield Row("Service", tuple(_traffic(matchers, "model", None, None)))


def _alerts(bundle: Bundle, place: Matchers, label: str) -> Iterator[Panel]:
    firing = (("environment", "=", bundle.environment), ("alertstate", "=", "firing"), *place)
    for title, more in (("Alerts that fire", ()), ("Pages", (("severity", "=", "page"),))):
        count = f"sum by ({label}) ({Series('ALERTS', (*firing, *more))})"
        yield Panel(title, (Query(f"{count} or vector(0)", f"{{{{{label}}}}}"),), is_number=True)


def _service_panels(service: Service) -> Iterator[Panel]:
    errors = None if service.availability is None else 1 - service.availability
    return _traffic(equal(service.place), "role", errors, service.p99_ms)


def _experiment(service: Service) -> Iterator[Panel]:
    """Yield what decides an experiment, by arm, and whether each has been asked often enough."""
    rollout = service.rollout
    if not rollout.outcome:
        return
    outcome = Series(rollout.outcome, equal(service.place))
    is_counter = rollout.outcome.endswith("_total")
    value = f"sum by (role) (rate({outcome.over(_WINDOW)}))"
    yield Panel(
        "Outcome by arm",
        (Query(value if is_counter else f"avg by (role) ({outcome})", _ARM),),
    )
    asked = Series(REQUESTS, outcome.matchers).over(rollout.steps[0].hold_minutes)
    yield Panel(
        "Requests by arm",
        (Query(f"sum by (role) (increase({asked}))", _ARM),),
        limit=Limit(rollout.minimum_samples, is_upper=False),
    )


def _traffic(
    matchers: Matchers, label: str, errors: float | None, p99_ms: float | None
) -> Iterator[Panel]:
    requests, failed = (
        f"sum by ({label}) (rate({Series(name, matchers).over(_WINDOW)}))"
        for name in (REQUESTS, ERRORS)
    )
    buckets = Series(DURATION, matchers).named("_bucket").over(_WINDOW)
    slow = f"1000 * histogram_quantile(0.99, sum by (le, {label}) (rate({buckets})))"
    legend = f"{{{{{label}}}}}"
    yield Panel("Requests", (Query(requests, legend),), "reqps")
    yield Panel(
        "Failed requests",
        (Query(f"{failed} / {requests}", legend),),
        "percentunit",
        _at_most(errors),
    )
    yield Panel("Latency, p99", (Query(slow, legend),), "ms", _at_most(p99_ms))


def _at_most(value: float | None) -> Limit | None:
    return None if value is None else Limit(round(value, 9), is_upper=True)


def _watched_panel(monitor: Monitor) -> Panel:
    unit = _UNITS.get(monitor.statistic, "short")
    query = Query(value_expression(monitor), monitor.statistic)
    return Panel(monitor.id, (query,), unit, _limit(monitor))


def _limit(monitor: Monitor) -> Limit | None:
    if monitor.above is not None:
        return Limit(monitor.above, is_upper=True)
    return None if monitor.below is None else Limit(monitor.below, is_upper=False)


TARGET = Target("grafana", "Dashboard per model and per team (Grafana)", emit, is_default=False)
