"""A canary goes on although its analysis has failed.

What it does
Checks that a canary with an analysis has `abortOnFailure: true`, which is the default.

Why is this bad?
The failing challenger keeps its traffic until somebody comes to look. The way back is the reason
for a canary.

Bad
    kind: Model
    spec:
      rollout:
        abortOnFailure: false

Good
    kind: Model
    spec:
      rollout:
        abortOnFailure: true

References
- https://sre.google/workbook/canarying-releases/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._fix import replacing
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import rollouts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a canary that does not go back."""
    for rollout, path in rollouts_of(resource):
        if rollout.strategy == "canary" and rollout.analysis and not rollout.abort_on_failure:
            place = (*path, "abortOnFailure")
            yield Finding(
                resource,
                place,
                "the canary keeps its traffic when a condition fails",
                hint="remove the line: going back to the champion is the default",
                fixes=replacing(resource, place, value=True),
            )


RULE = Rule("MLS418", "canary-without-abort", Severity.WARNING, ("Model", "RolloutPolicy"), check)
