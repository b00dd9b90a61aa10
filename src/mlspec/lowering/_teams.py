"""Teams: which Alertmanager receiver stands behind a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.kinds.team import TeamSpec

if TYPE_CHECKING:
    from mlspec.workspace import Workspace

__all__ = ["lower_on_call", "receiver_of"]


def lower_on_call(workspace: Workspace) -> tuple[ir.OnCall, ...]:
    """Return the teams that can be called, in order of name."""
    return tuple(
        ir.OnCall(team.name, team.spec.on_call.receiver, team.spec.on_call.webhook or "")
        for team in workspace.of_kind("Team")
        if isinstance(team.spec, TeamSpec) and team.spec.on_call is not None
    )


def receiver_of(workspace: Workspace, team: str | None) -> str:
    """Return the receiver of a team; empty where the team is unknown or names none."""
    found = workspace.find("Team", team) if team else None
    if found is None or not isinstance(found.spec, TeamSpec) or found.spec.on_call is None:
        return ""
    return found.spec.on_call.receiver
