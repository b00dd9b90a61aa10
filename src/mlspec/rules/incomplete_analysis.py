"""A condition of a rollout lacks its metric or its limit.

What it does
Checks that every entry of `analysis` has exactly one of `metric` and `queryMetric`, and exactly
one of `atMost` and `atLeast`.

Why is this bad?
A condition without a limit holds always, one without a metric never says anything. With both
limits, or both metrics, it can't be told which one ends the rollout.

Bad
    kind: Model
    spec:
      rollout:
        analysis:
          - {id: errors, metric: error-share}

Good
    kind: Model
    spec:
      rollout:
        analysis:
          - {id: errors, metric: error-share, atMost: 0.01}

References
- https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import rollouts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

METRICS = ("metric", "queryMetric")
LIMITS = ("atMost", "atLeast")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each condition that says nothing, or two things."""
    for rollout, path in rollouts_of(resource):
        for index, each in enumerate(rollout.analysis):
            place = (*path, "analysis", index)
            metrics = (each.metric is not None) + (each.query_metric is not None)
            limits = (each.at_most is not None) + (each.at_least is not None)
            if metrics != 1:
                yield _finding(resource, place, METRICS, metrics)
            if limits != 1:
                yield _finding(resource, place, LIMITS, limits)


def _finding(resource: Resource, path: Path, names: tuple[str, str], stated: int) -> Finding:
    first, second = names
    if stated:
        message = f"the condition has both `{first}` and `{second}`"
        return Finding(
            resource, (*path, second), message, hint="make two conditions of it, each with its id"
        )
    message = f"the condition has neither `{first}` nor `{second}`"
    return Finding(resource, (*path, first), message, hint=f"add `{first}` or `{second}`")


RULE = Rule("MLS415", "incomplete-analysis", Severity.ERROR, ("Model", "RolloutPolicy"), check)
