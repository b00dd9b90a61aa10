"""The deployments behind one model: champion alone, or champion and challenger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.ir import Service

__all__ = ["CHALLENGER", "CHAMPION", "Arm", "arms"]

CHAMPION = "champion"
CHALLENGER = "challenger"


@dataclass(frozen=True, slots=True)
class Arm:
    """One deployment of a model. `name` is the name of its objects.

    `is_declared` arms run the artifact that the spec declares; the champion of a rollout runs
    what its image holds.
    """

    name: str
    role: str
    image: str
    version: str
    is_declared: bool


def arms(service: Service) -> tuple[Arm, ...]:
    """Return the arms of a service, champion first."""
    rollout = service.rollout
    if not rollout.is_staged:
        return (Arm(service.name, CHAMPION, service.image, service.version, is_declared=True),)
    return (
        Arm(
            f"{service.name}-{CHAMPION}",
            CHAMPION,
            rollout.champion_image,
            rollout.champion_version,
            is_declared=False,
        ),
        Arm(
            f"{service.name}-{CHALLENGER}",
            CHALLENGER,
            service.image,
            service.version,
            is_declared=True,
        ),
    )
