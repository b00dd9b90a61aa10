"""What a rollout asks of its backend, and in which words times and shares are written."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mlspec.capabilities import capability
from mlspec.ir import Backend, Strategy

if TYPE_CHECKING:
    from mlspec.ir import Platform, Rollout, Service

__all__ = ["deciding", "is_possible", "looks", "minutes", "percent", "timespan"]

_HOUR = 60


def is_possible(service: Service, platform: Platform) -> bool:
    """Tell whether the backend of a service does its rollout; if not, nothing is emitted."""
    is_llm = service.llm is not None and service.backend is Backend.KSERVE
    mode = "llm" if is_llm else ""
    cell = capability(service.backend.value, service.rollout.word, platform, mode)
    return cell.is_possible


def deciding(rollout: Rollout) -> tuple[str, ...]:
    """Return the note of what decides an experiment; none for what is not one."""
    if rollout.strategy is not Strategy.SPLIT:
        return ()
    least = f"{rollout.minimum_samples} request{'s' * (rollout.minimum_samples != 1)}"
    return (f"`{rollout.outcome}` decides, and not before each arm has answered {least}.",)


def looks(hold_minutes: int, window_minutes: int) -> int:
    """Return how many windows fit into a step: at least one, unless it is not held at all."""
    return max(1, hold_minutes // window_minutes) if hold_minutes else 0


def percent(share: float) -> int:
    """Return a share as a whole per cent; never nothing, unless it is nothing."""
    exact = Decimal(repr(share)) * 100
    return max(1, int(exact.to_integral_value())) if share else 0


def minutes(count: int) -> str:
    """Return a number of minutes as a duration; Flagger reads no hours."""
    return f"{count}m"


def timespan(count: int) -> str:
    """Return a number of minutes as Go writes a duration: in hours where that is exact."""
    return f"{count // _HOUR}h" if count and count % _HOUR == 0 else minutes(count)
