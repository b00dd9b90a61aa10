"""Online models as services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.kinds.model import ModelSpec, Resources
from mlspec.lowering._quantities import canonical_quantity
from mlspec.lowering._rollouts import lower_rollout
from mlspec.lowering._servable import check_domain, check_servable
from mlspec.lowering._teams import receiver_of

if TYPE_CHECKING:
    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.model import Serving
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_services"]

_DEFAULT_RESOURCES = Resources(cpu="500m", memory="1Gi")
"""What one replica gets where the spec says nothing: requests that a small model fits in."""


def lower_services(
    workspace: Workspace, namespace: str
) -> tuple[tuple[ir.Service, ...], tuple[Diagnostic, ...]]:
    """Return the services in order of name, and why some models are none."""
    domain = workspace.spec.targets.gateway.domain
    diagnostics = [
        each for home in workspace.of_kind("Workspace") for each in check_domain(home, domain)
    ]
    is_routable = not diagnostics
    services: list[ir.Service] = []
    for resource in workspace.of_kind("Model"):
        serving = _online(resource)
        if serving is None:
            continue
        rollout = lower_rollout(workspace, resource)
        found = list(check_servable(resource, serving, domain, is_staged=rollout.is_staged))
        diagnostics += found
        if is_routable and not found:
            services.append(_service(workspace, resource, serving, rollout, namespace))
    return tuple(services), tuple(diagnostics)


def _online(resource: Resource) -> Serving | None:
    spec = resource.spec
    if not isinstance(spec, ModelSpec) or spec.serving is None or spec.serving.mode != "online":
        return None
    return spec.serving


def _service(
    workspace: Workspace,
    resource: Resource,
    serving: Serving,
    rollout: ir.Rollout,
    namespace: str,
) -> ir.Service:
    spec, metadata = resource.spec, resource.metadata
    assert isinstance(spec, ModelSpec)  # noqa: S101  (`_online` looked)
    resources = serving.resources or _DEFAULT_RESOURCES
    return ir.Service(
        name=metadata.name,
        version=metadata.version or "",
        owner=metadata.owner or "",
        tier=spec.risk.tier,
        namespace=namespace,
        image=serving.image or "",
        port=serving.port,
        path=serving.path,
        health_path=serving.health_path,
        cpu=canonical_quantity(resources.cpu),
        memory=canonical_quantity(resources.memory),
        gpu=resources.gpu,
        replicas_minimum=serving.replicas.minimum,
        replicas_maximum=max(serving.replicas.minimum, serving.replicas.maximum),
        cpu_utilisation=serving.scaling.cpu_utilisation if serving.scaling else None,
        artifact_uri=spec.artifact.uri,
        artifact_digest=spec.artifact.digest or "",
        rollout=rollout,
        source=resource.document.source.file,
        receiver=receiver_of(workspace, metadata.owner),
        p99_ms=serving.p99_ms,
        availability=serving.availability,
    )
