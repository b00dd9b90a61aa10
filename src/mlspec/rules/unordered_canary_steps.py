"""The shares of a canary do not grow from step to step.

What it does
Checks that every canary step has a larger `share` than the one before.

Why is this bad?
A step back moves people from one version to the other and back. An equal step only repeats the
one before. Both are usually a share mistyped by a factor of ten.

Bad
    kind: Model
    spec:
      rollout:
        steps:
          - {share: 0.25, holdMinutes: 60}
          - {share: 0.1, holdMinutes: 60}
          - {share: 1, holdMinutes: 0}

Good
    kind: Model
    spec:
      rollout:
        steps:
          - {share: 0.1, holdMinutes: 60}
          - {share: 0.25, holdMinutes: 60}
          - {share: 1, holdMinutes: 0}

References
- https://argo-rollouts.readthedocs.io/en/stable/features/canary/
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import rollouts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each step that is not larger than the one before."""
    for rollout, path in rollouts_of(resource):
        if rollout.strategy != "canary":
            continue
        for index, (before, step) in enumerate(pairwise(rollout.steps)):
            if step.share <= before.share:
                earlier = span_of(resource, (*path, "steps", index, "share"))
                yield Finding(
                    resource,
                    (*path, "steps", index + 1, "share"),
                    f"the share goes from {before.share:g} to {step.share:g}, but has to grow",
                    hint="order the steps by share, and leave out repeated ones",
                    related=(Related(earlier, "the step before"),),
                )


RULE = Rule("MLS414", "unordered-canary-steps", Severity.ERROR, ("Model", "RolloutPolicy"), check)
