"""What an apply publishes: the compiled artifacts of an environment, made in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api.build import compiled
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
    """
    branch = workspace.spec.environments[workspace.environment].publish
    if branch is None:
        return None
    artifacts, _ = compiled(session, workspace)
    return Publication(
        branch=branch,
        files={
            each.path: each.content.encode() for each in artifacts if not each.path.startswith("/")
        },
        message=f"{workspace.environment}: compiled by mlspec {__version__}",
    )
