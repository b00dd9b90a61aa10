"""An environment publishes, but its registry has no branches.

What it does
Checks that `registry.backend` is `git` where an environment has `publish`.

Why is this bad?
Compiled artifacts are published with the same push that records the apply, so that a controller
never sees one without the other. A registry in a file has nowhere to push to: an apply fails.

Bad
    kind: Workspace
    spec:
      environments:
        prod: {publish: rendered/prod}

Good
    kind: Workspace
    spec:
      environments:
        prod: {publish: rendered/prod}
      registry: {backend: git}

References
- https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/
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

_FILE = "embedded"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each environment that can't publish."""
    spec = workspace_of(resource)
    if spec.registry.records != _FILE:
        return
    for name, environment in spec.environments.items():
        if environment.publish is not None:
            yield Finding(
                resource,
                ("spec", "environments", name, "publish"),
                f"`{name}` publishes to a branch, but its registry is a file",
                hint="set `registry.backend: git`, or `MLSPEC_REGISTRY=git` where it is applied",
            )


RULE = Rule("MLS615", "publish-without-git", Severity.WARNING, ("Workspace",), check)
