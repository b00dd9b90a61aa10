"""The branch that an environment publishes to holds something else, too.

What it does
Checks that each `publish` is the branch of one environment only, not the branch that is applied,
and that git can hold it beside the others.

Why is this bad?
Publishing replaces every file of a branch. Two environments would replace each other's files, so
that what one of them asks no approval for is deployed in the other; and on the branch that is
applied, the specs themselves would be gone. Git keeps branches as folders: there is no `rendered`
beside `rendered/prod`, and the push that comes second is refused after all else was checked.

Bad
    kind: Workspace
    spec:
      environments:
        prod: {publish: rendered}
        staging: {publish: rendered}
      registry: {backend: git}

Good
    kind: Workspace
    spec:
      environments:
        prod: {publish: rendered/prod}
        staging: {publish: rendered/staging}
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

    from mlspec.kinds.workspace import WorkspaceSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each environment whose branch is not its own."""
    spec = workspace_of(resource)
    for name, environment in spec.environments.items():
        reason = _reason(spec, environment.publish)
        if reason:
            yield Finding(
                resource,
                ("spec", "environments", name, "publish"),
                f"`{name}` can't publish to `{environment.publish}`: {reason}",
                hint=f"choose a branch of its own, such as `rendered/{name}`",
            )


def _reason(spec: WorkspaceSpec, branch: str | None) -> str:
    """Return why nothing may be published to a branch; "" if it may."""
    if branch is None:
        return ""
    if branch == spec.targets.github.branch:
        return "it is the branch that is applied, and its specs would be replaced"
    sharing = [name for name, each in spec.environments.items() if each.publish == branch]
    if len(sharing) > 1:
        listed = " and ".join(f"`{each}`" for each in sorted(sharing))
        return f"{listed} would replace each other's files"
    beside = _kept_out(spec, branch)
    return f"git can't hold it beside the branch `{beside}`" if beside else ""


def _kept_out(spec: WorkspaceSpec, branch: str) -> str:
    """Return a branch that git can't hold beside this one, as one is a folder of the other.

    Of two that are published the one that is the folder is told.
    """
    applied = spec.targets.github.branch
    if branch.startswith(f"{applied}/"):
        return applied
    others = (applied, *(each.publish or "" for each in spec.environments.values()))
    return min((each for each in others if each.startswith(f"{branch}/")), default="")


RULE = Rule("MLS617", "contested-branch", Severity.ERROR, ("Workspace",), check, suppressible=False)
