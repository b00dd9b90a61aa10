"""What a GitOps tool is told to watch, and whether that is what a compile writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lowering._codes import problem

if TYPE_CHECKING:
    from mlspec.diagnostics import Diagnostic
    from mlspec.workspace import Workspace

__all__ = ["is_output_watched", "never_committed"]

_GITOPS = ("spec", "targets", "gitops")


def is_output_watched(workspace: Workspace) -> bool:
    """Tell whether a tool watches the folder that an environment is compiled to.

    It does not where `gitops.path` is another folder, or where an apply publishes to the branch
    that is watched: then something else brings the files there.
    """
    watched, environment = workspace.platform.gitops, workspace.environment
    own = (workspace.spec.targets.github.workspace_path, workspace.spec.paths.output, environment)
    written = "/".join(each for each in own if each not in ("", "."))
    declared = workspace.spec.environments.get(environment)
    published = declared.publish if declared else None
    return bool(watched.repository) and watched.path == written and published != watched.revision


def never_committed(workspace: Workspace) -> tuple[Diagnostic, ...]:
    """Return that git ignores what is watched, at the home of the workspace."""
    watched = workspace.platform.gitops
    message = (
        f"`{watched.tool}` watches `{watched.path}` of `{watched.repository}`, and git ignores "
        "that folder here: what is compiled is never committed, and never deployed"
    )
    hint = (
        "take the folder out of `.gitignore` and commit it, or name in `gitops.path` where a job "
        "of yours puts what is in it"
    )
    homes = workspace.of_kind("Workspace")
    return tuple(problem("MLS1344", home, _GITOPS, message, hint) for home in homes)
