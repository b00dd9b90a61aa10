"""`kubernetes`: the core objects that serve a model, and a kustomization over them.

Routes are not among them: they move during a rollout, so whoever applies these files again
must not undo a step (see the target `gateway-api`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.syntax import emit_documents
from mlspec.targets._arms import arms
from mlspec.targets._header import header_text
from mlspec.targets._kubernetes_parts import (
    autoscaler,
    disruption_budget,
    network_policy,
    network_service,
    service_account,
)
from mlspec.targets._kubernetes_workload import deployment
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Service
    from mlspec.targets._arms import Arm
    from mlspec.targets._kubernetes_meta import Object
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_FOLDER = "kubernetes"
_REDUNDANT = 2
"""From this many replicas on, one can be spared."""


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield one file per served model, and the kustomization."""
    if not bundle.services:
        return
    for service in bundle.services:
        text = emit_documents(
            list(_objects(bundle, service)), header=header_text(bundle, service.source)
        )
        yield Artifact(f"{_FOLDER}/{service.name}.yaml", text, service.source)
    yield _kustomization(bundle)


def _objects(bundle: Bundle, service: Service) -> Iterator[Object]:
    yield service_account(bundle, service)
    yield network_policy(bundle, service)
    for arm in arms(service):
        yield from _arm_objects(bundle, service, arm)


def _arm_objects(bundle: Bundle, service: Service, arm: Arm) -> Iterator[Object]:
    yield deployment(bundle, service, arm)
    yield network_service(bundle, service, arm)
    if service.cpu_utilisation is not None:
        yield autoscaler(bundle, service, arm, service.cpu_utilisation)
    if service.replicas_minimum >= _REDUNDANT:
        yield disruption_budget(bundle, service, arm)


def _kustomization(bundle: Bundle) -> Artifact:
    source = bundle.pipeline.source
    files: list[Json] = [f"{name}.yaml" for name in sorted(each.name for each in bundle.services)]
    content: Json = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": files,
    }
    text = emit_documents([content], header=header_text(bundle, source))
    return Artifact(f"{_FOLDER}/kustomization.yaml", text, source)


TARGET = Target("kubernetes", "Deployment, Service, autoscaler and policies per model", emit)
