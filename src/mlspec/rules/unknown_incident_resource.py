"""An incident is of a model or system that does not exist.

What it does
Checks that `resource` of an incident is the address of a model or system of the workspace.

Why is this bad?
The clock of a report runs for a model that nobody looks at: it is shown with the duties of that
model, and with no other.

Bad
    kind: Incident
    metadata:
      name: wrong-refusals
    spec:
      resource: model/employment-scren
      category: serious
      markets: [EU]
      happened: 2026-11-18T07:00:00Z
      known: 2026-11-19T09:30:00Z
      description: Forty people were refused by mistake.

Good
    kind: Incident
    metadata:
      name: wrong-refusals
    spec:
      resource: model/employment-screen
      category: serious
      markets: [EU]
      happened: 2026-11-18T07:00:00Z
      known: 2026-11-19T09:30:00Z
      description: Forty people were refused by mistake.

References
- Regulation (EU) 2024/1689, Article 73
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity, did_you_mean
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.incident import IncidentSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_KINDS = ("Model", "System")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the address that no model or system has."""
    address = cast("IncidentSpec", resource.spec).resource  # of incidents only
    known = [each.address for kind in _KINDS for each in workspace.of_kind(kind)]
    if address not in known:
        close = did_you_mean(address, known)
        yield Finding(
            resource,
            ("spec", "resource"),
            f"there is no model or system `{address}`",
            hint=f"did you mean `{close}`?" if close else "write an address such as `model/churn`",
        )


RULE = Rule("MLS760", "unknown-incident-resource", Severity.ERROR, ("Incident",), check)
