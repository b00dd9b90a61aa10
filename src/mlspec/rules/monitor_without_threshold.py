"""A monitor has no value at which it fires.

What it does
Checks that every monitor has `above` or `below`.

Why is this bad?
It draws a line on a dashboard and tells nobody anything. The spec says that the model is watched,
and it is not.

Bad
    kind: Model
    spec:
      monitoring:
        - {id: score-drift, dimension: prediction-drift, metric: score_psi, receiver: workforce}

Good
    kind: Model
    spec:
      monitoring:
        - id: score-drift
          dimension: prediction-drift
          metric: score_psi
          above: 0.2
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
    """Yield each monitor that never fires."""
    for monitor, path in monitors_of(resource):
        if monitor.above is None and monitor.below is None:
            yield Finding(
                resource,
                (*path, "above"),
                f"monitor `{monitor.id}` has no threshold, so it never fires",
                hint="add `above` or `below` with the value at which somebody is told",
            )


RULE = Rule("MLS501", "monitor-without-threshold", Severity.ERROR, ("Model",), check)
