"""A label of an environment is one that series or alerts have for something else.

What it does
Checks the names in `targets.prometheus.labels`, those of overrides among them, against the labels
that compiled rules and metrics give a meaning of their own.

Why is this bad?
The value would stand in for the model, the bucket or the receiver of an alert: queries would find
nothing, or the alerts of one team would go to another.

Bad
    kind: Workspace
    spec:
      targets:
        prometheus:
          labels: {role: production}

Good
    kind: Workspace
    spec:
      targets:
        prometheus:
          labels: {cluster: production}

References
- https://prometheus.io/docs/concepts/data_model/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_OF_SERIES = ("bin", "bound", "feature", "instance", "job", "le", "model", "pod", "role", "service")
_OF_ALERTS = ("alertname", "dimension", "monitor", "owner", "receiver", "severity", "state")
_RESERVED = {*_OF_SERIES, *_OF_ALERTS}


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each label of the environment with a name that means something else."""
    for name in workspace_of(resource).targets.prometheus.labels:
        if name in _RESERVED or name.startswith("__"):
            kind = "alerts" if name in _OF_ALERTS else "series"
            yield Finding(
                resource,
                ("spec", "targets", "prometheus", "labels", name),
                f"`{name}` is a label that {kind} have for something else",
                hint="choose one that only tells environments apart, such as `cluster`",
            )


RULE = Rule("MLS446", "reserved-series-label", Severity.ERROR, ("Workspace",), check)
