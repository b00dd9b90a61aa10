"""Which environments put their objects into one namespace, and whether into one cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.rules._specs import is_served_online, model_of
from mlspec.rules._workspace import workspace_of
from mlspec.workspace import overlay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["Meeting", "meetings"]

_DEFAULT = "default"
"""The namespace of an environment that names none."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two environments with one namespace; `server` is their cluster where it is known."""

    first: str
    second: str
    namespace: str
    server: str


def meetings(resource: Resource, workspace: Workspace) -> Iterator[Meeting]:
    """Yield each environment that has the namespace of an earlier one, unless clusters differ.

    Clusters are known where a GitOps tool is told its `server`. Overrides of one environment say
    nothing of another, so only the specs as they are written are looked at.
    """
    if workspace.environment or not _has_objects(workspace):
        return
    seen: dict[tuple[str, str], str] = {}
    for name, environment in sorted(workspace_of(resource).environments.items()):
        namespace = environment.namespace or _DEFAULT
        server = _server(workspace, name)
        first = seen.setdefault((namespace, server), name)
        if first != name:
            yield Meeting(first, name, namespace, server)


def _has_objects(workspace: Workspace) -> bool:
    specs = (model_of(each) for each in workspace.of_kind("Model"))
    return any(is_served_online(each) or (each.training and each.retraining) for each in specs)


def _server(workspace: Workspace, environment: str) -> str:
    gitops = overlay(workspace, environment)[0].platform.gitops
    return gitops.server if gitops.repository else ""
