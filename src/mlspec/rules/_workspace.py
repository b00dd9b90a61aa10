"""What the rules about `moved`, `removed` and environments ask of a `Workspace`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from mlspec.kinds.workspace import WorkspaceSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["has_spec", "workspace_of"]


def workspace_of(resource: Resource) -> WorkspaceSpec:
    """Return the spec of a `Workspace`."""
    return cast("WorkspaceSpec", resource.spec)  # a rule only sees resources of its kinds


def has_spec(address: str, workspace: Workspace) -> bool:
    """Tell whether a spec describes an address, even one that has errors of its own."""
    prefix, _, name = address.partition("/")
    kind = "".join(part.title() for part in prefix.split("-"))
    unbound = {(kind, name), ("", name)} & workspace.unbound
    return address in workspace.resources or bool(unbound)
