"""A GitOps tool is declared, and nothing is compiled for it.

What it does
Checks, where `targets.enabled` lists targets, that it holds the tool of `targets.gitops`.

Why is this bad?
Everything else is compiled and committed, but there is no Application or Kustomization: the tool
watches nothing, and what was reviewed and merged never reaches a cluster.

Bad
    kind: Workspace
    spec:
      targets:
        enabled: [kubernetes]
        gitops: {repository: 'https://git.example.org/ml/rendered'}

Good
    kind: Workspace
    spec:
      targets:
        enabled: [argo-cd, kubernetes]
        gitops: {repository: 'https://git.example.org/ml/rendered'}

References
- https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/
- https://fluxcd.io/flux/components/kustomize/kustomizations/
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


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the tool that is declared and not compiled for."""
    targets = workspace_of(resource).targets
    if targets.gitops is None or not targets.enabled or targets.gitops.tool in targets.enabled:
        return
    tool = targets.gitops.tool
    yield Finding(
        resource,
        ("spec", "targets", "gitops"),
        f"`gitops` is for `{tool}`, and the target `{tool}` is not enabled",
        hint=f"add `{tool}` to `targets.enabled`, or remove `gitops`",
    )


RULE = Rule("MLS451", "gitops-without-target", Severity.ERROR, ("Workspace",), check)
