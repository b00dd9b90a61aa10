"""A team has a receiver that mlspec writes for itself.

What it does
Checks that no `onCall.receiver` starts with `mlspec-`.

Why is this bad?
`mlspec-unclaimed` gets what nobody is called for. A team with this name would take the alerts of
everybody who has no receiver, and nobody would see that they have none.

Bad
    kind: Team
    metadata:
      name: workforce
    spec:
      onCall: {receiver: mlspec-unclaimed}

Good
    kind: Team
    metadata:
      name: workforce
    spec:
      onCall: {receiver: workforce-pager}

References
- https://prometheus.io/docs/alerting/latest/configuration/#receiver
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.team import TeamSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_RESERVED = "mlspec-"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a team with a receiver of a reserved name."""
    on_call = cast("TeamSpec", resource.spec).on_call  # a Team, by its kind
    if on_call is not None and on_call.receiver.startswith(_RESERVED):
        yield Finding(
            resource,
            ("spec", "onCall", "receiver"),
            f"`{on_call.receiver}` is a name that mlspec keeps for receivers of its own",
            hint="name the receiver after the team",
        )


RULE = Rule("MLS443", "reserved-receiver", Severity.ERROR, ("Team",), check)
