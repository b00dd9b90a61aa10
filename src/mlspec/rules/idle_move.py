"""A move leads to an address without a spec.

What it does
Checks that the address of each entry of `spec.moved` has a spec, or has moved on from there.

Why is this bad?
Nothing is renamed then. A registry in which the resource still has the address before takes it
for a resource without a spec, and retires it.

Bad
    kind: Workspace
    spec:
      moved:
        - {previous: model/screen, address: model/employment-scren}

Good
    kind: Workspace
    spec:
      moved:
        - {previous: model/screen, address: model/employment-screen}

References
- https://developer.hashicorp.com/terraform/language/block/moved
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, did_you_mean
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import has_spec, workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each move that leads nowhere."""
    moved = workspace_of(resource).moved
    left = {each.previous for each in moved}
    for index, each in enumerate(moved):
        if each.address not in left and not has_spec(each.address, workspace):
            close = did_you_mean(each.address, sorted(workspace.resources))
            yield Finding(
                resource,
                ("spec", "moved", index, "address"),
                f"no spec has the address `{each.address}`, so nothing moves there",
                hint=f"did you mean `{close}`?" if close else "take the entry out",
            )


RULE = Rule("MLS613", "idle-move", Severity.WARNING, ("Workspace",), check)
