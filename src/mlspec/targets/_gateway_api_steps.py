"""The routes that a rollout goes through, in order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from mlspec.ir import Strategy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Rollout

__all__ = ["RouteStep", "fraction", "route_steps", "staged_steps"]

_DENOMINATORS = (100, 1000, 10_000, 100_000, 1_000_000)
"""A weight is at most a million."""


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One state of the route: the challenger's share of answers, and of copied requests."""

    name: str
    summary: str
    share: float
    mirrored: float | None = None
    header: str = ""
    hold_minutes: int = 0


def route_steps(rollout: Rollout) -> tuple[RouteStep, ...]:
    """Return the states of the route; one where nothing is rolled out."""
    if not rollout.is_staged:
        return (RouteStep("route", "all requests go to the model.", 0.0),)
    return tuple(staged_steps(rollout))


def staged_steps(rollout: Rollout) -> Iterator[RouteStep]:
    """Yield the states of a rollout, whether or not the spec names what ran before."""
    match rollout.strategy:
        case Strategy.BLUE_GREEN:
            yield from _blue_green(rollout)
        case Strategy.CANARY:
            yield _CHAMPION
            yield from _canary(rollout)
        case Strategy.SHADOW:
            yield _CHAMPION
            yield from _shadow(rollout)
            yield _CHALLENGER
        case Strategy.SPLIT:
            yield _CHAMPION
            yield from _split(rollout)
            yield _CHALLENGER
        case Strategy.NONE:
            return


_CHAMPION = RouteStep("champion", "the champion answers everything; go back to here.", 0.0)
_CHALLENGER = RouteStep("challenger", "the challenger is promoted and answers everything.", 1.0)


def _blue_green(rollout: Rollout) -> Iterator[RouteStep]:
    preview, switched = rollout.steps
    yield RouteStep(
        "preview",
        "the challenger is up without traffic; go back to here.",
        0.0,
        hold_minutes=preview.hold_minutes,
    )
    yield RouteStep(
        "switch",
        "the challenger answers everything; the champion stays up.",
        1.0,
        hold_minutes=switched.hold_minutes,
    )


def _canary(rollout: Rollout) -> Iterator[RouteStep]:
    for step in rollout.steps:
        percent = _percent(step.share)
        summary = f"the challenger answers {percent} % of the requests."
        yield RouteStep(f"{percent}-percent", summary, step.share, hold_minutes=step.hold_minutes)


def _shadow(rollout: Rollout) -> Iterator[RouteStep]:
    for step in rollout.steps:
        summary = f"the challenger gets a copy of {_percent(step.share)} % of the requests."
        yield RouteStep("shadow", summary, 0.0, step.share, hold_minutes=step.hold_minutes)


def _split(rollout: Rollout) -> Iterator[RouteStep]:
    for step in rollout.steps:
        summary = f"arm B, the challenger, answers {_percent(step.share)} % of the requests."
        yield RouteStep(
            "split", summary, step.share, header=rollout.header, hold_minutes=step.hold_minutes
        )


def fraction(share: float) -> tuple[int, int]:
    """Return a share as numerator and denominator: exact with the smallest power of ten.

    A share with more than six digits is rounded, but never to nothing or to everything.
    """
    exact = Decimal(repr(share))
    for denominator in _DENOMINATORS:
        numerator = exact * denominator
        if numerator == numerator.to_integral_value():
            return int(numerator), denominator
    largest = _DENOMINATORS[-1]
    nearest = int((exact * largest).to_integral_value(ROUND_HALF_EVEN))
    return min(max(nearest, 1), largest - 1), largest


def _percent(share: float) -> str:
    numerator, denominator = fraction(share)
    return f"{Decimal(numerator * 100) / Decimal(denominator):f}"
