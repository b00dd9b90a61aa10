"""Workspace -> the objects that should be in the registry of its environment.

Every kind becomes an object, except the Workspace itself: a change of it that matters arrives
through the effective bodies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.workspace import canonical_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource, Workspace

__all__ = ["Desired", "desired_objects"]

_NOT_KEPT = "Workspace"


def _nowhere(_path: Path) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Desired:
    """One resource as the specs want it.

    `references` are the addresses it refers to; `locate` gives `file:line:column` of a path.
    """

    address: str
    kind: str
    body: Json
    digest: str
    references: tuple[str, ...] = ()
    protect: bool = False
    locate: Callable[[Path], str] = field(default=_nowhere, compare=False)


def desired_objects(workspace: Workspace) -> Mapping[str, Desired]:
    """Return what the registry should hold, by address, in order of address."""
    references: dict[str, set[str]] = {}
    for edge in workspace.edges:
        references.setdefault(edge.source, set()).add(edge.target)
    return {
        address: _desired(workspace.resources[address], references.get(address, set()))
        for address in sorted(workspace.resources)
        if workspace.resources[address].kind != _NOT_KEPT
    }


def _desired(resource: Resource, references: set[str]) -> Desired:
    body = canonical_body(resource)
    return Desired(
        address=resource.address,
        kind=resource.kind,
        body=body,
        digest=digest_value(body),
        references=tuple(sorted(references - {resource.address})),
        protect=resource.metadata.protect,
        locate=_locator(resource),
    )


def _locator(resource: Resource) -> Callable[[Path], str]:
    def locate(path: Path) -> str:
        if not path:  # asked for every new resource, and known
            start = resource.document.start
            return f"{resource.document.source.file}:{start.line}:{start.column}"
        span = resource.span(path)
        return f"{span.file}:{span.start.line}:{span.start.column}"

    return locate
