"""Which environments meet in one cluster: in one namespace, or at one Gateway."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.rules._specs import is_served_online, model_of
from mlspec.rules._workspace import workspace_of
from mlspec.workspace import overlay

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.kinds.workspace import Environment
    from mlspec.workspace import Resource, Workspace

__all__ = ["Meeting", "SharedHosts", "meetings", "shared_hosts"]

_DEFAULT = "default"
"""The namespace of an environment that names none."""

_WRITERS = frozenset({"argo_rollouts", "flagger", "gateway_api"})
"""The targets that write a route, or what makes one."""


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
    alone = _alone(resource, workspace)
    seen: dict[tuple[str, str], str] = {}
    for name, environment in sorted(workspace_of(resource).environments.items()):
        namespace = environment.namespace or _DEFAULT
        server = _server(alone, name)
        first = seen.setdefault((namespace, server), name)
        if first != name:
            yield Meeting(first, name, namespace, server)


@dataclass(frozen=True, slots=True)
class SharedHosts:
    """Two environments whose routes answer at the same host names of one Gateway."""

    first: str
    second: str
    gateway: str
    domain: str


def shared_hosts(resource: Resource, workspace: Workspace) -> Iterator[SharedHosts]:
    """Yield each environment with the Gateway and domain of an earlier one, in other namespaces.

    A Gateway without a stated namespace is one of each environment. Clusters may differ where a
    GitOps tool is told another `server`.
    """
    if workspace.environment or not _has_routes(resource, workspace):
        return
    alone = _alone(resource, workspace)
    seen: dict[tuple[str, str, str], list[str]] = {}
    environments = workspace_of(resource).environments
    for name in sorted(environments):
        gateway = overlay(alone, name)[0].spec.targets.gateway
        if not gateway.namespace:
            continue
        at = f"{gateway.namespace}/{gateway.name}"
        earlier = seen.setdefault((at, gateway.domain, _server(alone, name)), [])
        others = [each for each in earlier if _differ(environments, each, name)]
        yield from (SharedHosts(each, name, at, gateway.domain) for each in others[:1])
        earlier.append(name)


def _differ(environments: Mapping[str, Environment], first: str, second: str) -> bool:
    """Tell whether two environments have a namespace each: else the objects are the same."""
    return environments[first].namespace != environments[second].namespace


def _has_routes(resource: Resource, workspace: Workspace) -> bool:
    targets = workspace_of(resource).targets
    enabled = {each.replace("-", "_") for each in targets.enabled}
    if targets.router == "none" or (enabled and not enabled & _WRITERS):
        return False
    return any(is_served_online(model_of(each)) for each in workspace.of_kind("Model"))


def _has_objects(workspace: Workspace) -> bool:
    specs = (model_of(each) for each in workspace.of_kind("Model"))
    return any(is_served_online(each) or (each.training and each.retraining) for each in specs)


def _alone(resource: Resource, workspace: Workspace) -> Workspace:
    """Return a workspace without its models: overrides of these take long to merge in."""
    return replace(workspace, resources={resource.address: resource}, edges=())


def _server(workspace: Workspace, environment: str) -> str:
    gitops = overlay(workspace, environment)[0].platform.gitops
    return gitops.server if gitops.repository else ""
