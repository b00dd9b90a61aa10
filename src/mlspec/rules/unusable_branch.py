"""A branch has a name that git refuses, or reads as something else.

What it does
Checks `publish` of each environment and `targets.github.branch`: no part of the name ends in
`.lock`, it is not `HEAD`, and does not start with `refs/`. Other characters that git refuses are
told as values of the wrong form.

Why is this bad?
Git keeps `.lock` for itself, and refuses to make such a branch: an apply would fail after all its
checks. `HEAD` and `refs/heads/x` can exist, but most commands take them for something else.

Bad
    kind: Workspace
    spec:
      environments:
        prod: {publish: refs/heads/rendered}
      registry: {backend: git}

Good
    kind: Workspace
    spec:
      environments:
        prod: {publish: rendered}
      registry: {backend: git}

References
- https://git-scm.com/docs/git-check-ref-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.workspace import WorkspaceSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each branch whose name is of no use."""
    for path, branch in _branches(workspace_of(resource)):
        if branch is not None and _is_unusable(branch):
            yield Finding(
                resource,
                path,
                f"`{branch}` is no name of a branch",
                hint="not `HEAD`, not below `refs/`, and no part that ends in `.lock`",
            )


def _branches(spec: WorkspaceSpec) -> Iterator[tuple[Path, str | None]]:
    for name, environment in spec.environments.items():
        yield ("spec", "environments", name, "publish"), environment.publish
    yield ("spec", "targets", "github", "branch"), spec.targets.github.branch


def _is_unusable(branch: str) -> bool:
    parts = branch.split("/")
    return branch == "HEAD" or parts[0] == "refs" or any(each.endswith(".lock") for each in parts)


RULE = Rule("MLS618", "unusable-branch", Severity.ERROR, ("Workspace",), check, suppressible=False)
