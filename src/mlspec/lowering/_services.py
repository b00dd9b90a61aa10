"""Online models as services."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec import ir
from mlspec.kinds.model import Resources
from mlspec.lowering._quantities import canonical_quantity
from mlspec.lowering._rollouts import lower_rollout
from mlspec.lowering._servable import check_domain, check_servable
from mlspec.lowering._servers import Server, check_server, is_loaded
from mlspec.lowering._teams import receiver_of
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.model import Scaling, Serving
    from mlspec.workspace import Resource, Workspace

__all__ = ["backend_of", "lower_services"]

_DEFAULT_RESOURCES = Resources(cpu="500m", memory="1Gi")
"""What one replica gets where the spec says nothing: requests that a small model fits in."""

_OF_LANGUAGE_MODELS = {"path": "/v1", "health_path": "/health"}
"""Where a server of a language model answers unless the spec says so: vLLM, and all like it.

Endpoint pickers read the requests of this protocol alone.
"""


class _Online(NamedTuple):
    """A model that answers requests, and how traffic moves to it."""

    resource: Resource
    serving: Serving
    rollout: ir.Rollout


def lower_services(
    workspace: Workspace, namespace: str, scope: ir.Scope
) -> tuple[tuple[ir.Service, ...], tuple[Diagnostic, ...]]:
    """Return the services in order of name, and why some models are none.

    `scope` tells the series of what is served.
    """
    domain = workspace.spec.targets.gateway.domain
    diagnostics = [
        each for home in workspace.of_kind("Workspace") for each in check_domain(home, domain)
    ]
    is_routable = not diagnostics
    services: list[ir.Service] = []
    for online in _online(workspace):
        resource, serving, rollout = online
        has_two = rollout.is_staged or _is_controlled(workspace, serving, rollout)
        found = list(check_servable(resource, serving, domain, is_staged=has_two))
        found += check_server(_server(workspace, resource, serving, rollout))
        diagnostics += found
        if is_routable and not found:
            services.append(_service(workspace, online, namespace, scope))
    return tuple(services), tuple(diagnostics)


def _online(workspace: Workspace) -> Iterator[_Online]:
    known: dict[int, ir.Rollout] = {}
    for resource in workspace.of_kind("Model"):
        serving = model_of(resource).serving
        if serving is not None and serving.mode == "online":
            yield _Online(resource, serving, lower_rollout(workspace, resource, known))


def _service(workspace: Workspace, online: _Online, namespace: str, scope: ir.Scope) -> ir.Service:
    resource, serving, rollout = online
    spec, metadata = model_of(resource), resource.metadata
    resources = serving.resources or _DEFAULT_RESOURCES
    return ir.Service(
        name=metadata.name,
        version=metadata.version or "",
        owner=metadata.owner or "",
        tier=spec.risk.tier,
        namespace=namespace,
        image=serving.image or "",
        port=serving.port,
        path=_asked_at(serving, "path"),
        health_path=_asked_at(serving, "health_path"),
        cpu=canonical_quantity(resources.cpu),
        memory=canonical_quantity(resources.memory),
        gpu=resources.gpu,
        replicas_minimum=serving.replicas.minimum,
        replicas_maximum=max(serving.replicas.minimum, serving.replicas.maximum),
        cpu_utilisation=_utilisation(serving.scaling),
        artifact_uri=spec.artifact.uri,
        artifact_digest=spec.artifact.digest or "",
        rollout=rollout,
        source=resource.document.source.file,
        receiver=receiver_of(workspace, metadata.owner),
        backend=backend_of(workspace, serving),
        is_loaded=is_loaded(spec.artifact.uri),
        artifact_format=spec.artifact.format,
        p99_ms=serving.p99_ms,
        runbook=serving.runbook or "",
        availability=serving.availability,
        load=_load(serving.scaling),
        runtime=serving.runtime or "",
        llm=_llm(resource, serving),
        scope=scope,
    )


def _server(
    workspace: Workspace, resource: Resource, serving: Serving, rollout: ir.Rollout
) -> Server:
    backend, platform = backend_of(workspace, serving), workspace.platform
    return Server(resource, model_of(resource), serving, rollout, backend, platform)


def _asked_at(serving: Serving, field: str) -> str:
    """Return a path of the server: as the spec says, or as servers of its sort have it."""
    is_stated = serving.llm is None or field in serving.model_fields_set
    return str(getattr(serving, field)) if is_stated else _OF_LANGUAGE_MODELS[field]


def _llm(resource: Resource, serving: Serving) -> ir.LlmServing | None:
    if serving.llm is None:
        return None
    llm = serving.llm
    name = llm.served_name or resource.name
    return ir.LlmServing(name, llm.tensor, llm.pipeline, has_scheduler=llm.scheduler)


def backend_of(workspace: Workspace, serving: Serving | None) -> ir.Backend:
    """Return what moves the traffic of a model: its own backend, or that of the workspace."""
    declared = None if serving is None else serving.backend
    return ir.Backend(declared or workspace.spec.targets.backend)


def _is_controlled(workspace: Workspace, serving: Serving, rollout: ir.Rollout) -> bool:
    """Tell whether a controller runs a challenger beside what ran before, whatever that was."""
    controllers = (ir.Backend.ROLLOUTS, ir.Backend.FLAGGER)
    is_moved = rollout.strategy is not ir.Strategy.NONE
    return is_moved and backend_of(workspace, serving) in controllers


def _load(scaling: Scaling | None) -> ir.LoadScaling | None:
    """Return what KEDA counts; None where nothing but the CPU is looked at."""
    if scaling is None or not (scaling.requests_per_replica or scaling.queue_metric):
        return None
    return ir.LoadScaling(
        scaling.requests_per_replica, scaling.queue_metric or "", scaling.queue_per_replica
    )


def _utilisation(scaling: Scaling | None) -> float | None:
    """Return the CPU use to keep; beside a load, only where the spec says so itself."""
    if scaling is None:
        return None
    is_asked = _load(scaling) is None or "cpu_utilisation" in scaling.model_fields_set
    return scaling.cpu_utilisation if is_asked else None
