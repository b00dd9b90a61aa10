"""The team that owns a served model can't be called.

What it does
Checks that the team in `metadata.owner` of a model of limited or high tier that is served online
has `spec.onCall`. In the examples `workforce` has it and `archive` does not.

Why is this bad?
Requests arrive at night, too. Somebody must be reachable who may stop the model or roll it back.

Bad
    kind: Model
    metadata:
      owner: archive

Good
    kind: Model
    metadata:
      owner: workforce

References
- https://sre.google/sre-book/being-on-call/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import has_on_call, is_served_online, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the owner of a served model when it has no on-call."""
    spec = model_of(resource)
    owner = resource.metadata.owner
    if owner is None or spec.risk.tier == "minimal" or not is_served_online(spec):
        return
    team = workspace.find("Team", owner)
    if team is not None and not has_on_call(team):
        yield Finding(
            resource,
            ("metadata", "owner"),
            f"`{owner}` owns a served model of {spec.risk.tier} tier, but nobody is on call",
            hint=f"add `spec.onCall` to the team `{owner}`, or name a team that has it",
        )


RULE = Rule("MLS302", "owner-without-on-call", Severity.WARNING, ("Model",), check)
