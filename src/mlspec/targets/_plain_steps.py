"""A rollout with nothing but Deployments and one Service.

Blue and green are a selector that is flipped; a canary is a ratio of replicas. What moves lies in
files of its own, one per step: whoever applies the other files again undoes no step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.capabilities import replica_split
from mlspec.ir import Strategy
from mlspec.targets._arms import CHALLENGER, CHAMPION, Arm, arms
from mlspec.targets._gateway_api_steps import route_steps
from mlspec.targets._kubernetes_meta import arm_selector, model_selector
from mlspec.targets._kubernetes_parts import network_service
from mlspec.targets._kubernetes_workload import deployment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Service
    from mlspec.targets._gateway_api_steps import RouteStep
    from mlspec.targets._kubernetes_meta import Object

__all__ = ["PlainStep", "is_fixed", "plain_steps", "shared_service"]


@dataclass(frozen=True, slots=True)
class PlainStep:
    """One file: its name, what it says to readers, and the objects to apply."""

    name: str
    notes: tuple[str, ...]
    objects: tuple[Object, ...]


def is_fixed(service: Service) -> bool:
    """Tell whether replicas are the share of traffic, so that nothing else may move them."""
    return service.rollout.is_staged and service.rollout.strategy is Strategy.CANARY


def shared_service(bundle: Bundle, service: Service) -> Object:
    """Return the Service over both arms of a canary: each replica gets as much as any other."""
    return network_service(bundle, service, _entrance(service), model_selector(service))


def plain_steps(bundle: Bundle, service: Service) -> Iterator[PlainStep]:
    """Yield the steps of a rollout, in order; none where nothing is rolled out."""
    if not service.rollout.is_staged:
        return
    steps = route_steps(service.rollout)
    for number, step in enumerate(steps):
        objects, summary = _state(bundle, service, step)
        notes = (f"Step {number + 1} of {len(steps)}: {summary}", *_advice(step))
        yield PlainStep(f"step-{number:02d}-{step.name}", notes, objects)


def _advice(step: RouteStep) -> Iterator[str]:
    if step.hold_minutes:
        yield f"Hold it for {step.hold_minutes} minutes, and go on only while no alert fires."
    yield "Nothing in the cluster moves on by itself: apply the next step, or step 00 to go back."


def _state(bundle: Bundle, service: Service, step: RouteStep) -> tuple[tuple[Object, ...], str]:
    if service.rollout.strategy is Strategy.BLUE_GREEN:
        return (_flipped(bundle, service, step),), step.summary
    return _ratio(bundle, service, step)


def _flipped(bundle: Bundle, service: Service, step: RouteStep) -> Object:
    champion, challenger = arms(service)
    live = challenger if step.share else champion
    return network_service(bundle, service, _entrance(service), arm_selector(service, live))


def _ratio(bundle: Bundle, service: Service, step: RouteStep) -> tuple[tuple[Object, ...], str]:
    split = replica_split(step.share, service.replicas_maximum)
    counts = {CHAMPION: split.champion, CHALLENGER: split.challenger}
    objects = tuple(deployment(bundle, service, arm, counts[arm.role]) for arm in arms(service))
    return objects, (
        f"{split.challenger} of {split.total} replicas are the challenger's, about "
        f"{split.share * 100:.3g} % of the connections; the spec asks for {step.share * 100:.3g} %."
    )


def _entrance(service: Service) -> Arm:
    return Arm(service.name, "", service.image, "", is_declared=False)
