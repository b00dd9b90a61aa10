"""Teams: which Alertmanager receiver stands behind a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.kinds.team import TeamSpec

if TYPE_CHECKING:
    from mlspec.workspace import Workspace

__all__ = ["receiver_of"]


def receiver_of(workspace: Workspace, team: str | None) -> str:
    """Return the receiver of a team; empty where the team is unknown or names none."""
    found = workspace.find("Team", team) if team else None
    if found is None or not isinstance(found.spec, TeamSpec) or found.spec.on_call is None:
        return ""
    return found.spec.on_call.receiver
