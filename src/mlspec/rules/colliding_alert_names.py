"""Two alerts of a model have one name.

What it does
Compares the names of all alerts that are compiled for a model: of each monitor one for its limit
and one, with `unknown` at its end, for the time in which it has no value; of the objectives of
`serving`, of the conditions of the rollout, and of a budget with a metric.

Why is this bad?
Who is called can't tell them apart, and neither can what a retraining is started by.

Bad
    kind: Model
    spec:
      monitoring:
        - id: placed
          dimension: business-kpi
          metric: placed_share
          below: 0.4
          receiver: workforce
        - id: placed-unknown
          dimension: business-kpi
          metric: unknown_share
          above: 0.2
          receiver: workforce

Good
    kind: Model
    spec:
      monitoring:
        - id: placed
          dimension: business-kpi
          metric: placed_share
          below: 0.4
          receiver: workforce
        - id: whereabouts
          dimension: business-kpi
          metric: unknown_share
          above: 0.2
          receiver: workforce

References
- https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.ir import alert_name
from mlspec.rules._alert_noise import objectives_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import is_served_online, model_of, monitors_of, rollout_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.rules._specs import Strategy
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_alert = lru_cache(maxsize=4096)(alert_name)  # most models have monitors of the same names
_OBJECTIVES = {
    "availability": (
        "availability-fast-burn",
        "availability-steady-burn",
        "availability-slow-burn",
        "availability-unknown",
    ),
    "p99Ms": ("latency-p99", "latency-p99-unknown"),
}
_BUDGET = ("budget-spent", "budget-pace", "budget-spent-unknown", "budget-pace-unknown")

_Named = tuple[str, "Path", str]
"""The name of an alert, where it comes from, and what that is in words."""


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each monitor with an alert of a name that another one has."""
    known: dict[str, tuple[Path, str]] = {}
    rollout, place = rollout_of(resource, workspace)
    for name, path, told in (*_of_model(resource), *_of_rollout(resource, rollout, place)):
        known.setdefault(_alert(name), (path, told))
    for name, path, told in _of_monitors(resource):
        where, other = known.setdefault(_alert(name), (path, told))
        if where != path:
            alert = alert_name(resource.name, name)
            yield Finding(
                resource,
                (*path, "id"),
                f"{told} and {other} have one alert, `{alert}`",
                hint="choose another `id`",
                related=(Related(resource.span(where), other),),
            )


def _of_monitors(resource: Resource) -> Iterator[_Named]:
    for monitor, path in monitors_of(resource):
        yield monitor.id, path, f"the limit of `{monitor.id}`"
        yield f"{monitor.id}-unknown", path, f"the silence of `{monitor.id}`"


def _of_model(resource: Resource) -> Iterator[_Named]:
    """Yield what is compiled of objectives and budget."""
    for key in objectives_of(resource):
        for name in (*_OBJECTIVES[key], "objectives-unknown"):
            yield name, ("spec", "serving", key), f"the objective `{key}`"
    budget = model_of(resource).budget
    if budget is not None and budget.metric is not None:
        for name in _BUDGET:
            yield name, ("spec", "budget"), "the budget"


def _of_rollout(resource: Resource, rollout: Strategy | None, place: Path) -> Iterator[_Named]:
    if not is_served_online(model_of(resource)):
        return
    for each in getattr(rollout, "analysis", ()):
        for outcome in ("failed", "unproven"):
            yield f"rollout-{each.id}-{outcome}", place, f"the condition `{each.id}` of the rollout"


RULE = Rule("MLS441", "colliding-alert-names", Severity.ERROR, ("Model",), check)
