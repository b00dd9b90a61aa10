"""A canary is promoted without looking at it.

What it does
Checks that a rollout with `strategy: canary` has at least one condition in `analysis`.

Why is this bad?
The steps only delay the fault: every share is followed by a larger one, whatever the challenger
does. A canary that nobody watches warns nobody.

Bad
    kind: Model
    spec:
      rollout:
        analysis: []

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

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a canary without a condition."""
    for rollout, path in rollouts_of(resource):
        if rollout.strategy == "canary" and not rollout.analysis:
            yield Finding(
                resource,
                (*path, "analysis"),
                "the canary has no analysis, so every step is followed by the next",
                hint="add a condition, such as `{id: errors, metric: error-share, atMost: 0.01}`",
            )


RULE = Rule("MLS413", "canary-without-analysis", Severity.ERROR, ("Model", "RolloutPolicy"), check)
