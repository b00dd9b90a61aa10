"""A resource names no team that answers for it.

What it does
Checks that every resource of an owned kind has `metadata.owner`. A `Team` and the `Workspace`
itself need none.

Why is this bad?
Nobody is asked before it changes, nobody is told when it fails, and nobody retires it. A model
without an owner is the first thing that an audit finds.

Bad
    kind: Dataset
    metadata:
      name: acs-2015
      owner: null

Good
    kind: Dataset
    metadata:
      name: acs-2015
      owner: workforce

References
- Regulation (EU) 2024/1689, Article 17(1)(m): an accountability framework
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.kinds import find_kind
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the resource when no team owns it."""
    if resource.metadata.owner is not None:
        return
    kind = find_kind(resource.kind)
    if kind is not None and kind.owned:
        yield Finding(
            resource,
            ("metadata", "owner"),
            f"`{resource.address}` has no owner",
            hint=_hint(workspace),
        )


def _hint(workspace: Workspace) -> str:
    teams = ", ".join(f"`{team.name}`" for team in workspace.of_kind("Team")[:5])
    if not teams:
        return "declare a `Team` and name it in `metadata.owner`"
    return f"add `owner` with the name of a team, such as {teams}"


RULE = Rule("MLS301", "missing-owner", Severity.ERROR, (), check)
