"""A monitor fires, and nobody is told.

What it does
Checks that every monitor names a team in `receiver`.

Why is this bad?
The alert ends in the default route, where all alerts end that nobody wanted. The model degrades
in the open.

Bad
    kind: Model
    spec:
      monitoring:
        - {id: score-drift, dimension: prediction-drift, metric: score_psi, above: 0.2}

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
- https://prometheus.io/docs/alerting/latest/configuration/ (routes and receivers)
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
    """Yield each monitor without a receiver."""
    owner = resource.metadata.owner
    for monitor, path in monitors_of(resource):
        if monitor.receiver is None:
            yield Finding(
                resource,
                (*path, "receiver"),
                f"monitor `{monitor.id}` has no receiver, so nobody is told when it fires",
                hint=f"add `receiver: {owner}`" if owner else "add `receiver` with a team",
            )


RULE = Rule("MLS503", "monitor-without-receiver", Severity.ERROR, ("Model",), check)
