"""`kubernetes`: the core objects that serve a model, and a kustomization over them.

Routes are not among them: they move during a rollout, so whoever applies these files again
must not undo a step (see the target `gateway-api`). For the backends `rollouts` and `flagger`
the targets of that name write what moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend
from mlspec.syntax import emit_documents
from mlspec.targets._arms import arms, is_moved_by
from mlspec.targets._claims import claims_of
from mlspec.targets._header import header_text
from mlspec.targets._kubernetes_parts import (
    autoscaler,
    disruption_budget,
    network_policy,
    network_service,
    service_account,
)
from mlspec.targets._kubernetes_workload import deployment
from mlspec.targets._kustomization import kustomization
from mlspec.targets._moves import first_release, is_possible
from mlspec.targets._plain_steps import is_fixed, plain_steps, shared_service
from mlspec.targets._port import Target
from mlspec.targets._stencils import Stencils

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.ir import Bundle, Monitor, Service
    from mlspec.targets._arms import Arm
    from mlspec.targets._kubernetes_meta import Object
    from mlspec.targets._port import Renderer

__all__ = ["TARGET", "model_files"]

_FOLDER = "kubernetes"
_REDUNDANT = 2
"""From this many replicas on, one can be spared."""


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield one file per served model, and the kustomization.

    What moves during a rollout of the backend `plain` follows, one file per step. KServe makes
    all objects of a model by itself.
    """
    services = [each for each in bundle.services if each.backend is not Backend.KSERVE]
    stencils = Stencils(model_files)
    for service in services:
        yield from stencils.artifacts(bundle, (), [service])
    if services:
        yield kustomization(bundle, _FOLDER, [each.name for each in services])


def model_files(
    bundle: Bundle, _monitors: Sequence[Monitor], services: Sequence[Service]
) -> Iterator[Artifact]:
    """Yield the files of a model, made anew."""
    for service in services:
        objects = list(_objects(bundle, service))
        note = first_release(service, bundle.platform)
        text = emit_documents([*objects], header=header_text(bundle, service.source, *note))
        path = f"{_FOLDER}/{service.name}.yaml"
        yield Artifact(path, text, service.source, claims=claims_of(objects))
        yield from _steps(bundle, service)


def _steps(bundle: Bundle, service: Service) -> Iterator[Artifact]:
    if not is_moved_by(service, Backend.PLAIN) or not is_possible(service, bundle.platform):
        return
    for step in plain_steps(bundle, service):
        header = header_text(bundle, service.source, *step.notes)
        text = emit_documents([*step.objects], header=header)
        path = f"rollout/{service.name}/{step.name}.yaml"
        yield Artifact(path, text, service.source, claims=claims_of(step.objects))


def _objects(bundle: Bundle, service: Service) -> Iterator[Object]:
    yield service_account(bundle, service)
    yield network_policy(bundle, service)
    is_staged = service.rollout.is_staged and is_moved_by(service, Backend.PLAIN)
    if is_staged and is_fixed(service):
        yield shared_service(bundle, service)
    for arm in arms(service):
        yield from _workload(bundle, service, arm, is_plain=is_staged)
        if service.replicas_minimum >= _REDUNDANT:
            yield disruption_budget(bundle, service, arm)


def _workload(bundle: Bundle, service: Service, arm: Arm, *, is_plain: bool) -> Iterator[Object]:
    if is_moved_by(service, Backend.ROLLOUTS):
        return  # its Rollout is the workload
    if is_plain and is_fixed(service):
        return  # its steps are
    yield deployment(bundle, service, arm)
    if not is_plain and not is_moved_by(service, Backend.FLAGGER):
        yield network_service(bundle, service, arm)
    if service.cpu_utilisation is not None and service.load is None:
        yield autoscaler(bundle, service, arm, service.cpu_utilisation)


TARGET = Target(
    "kubernetes", "Deployment, Service, autoscaler and policies per model", emit, has_objects=True
)
