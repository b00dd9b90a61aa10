"""Two environments put objects of the same names into one namespace.

What it does
Checks that environments with a model that is served or trained again have a `namespace` each. One
that names none has the namespace `default`.

Why is this bad?
The name of an object holds no environment: `staging` and `prod` both have the Deployment of a
model. In one cluster the environment that is applied last replaces the other one. If they are two
clusters, nothing of the workspace says so.

Bad
    kind: Workspace
    spec:
      environments:
        dev: {namespace: screening}
        prod: {namespace: screening}

Good
    kind: Workspace
    spec:
      environments:
        dev: {namespace: screening-dev}
        prod: {namespace: screening-prod}

References
- https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._namespaces import meetings
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each environment that may replace the objects of another."""
    for each in meetings(resource, workspace):
        if not each.server:
            yield Finding(
                resource,
                ("spec", "environments", each.second, "namespace"),
                f"`{each.first}` and `{each.second}` both put their objects into the namespace "
                f"`{each.namespace}`",
                hint=f"choose another one, such as `{each.namespace}-{each.second}`",
            )


RULE = Rule("MLS448", "shared-namespace", Severity.WARNING, ("Workspace",), check)
