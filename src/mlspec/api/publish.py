"""What an apply publishes: the compiled artifacts of an environment, made in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api.build import compiled
from mlspec.errors import UsageError
from mlspec.state import Publication

if TYPE_CHECKING:
    from mlspec.api.session import Session
    from mlspec.workspace import Workspace

__all__ = ["publication"]


def publication(session: Session, workspace: Workspace) -> Publication | None:
    """Return what goes to the branch of an environment; None where it names none.

    Files of the repository itself, such as the CI workflow, are no part of it.

    Raises:
        SpecInvalidError: something can't be compiled.
        UsageError: the branch is one that holds something else.
    """
    branch = workspace.spec.environments[workspace.environment].publish
    if branch is None:
        return None
    _refuse_shared(workspace, branch)
    artifacts, _ = compiled(session, workspace)
    return Publication(
        branch=branch,
        files={
            each.path: each.content.encode() for each in artifacts if not each.path.startswith("/")
        },
        message=f"{workspace.environment}: compiled by mlspec {__version__}",
    )


def _refuse_shared(workspace: Workspace, branch: str) -> None:
    """Publishing replaces every file of a branch, so nothing else may live on it."""
    spec = workspace.spec
    others = [name for name, each in spec.environments.items() if each.publish == branch]
    if branch == spec.targets.github.branch:
        reason = "it is the branch that is applied, and its specs would be replaced"
    elif len(others) > 1:
        listed = " and ".join(f"`{each}`" for each in sorted(others))
        reason = f"{listed} would replace each other's files"
    else:
        return
    raise UsageError(
        f"nothing can be published to `{branch}`: {reason}",
        hint=f"choose a branch of its own, such as `rendered/{workspace.environment}`",
    )
