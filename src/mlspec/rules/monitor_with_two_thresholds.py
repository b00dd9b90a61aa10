"""A monitor fires both above and below a value.

What it does
Checks that no monitor has both `above` and `below`.

Why is this bad?
Too high and too low have different causes and different remedies, but would be one alert with one
runbook. Which side fired is lost in every report.

Bad
    kind: Model
    spec:
      monitoring:
        - id: score-mean
          dimension: prediction-drift
          metric: score_mean
          above: 0.6
          below: 0.2
          receiver: workforce

Good
    kind: Model
    spec:
      monitoring:
        - id: score-mean-high
          dimension: prediction-drift
          metric: score_mean
          above: 0.6
          receiver: workforce
        - id: score-mean-low
          dimension: prediction-drift
          metric: score_mean
          below: 0.2
          receiver: workforce

References
- https://prometheus.io/docs/practices/alerting/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import monitors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each monitor with both thresholds."""
    for monitor, path in monitors_of(resource):
        if monitor.above is not None and monitor.below is not None:
            yield Finding(
                resource,
                (*path, "below"),
                f"monitor `{monitor.id}` has both `above` and `below`",
                hint="make two monitors of it, each with its own id and runbook",
            )


RULE = Rule("MLS502", "monitor-with-two-thresholds", Severity.ERROR, ("Model",), check)
