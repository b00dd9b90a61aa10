"""A move contradicts the specs, another move or a removal.

What it does
Checks each entry of `spec.moved`: it leads to another address of the same kind, nothing else came
from there, no spec describes the address before, no removal names it, and moves form no circle.

Why is this bad?
A move keeps the identity and the record of a resource under another name. When two resources claim
one record, a plan would give it to one of them, and create the other without its history.

Bad
    kind: Workspace
    spec:
      moved:
        - {previous: dataset/acs-2015, address: dataset/acs-2016}

Good
    kind: Workspace
    spec:
      moved:
        - {previous: dataset/acs-ma-2016, address: dataset/acs-2016}

References
- https://developer.hashicorp.com/terraform/language/block/moved
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import has_spec, workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.kinds.workspace import Moved, WorkspaceSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each move with the first thing that it contradicts."""
    spec = workspace_of(resource)
    sources = {each.address: each.previous for each in spec.moved}
    for index, move in enumerate(spec.moved):
        reason = _within(move, sources) or _outside(move, index, spec, workspace)
        if reason is not None:
            yield Finding(
                resource,
                ("spec", "moved", index, "previous"),
                reason[0],
                hint=reason[1],
            )


def _within(move: Moved, sources: Mapping[str, str]) -> tuple[str, str] | None:
    """Return what is wrong with a move whatever the specs are, and what to do."""
    if move.previous.partition("/")[0] != move.address.partition("/")[0]:
        message = f"`{move.previous}` can't become `{move.address}`, which is of another kind"
        return message, "create the new resource, and let the old one be retired"
    if _leads_back(move, sources):
        message = f"the moves lead from `{move.address}` back to itself"
        return message, "keep only the moves that lead to the address of today"
    return None


def _outside(
    move: Moved, index: int, spec: WorkspaceSpec, workspace: Workspace
) -> tuple[str, str] | None:
    if has_spec(move.previous, workspace):
        message = f"`{move.previous}` has moved to `{move.address}`, but it still has a spec"
        return message, "rename that spec, or take this entry out: then the new one is created"
    if any(each.previous == move.previous for each in spec.moved[:index]):
        message = f"`{move.previous}` has moved to two addresses"
        return message, "keep one of the entries; the other resource is created"
    if any(each.address == move.previous for each in spec.removed):
        message = f"`{move.previous}` has moved to `{move.address}`, and is removed"
        return message, "take one of the two entries out"
    return None


def _leads_back(move: Moved, sources: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    former: str | None = move.previous
    while former is not None and former not in seen:
        if former == move.address:
            return True
        seen.add(former)
        former = sources.get(former)
    return False


RULE = Rule("MLS612", "contradictory-move", Severity.ERROR, ("Workspace",), check)
