"""A model has a rollout of its own and a shared one.

What it does
Checks that a model does not have both `rollout` and `rolloutPolicy`.

Why is this bad?
Nobody can tell which of the two moves the traffic. Whoever tightens one believes to have changed
something.

Bad
    kind: Model
    spec:
      rolloutPolicy: careful-canary

Good
    kind: Model
    spec:
      rollout: null
      rolloutPolicy: careful-canary

References
- https://peps.python.org/pep-0020/ (one obvious way)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the shared rollout of a model that has its own."""
    spec = model_of(resource)
    if spec.rollout is not None and spec.rollout_policy is not None:
        own = span_of(resource, ("spec", "rollout"))
        yield Finding(
            resource,
            ("spec", "rolloutPolicy"),
            f"the model has a rollout of its own beside `{spec.rollout_policy}`",
            hint="keep one of `rollout` and `rolloutPolicy`",
            related=(Related(own, "its own rollout"),),
        )


RULE = Rule("MLS412", "ambiguous-rollout", Severity.ERROR, ("Model",), check)
