"""A step of a rollout takes no time, so its conditions are never judged.

What it does
Checks that a rollout with `analysis` holds every step in which the challenger has traffic and the
rollout is not over: each step of a canary below all traffic, `holdMinutes` of a shadow,
`keepMinutes` of a blue-green switch, `durationDays` of an experiment.

Why is this bad?
A condition looks at the traffic of its step. A step without time has none, so controllers go on to
the next one at once: the conditions stand in the spec, and nothing ever asks them.

What to do
Give the step the time that its conditions need; `mlspec simulate rollout` tells how much that is.

Bad
    kind: Model
    spec:
      rollout:
        steps:
          - {share: 0.05, holdMinutes: 0}
          - {share: 1, holdMinutes: 0}
        analysis:
          - {id: errors, metric: error-share, atMost: 0.01}

Good
    kind: Model
    spec:
      rollout:
        steps:
          - {share: 0.05, holdMinutes: 60}
          - {share: 1, holdMinutes: 0}
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
    from mlspec.rules._specs import Strategy
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each step that has conditions and no time to judge them."""
    for rollout, path in rollouts_of(resource):
        for place in _without_time(rollout) if rollout.analysis else ():
            yield Finding(
                resource,
                (*path, *place),
                "the step takes no time, so no condition is ever judged in it",
                hint="hold it as long as its conditions need (see `mlspec simulate rollout`)",
            )


def _without_time(rollout: Strategy) -> Iterator[Path]:
    match rollout.strategy:
        case "canary":
            for index, step in enumerate(rollout.steps):
                if 0 < step.share < 1 and not step.hold_minutes:
                    yield ("steps", index, "holdMinutes")
        case "shadow" if not rollout.hold_minutes:
            yield ("holdMinutes",)
        case "blue-green" if not rollout.keep_minutes:
            yield ("keepMinutes",)
        case "a-b" if not rollout.duration_days:
            yield ("durationDays",)
        case _:
            return


RULE = Rule("MLS429", "unjudged-step", Severity.ERROR, ("Model", "RolloutPolicy"), check)
