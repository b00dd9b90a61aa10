"""Two teams say different things about one receiver.

What it does
Checks that all teams with the same `onCall.receiver` state the same `webhook`, or none.

Why is this bad?
Alertmanager knows a receiver by its name alone. Whatever it called, the alerts of one team would
go where the other one says: a team could take the alerts of others. So none of them is compiled.

Bad
    kind: Team
    metadata:
      name: workforce
    spec:
      onCall: {receiver: pager, webhook: http://pager.ops.svc/workforce}
    ---
    kind: Team
    metadata:
      name: archive
    spec:
      onCall: {receiver: pager, webhook: http://elsewhere.ops.svc/archive}

Good
    kind: Team
    metadata:
      name: workforce
    spec:
      onCall: {receiver: workforce-pager, webhook: http://pager.ops.svc/workforce}
    ---
    kind: Team
    metadata:
      name: archive
    spec:
      onCall: {receiver: archive-pager, webhook: http://elsewhere.ops.svc/archive}

References
- https://prometheus.io/docs/alerting/latest/configuration/#receiver
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Related, Severity
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.team import OnCall, TeamSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_PLACE = ("spec", "onCall", "receiver")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a team whose receiver another one has, with another address or none."""
    own = _on_call(resource)
    if own is None:
        return
    for team in workspace.of_kind("Team"):
        other = _on_call(team)
        if other is None or other.receiver != own.receiver or other.webhook == own.webhook:
            continue
        told = f"`{other.webhook}`" if other.webhook else "what the platform says"
        yield Finding(
            resource,
            _PLACE,
            f"`{team.name}` has the receiver `{own.receiver}` as well, which calls {told} for it",
            hint="give each team a receiver of its own, or state the same `webhook` in both",
            related=(Related(team.span(_PLACE), f"the receiver of `{team.name}`"),),
        )
        return


def _on_call(team: Resource) -> OnCall | None:
    return cast("TeamSpec", team.spec).on_call  # a Team, by its kind


RULE = Rule("MLS442", "contested-receiver", Severity.ERROR, ("Team",), check)
