"""A GitOps tool is to keep two environments in one namespace of one cluster.

What it does
Checks, where `targets.gitops` is declared, that environments with the same `server` have a
`namespace` each. One that names none has the namespace `default`.

Why is this bad?
The tool gets the same objects from two folders and keeps both as they are in git: it replaces one
environment by the other and back again, as often as it looks.

Bad
    kind: Workspace
    spec:
      environments:
        dev: {namespace: screening}
        prod: {namespace: screening}
      targets:
        gitops: {repository: 'https://git.example.org/ml/rendered'}

Good
    kind: Workspace
    spec:
      environments:
        dev: {namespace: screening-dev}
        prod: {namespace: screening-prod}
      targets:
        gitops: {repository: 'https://git.example.org/ml/rendered'}

References
- https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found
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
    """Yield each environment whose objects are those of another."""
    for each in meetings(resource, workspace):
        if each.server:
            yield Finding(
                resource,
                ("spec", "environments", each.second, "namespace"),
                f"`{each.first}` and `{each.second}` have the same objects in the namespace "
                f"`{each.namespace}` of `{each.server}`",
                hint="choose another namespace, or another `targets.gitops.server` by an override",
            )


RULE = Rule("MLS453", "contested-namespace", Severity.ERROR, ("Workspace",), check)
