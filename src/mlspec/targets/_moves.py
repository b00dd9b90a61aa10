"""What a rollout asks of its backend, and in which words times and shares are written."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from mlspec.capabilities import capability
from mlspec.ir import Backend, Strategy

if TYPE_CHECKING:
    from mlspec.ir import Platform, Rollout, Service

__all__ = [
    "deciding",
    "first_release",
    "is_first_release",
    "is_possible",
    "looks",
    "minutes",
    "percent",
    "timespan",
]

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


def first_release(service: Service, platform: Platform) -> tuple[str, ...]:
    """Return the note of a release that its rollout does not slow down; none for others."""
    if not is_first_release(service, platform):
        return ()
    note = (
        "The spec names no `champion`, so this is a first release: it answers every request, and "
        f"no {service.rollout.word} is compiled. Steps are compiled for the next release, whose "
        "spec says in `champion` what serves by then."
    )
    return (note,)


def is_first_release(service: Service, platform: Platform) -> bool:
    """Tell whether a rollout is declared, and nothing that it could begin from.

    Argo Rollouts, Flagger and KServe in Knative mode remember what they served before. Who moves
    traffic by hand needs a spec that says what that is.
    """
    is_by_revision = service.backend is Backend.KSERVE and platform.kserve_mode == "knative"
    is_remembered = service.backend in (Backend.ROLLOUTS, Backend.FLAGGER) or (
        is_by_revision and service.llm is None
    )
    is_declared = service.rollout.strategy is not Strategy.NONE
    return is_declared and not is_remembered and not service.rollout.is_staged


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
