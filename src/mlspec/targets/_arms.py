"""The deployments behind one model: champion alone, or champion and challenger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ir import Backend, Strategy

if TYPE_CHECKING:
    from mlspec.ir import Service

__all__ = [
    "CHALLENGER",
    "CHAMPION",
    "Arm",
    "arms",
    "challenger_name",
    "champion_name",
    "is_moved_by",
    "is_pooled",
]

CHAMPION = "champion"
CHALLENGER = "challenger"
_CONTROLLERS = (Backend.ROLLOUTS, Backend.FLAGGER)


@dataclass(frozen=True, slots=True)
class Arm:
    """One deployment of a model. `name` is the name of its objects.

    `is_declared` arms run the artifact that the spec declares; the champion of a rollout runs
    what its image holds. `role` is empty where a controller tells champion and challenger apart.
    """

    name: str
    role: str
    image: str
    version: str
    is_declared: bool


def is_moved_by(service: Service, *backends: Backend) -> bool:
    """Tell whether one of the backends moves the traffic of a rollout of the service."""
    return service.backend in backends and service.rollout.strategy is not Strategy.NONE


def is_pooled(service: Service) -> bool:
    """Tell whether routes lead to pools of servers of a language model, not to Services."""
    is_scheduled = service.llm is not None and service.llm.has_scheduler
    return is_scheduled and service.backend is Backend.GATEWAY


def champion_name(service: Service) -> str:
    """Return the name of what serves the champion beside a challenger."""
    return f"{service.name}-{CHAMPION}"


def challenger_name(service: Service) -> str:
    """Return the name of what serves the challenger."""
    return f"{service.name}-{CHALLENGER}"


def arms(service: Service) -> tuple[Arm, ...]:
    """Return the arms of a service, champion first.

    A controller keeps what ran before by itself: then there is one arm, and it has no role.
    """
    rollout = service.rollout
    if is_moved_by(service, *_CONTROLLERS):
        return (Arm(service.name, "", service.image, service.version, is_declared=True),)
    if not rollout.is_staged:
        return (Arm(service.name, CHAMPION, service.image, service.version, is_declared=True),)
    return (
        Arm(
            champion_name(service),
            CHAMPION,
            rollout.champion_image,
            rollout.champion_version,
            is_declared=False,
        ),
        Arm(
            challenger_name(service),
            CHALLENGER,
            service.image,
            service.version,
            is_declared=True,
        ),
    )
