"""A share of traffic is nothing or everything where only a part makes sense.

What it does
Checks that no canary step and no shadow has the share 0, and that the share of arm B lies between
0 and 1, both excluded.

Why is this bad?
A challenger without traffic shows nothing, so its analysis passes for lack of requests. An
experiment with one arm compares nothing.

Bad
    kind: Model
    spec:
      rollout:
        steps:
          - {share: 0, holdMinutes: 60}
          - {share: 1, holdMinutes: 0}

Good
    kind: Model
    spec:
      rollout:
        steps:
          - {share: 0.05, holdMinutes: 60}
          - {share: 1, holdMinutes: 0}

References
- https://sre.google/workbook/canarying-releases/
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
    """Yield each share that shows nothing."""
    for rollout, path in rollouts_of(resource):
        for share, place in _shares(rollout, path):
            if share == 0:
                message = "the challenger gets no traffic, so there is nothing to judge"
                yield Finding(
                    resource, place, message, hint="write a share above 0, such as `0.05`"
                )
            elif share == 1 and rollout.strategy == "a-b":
                message = "arm B gets all traffic, so there is nothing to compare with"
                yield Finding(resource, place, message, hint="write a share below 1, such as `0.5`")


def _shares(rollout: Strategy, path: Path) -> Iterator[tuple[float, Path]]:
    match rollout.strategy:
        case "canary":
            for index, step in enumerate(rollout.steps):
                yield step.share, (*path, "steps", index, "share")
        case "shadow" | "a-b":
            yield rollout.share, (*path, "share")
        case "blue-green":
            return


RULE = Rule("MLS416", "pointless-share", Severity.WARNING, ("Model", "RolloutPolicy"), check)
