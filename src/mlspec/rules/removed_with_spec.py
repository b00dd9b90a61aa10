"""A resource is both removed and described by a spec.

What it does
Checks that no entry of `spec.removed` names the address of a spec.

Why is this bad?
The spec says that the resource is wanted, the entry that it goes for good. Whichever came later,
one of the two was forgotten, and a deletion can't be taken back.

Bad
    kind: Workspace
    spec:
      removed:
        - {address: model/employment-screen, action: delete, reason: replaced by a rule}

Good
    kind: Workspace
    spec:
      removed:
        - {address: model/employment-screen-v1, action: delete, reason: replaced by a rule}

References
- https://developer.hashicorp.com/terraform/language/block/removed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import has_spec, workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each removal of something that has a spec."""
    for index, each in enumerate(workspace_of(resource).removed):
        if has_spec(each.address, workspace):
            yield Finding(
                resource,
                ("spec", "removed", index, "address"),
                f"`{each.address}` is removed here, but it has a spec",
                hint="take this entry out to keep the resource, or its spec to remove it",
            )


RULE = Rule("MLS611", "removed-with-spec", Severity.ERROR, ("Workspace",), check)
