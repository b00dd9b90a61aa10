"""A monitor wakes a team that has nobody on call.

What it does
Checks that the receiver of every monitor with `severity: page` has `spec.onCall`.

Why is this bad?
The page goes nowhere. Everybody believes that somebody is awake.

Bad
    kind: Model
    spec:
      monitoring:
        - id: errors
          dimension: service
          metric: request_errors
          statistic: rate
          above: 1
          severity: page
          receiver: archive
          runbook: runbooks/errors.md

Good
    kind: Model
    spec:
      monitoring:
        - id: errors
          dimension: service
          metric: request_errors
          statistic: rate
          above: 1
          severity: page
          receiver: workforce
          runbook: runbooks/errors.md

References
- https://sre.google/sre-book/being-on-call/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import has_on_call, monitors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each page that reaches nobody."""
    for monitor, path in monitors_of(resource):
        if monitor.severity != "page" or monitor.receiver is None:
            continue
        team = workspace.find("Team", monitor.receiver)
        if team is not None and not has_on_call(team):
            yield Finding(
                resource,
                (*path, "receiver"),
                f"`{monitor.id}` pages `{monitor.receiver}`, where nobody is on call",
                hint="add `spec.onCall` to the team, or write `severity: ticket`",
                related=(Related(span_of(team, ("metadata", "name")), "the team"),),
            )


RULE = Rule("MLS505", "page-without-on-call", Severity.ERROR, ("Model",), check)
