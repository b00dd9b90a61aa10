"""A model has triggers, and nothing that they start.

What it does
Checks that a model with `retraining` has `training`, or that every trigger was rehearsed: somebody
who has tried it (`lastTested`) knows what it starts.

Why is this bad?
Without `training` nothing is compiled of a trigger. It looks as if the model were trained again
when it decays, and it is not.

Bad
    kind: Model
    spec:
      training: null
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift}

Good
    kind: Model
    spec:
      training:
        image: registry.example.org/training:v2
        command: [python, train.py]
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift}

References
- `mlspec explain untested-retraining`: what counts as a rehearsal
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
    """Yield the triggers of a model that start nothing, told once."""
    spec = model_of(resource)
    if spec.training is not None:
        return
    idle = [each.id for each in spec.retraining if each.last_tested is None]
    if idle:
        told = ", ".join(f"`{each}`" for each in idle)
        yield Finding(
            resource,
            ("spec", "retraining"),
            f"nothing says what {told} would start: the model has no `training`",
            hint="add `training` with an image and a command, or rehearse by hand what somebody "
            "else starts, and add `lastTested`",
        )


RULE = Rule("MLS444", "trigger-without-training", Severity.WARNING, ("Model",), check)
