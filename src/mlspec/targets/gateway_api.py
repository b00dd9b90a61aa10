"""`gateway-api`: the HTTPRoute of a model, or one per step of its rollout.

A route holds weights and nothing that moves them: a person or a job applies the next file. Each
file is the complete route, in the form the API server stores. What no rollout will ever move is
applied with everything else. What the first release has is applied once: steps of the next one
move it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend, Router, Strategy
from mlspec.syntax import emit_documents
from mlspec.targets._claims import claims_of
from mlspec.targets._gateway_api_route import Object, route
from mlspec.targets._gateway_api_steps import RouteStep, route_steps
from mlspec.targets._header import header_text
from mlspec.targets._kustomization import kustomization
from mlspec.targets._moves import deciding, first_release
from mlspec.targets._port import Target
from mlspec.targets._stencils import Stencils

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.ir import Bundle, Monitor, Rollout, Service
    from mlspec.targets._port import Renderer

__all__ = ["TARGET", "model_files"]


_FOLDER = "gateway-api"
_ONCE = (
    "This is the route before a rollout: apply it where there is none yet, and after a rollout "
    "when the new pods are ready. Steps move it, so automatic synchronisation must not undo them."
)


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the routes of every served model, and a kustomization over those that stay."""
    routed = [each for each in bundle.services if _is_routed(bundle, each)]
    stencils = Stencils(model_files)
    for service in routed:
        yield from stencils.artifacts(bundle, (), [service])
    if fixed := [each.name for each in routed if _is_fixed(each)]:
        yield kustomization(bundle, _FOLDER, fixed)


def model_files(
    bundle: Bundle, _monitors: Sequence[Monitor], services: Sequence[Service]
) -> Iterator[Artifact]:
    """Yield the files of a model, made anew."""
    for service in services:
        yield from _own(bundle, service)
        if service.rollout.is_staged:
            yield from _steps(bundle, service)


def _is_routed(bundle: Bundle, service: Service) -> bool:
    """A controller makes the route of a rollout by itself; where nothing moves it needs none."""
    if service.backend in (Backend.PLAIN, Backend.KSERVE):
        return False
    is_ours = service.backend is Backend.GATEWAY or service.rollout.strategy is Strategy.NONE
    return is_ours and bundle.platform.router is Router.GATEWAY_API


def _is_fixed(service: Service) -> bool:
    return service.rollout.strategy is Strategy.NONE


def _own(bundle: Bundle, service: Service) -> Iterator[Artifact]:
    """Yield the route as it stands before a rollout.

    During one the first step holds the same; a tool that watches the folder still needs it here,
    or the route would seem to be gone.
    """
    if service.rollout.is_staged and not bundle.platform.gitops.repository:
        return
    suffix, notes = ("", ()) if _is_fixed(service) else (".route", (_ONCE,))
    path = f"{_FOLDER}/{service.name}{suffix}.yaml"
    first = route_steps(service.rollout)[0]
    yield _file(bundle, service, path, first, *notes, *first_release(service, bundle.platform))


def _steps(bundle: Bundle, service: Service) -> Iterator[Artifact]:
    steps = route_steps(service.rollout)
    for number, step in enumerate(steps):
        path = f"rollout/{service.name}/step-{number:02d}-{step.name}.yaml"
        notes = _notes(service.rollout, step, number, len(steps))
        yield _file(bundle, service, path, step, *notes)


def _file(bundle: Bundle, service: Service, path: str, step: RouteStep, *notes: str) -> Artifact:
    content: Object = route(bundle, service, step)
    text = emit_documents([content], header=header_text(bundle, service.source, *notes))
    return Artifact(path, text, service.source, claims=claims_of([content]))


def _notes(rollout: Rollout, step: RouteStep, number: int, count: int) -> Iterator[str]:
    yield f"Step {number + 1} of {count}: {step.summary}"
    if step.hold_minutes:
        yield f"Hold it for {step.hold_minutes} minutes, and go on only while no alert fires."
        yield from deciding(rollout)
    yield "Nothing in the cluster moves these weights: apply the next step, or step 00 to go back."


TARGET = Target(
    "gateway-api",
    "HTTPRoute per model, and per step of its rollout (Gateway API)",
    emit,
    has_objects=True,
)
