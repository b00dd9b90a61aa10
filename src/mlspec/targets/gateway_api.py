"""`gateway-api`: one HTTPRoute per step of a rollout.

A route holds weights and nothing that moves them: a person or a job applies the next file. Each
file is the complete route, in the form the API server stores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend, Router, Strategy
from mlspec.syntax import emit_documents
from mlspec.targets._claims import claims_of
from mlspec.targets._gateway_api_route import Object, route
from mlspec.targets._gateway_api_steps import RouteStep, route_steps
from mlspec.targets._header import header_text
from mlspec.targets._moves import deciding
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Rollout, Service
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the routes of every served model."""
    for service in bundle.services:
        if not _is_routed(bundle, service):
            continue
        steps = route_steps(service.rollout)
        for number, step in enumerate(steps):
            path = f"rollout/{service.name}/step-{number:02d}-{step.name}.yaml"
            header = header_text(
                bundle, service.source, *_notes(service.rollout, step, number, len(steps))
            )
            content: Object = route(bundle, service, step)
            text = emit_documents([content], header=header)
            yield Artifact(path, text, service.source, claims=claims_of([content]))


def _is_routed(bundle: Bundle, service: Service) -> bool:
    """A controller makes the route of a rollout by itself; where nothing moves it needs none."""
    if service.backend in (Backend.PLAIN, Backend.KSERVE):
        return False
    is_ours = service.backend is Backend.GATEWAY or service.rollout.strategy is Strategy.NONE
    return is_ours and bundle.platform.router is Router.GATEWAY_API


def _notes(rollout: Rollout, step: RouteStep, number: int, count: int) -> Iterator[str]:
    if count == 1:
        return
    yield f"Step {number + 1} of {count}: {step.summary}"
    if step.hold_minutes:
        yield f"Hold it for {step.hold_minutes} minutes, and go on only while no alert fires."
        yield from deciding(rollout)
    yield "Nothing in the cluster moves these weights: apply the next step, or step 00 to go back."


TARGET = Target(
    "gateway-api", "HTTPRoute per step of a rollout (Gateway API)", emit, has_objects=True
)
