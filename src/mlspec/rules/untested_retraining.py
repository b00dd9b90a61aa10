"""A retraining has never been rehearsed.

What it does
Checks that every trigger of `retraining` was rehearsed: a record of `mlspec drill` proves its way
as it is today, or `lastTested` has the day on which somebody tried it.

Why is this bad?
The path from trigger to registry is used rarely and rots in between: credentials expire, columns
move, images vanish. It fails on the day it is needed.

Bad
    kind: Model
    spec:
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift}

Good
    kind: Model
    spec:
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift, lastTested: 2026-01-15}

References
- https://sre.google/sre-book/testing-reliability/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each trigger that nobody has tried."""
    rehearsed = workspace.rehearsed.get(resource.address, {})
    for index, trigger in enumerate(model_of(resource).retraining):
        if trigger.last_tested is None and trigger.id not in rehearsed:
            yield Finding(
                resource,
                ("spec", "retraining", index, "lastTested"),
                f"the retraining `{trigger.id}` has never been rehearsed",
                hint=f"run `mlspec drill {resource.name}`, whose record counts, or rehearse it by "
                "hand and add `lastTested` with the day",
            )


RULE = Rule("MLS512", "untested-retraining", Severity.WARNING, ("Model",), check)
