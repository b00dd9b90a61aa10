"""Workspace -> the objects that should be in the registry of its environment.

Every kind that is recorded becomes an object. Of the workspace itself only what governs the
environment does; what else of it matters arrives through the effective bodies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.kinds import find_kind
from mlspec.planning._baseline import is_baseline, known_body
from mlspec.planning._binding import bound_body, is_binding
from mlspec.planning._workspace import SIGNERS_FILE, governed_body, is_governed
from mlspec.policy import LOCK_FILE
from mlspec.workspace import canonical_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource, Workspace

__all__ = ["Desired", "desired_objects"]


_NONE: Mapping[str, str] = {}


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


@dataclass(frozen=True, slots=True)
class _Beside:
    """What files beside the specs say that is recorded with them."""

    signers: tuple[str, ...]
    packs: Mapping[str, str]
    patch_files: Mapping[str, str]


def desired_objects(
    workspace: Workspace,
    signers: Iterable[str] = (),
    packs: Mapping[str, str] = _NONE,
    patch_files: Mapping[str, str] = _NONE,
) -> Mapping[str, Desired]:
    """Return what the registry should hold, by address, in order of address.

    `signers` are the lines of the file of allowed signers, as they stand there; `packs` are the
    digests of locked policy packs by name, `patch_files` the texts of the files of patches.
    """
    references: dict[str, set[str]] = {}
    for edge in workspace.edges:
        references.setdefault(edge.source, set()).add(edge.target)
    beside = _Beside(tuple(signers), packs, patch_files)
    found: dict[str, Desired] = {}
    for address, resource in sorted(workspace.resources.items()):
        if not _is_recorded(resource):
            continue
        body = _body(resource, workspace.environment, beside)
        if body is not None:
            found[address] = _desired(resource, body, references.get(address, set()))
    return found


def _body(resource: Resource, environment: str, beside: _Beside) -> Json:
    """Return what is recorded of a resource; None for a baseline that covers nothing there."""
    if is_governed(resource.address):
        return governed_body(resource, environment, beside.signers, beside.patch_files)
    if is_baseline(resource.address):
        return known_body(canonical_body(resource), environment)
    return bound_body(canonical_body(resource), beside.packs)


def _is_recorded(resource: Resource) -> bool:
    kind = find_kind(resource.kind)
    return kind is None or kind.recorded


def _desired(resource: Resource, body: Json, references: set[str]) -> Desired:
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
        if path[:2] == ("governed", "patchFiles") and path[2:]:
            return f"{path[2]}:1:1"
        if path[0] == "governed":
            return f"{LOCK_FILE if is_binding(resource.address) else SIGNERS_FILE}:1:1"
        if is_baseline(resource.address):
            path = path[:2]  # entries of other environments are left out, so that others follow
        span = resource.span(path)
        return f"{span.file}:{span.start.line}:{span.start.column}"

    return locate
