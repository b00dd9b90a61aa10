"""Approvals are required, but nobody has a role to give one.

What it does
Checks that a team has `roles` where an environment sets `requireApprovals`.

Why is this bad?
An approval counts for a role that a team gives to its members. Without any, no plan that needs one
can be applied, and the only way left is to break the glass.

Bad
    kind: Workspace
    spec:
      environments:
        prod: {requireApprovals: true}
    ---
    kind: Team
    metadata:
      name: workforce
    spec:
      roles: []

Good
    kind: Workspace
    spec:
      environments:
        prod: {requireApprovals: true}
    ---
    kind: Team
    metadata:
      name: workforce
    spec:
      roles: [ml-engineer, model-risk]

References
- NIST SP 800-53 Rev. 5, AC-5: separation of duties
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.team import TeamSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each environment that nobody can approve changes of."""
    if _has_roles(workspace):
        return
    for name, environment in workspace_of(resource).environments.items():
        if environment.require_approvals:
            yield Finding(
                resource,
                ("spec", "environments", name, "requireApprovals"),
                f"`{name}` requires approvals, but no team has a role to give one",
                hint="give `roles` to the teams whose members approve, as `[model-risk]`",
            )


def _has_roles(workspace: Workspace) -> bool:
    """Tell whether a team has a role, or one that can't be read might."""
    teams = workspace.of_kind("Team")
    if any(cast("TeamSpec", each.spec).roles for each in teams):  # binding gave them this model
        return True
    return any(kind in ("", "Team") for kind, _ in workspace.unbound)


RULE = Rule("MLS616", "approvals-without-roles", Severity.WARNING, ("Workspace",), check)
