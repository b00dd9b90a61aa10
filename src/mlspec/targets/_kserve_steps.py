"""The states of an InferenceService that a rollout goes through: one file, and one commit, each.

Standard mode: the champion is the predictor and the challenger its canary, until the predictor
becomes the challenger too and the canary goes. So no name of a Deployment changes, at which KServe
would stop the old pods before the new ones are ready. Knative mode: KServe keeps the revision that
had all traffic, so each state is the challenger with a share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from mlspec.capabilities import capability
from mlspec.ir import Strategy
from mlspec.targets._gateway_api_steps import staged_steps
from mlspec.targets._moves import percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Platform, Rollout, Service

__all__ = ["State", "is_canary_routed", "knative_states", "standard_states"]


@dataclass(frozen=True, slots=True)
class State:
    """One state: who is the predictor, and which share the challenger beside it has.

    `percent` is None where the predictor is alone. `replicas` are those of the predictor and of
    the challenger, at least.
    """

    name: str
    summary: str
    is_promoted: bool = False
    percent: int | None = None
    replicas: tuple[int, int] = (0, 0)
    hold_minutes: int = 0


def is_canary_routed(platform: Platform) -> bool:
    """Tell whether a canary of Standard mode gets requests in the version that runs."""
    return capability("kserve", Strategy.CANARY.value, platform, "standard").is_possible


def standard_states(service: Service, platform: Platform) -> tuple[State, ...]:
    """Return the states of a staged rollout in Standard mode, in order."""
    rollout, least = service.rollout, service.replicas_minimum
    states = [State("champion", "the champion answers everything; go back to here.")]
    if not is_canary_routed(platform):
        states += _unrouted(rollout, least)
    else:
        states += [_shared(step, least) for step in _moves(rollout)]
        states.append(_replaced(least))
    return (*states, _LAST)


_LAST = State(
    "challenger", "the challenger is all there is; the champion is gone.", is_promoted=True
)


def _unrouted(rollout: Rollout, least: int) -> Iterator[State]:
    """The challenger is looked at, without requests of clients, and then replaces the champion."""
    preview = rollout.steps[0]
    yield State(
        "preview",
        "the challenger is up and gets no request; go back to the champion if it does not start.",
        percent=0,
        replicas=(_both(least), max(1, least)),
        hold_minutes=preview.hold_minutes,
    )


def _moves(rollout: Rollout) -> Iterator[State]:
    """Yield the steps that have a share, without the champion alone before and after them."""
    for step in staged_steps(rollout):
        is_alone = step.name == "champion" or (
            step.name == "challenger" and rollout.strategy is Strategy.SPLIT
        )
        if not is_alone:
            share = percent(step.share)
            yield State(step.name, step.summary, percent=share, hold_minutes=step.hold_minutes)


def _shared(step: State, least: int) -> State:
    share = step.percent or 0
    is_switched = step.name in ("preview", "switch")
    arm = max(1, least if is_switched else ceil(least * share / 100))
    # KServe takes the replicas of a ready canary from those of the predictor.
    kept = max(1, least if is_switched else ceil(least * (100 - share) / 100))
    return replace(step, replicas=(kept + arm, arm))


def _replaced(least: int) -> State:
    return State(
        "replace",
        "the predictor becomes the challenger, behind the canary that answers everything; "
        "go on when it is ready.",
        is_promoted=True,
        percent=100,
        replicas=(_both(least), max(1, least)),
    )


def _both(least: int) -> int:
    return 2 * max(1, least)


def knative_states(service: Service) -> tuple[State, ...]:
    """Return the states of a rollout in Knative mode, in order."""
    waiting = State(
        "waiting",
        "the challenger is up without traffic, at the tag `latest`; go back to here.",
        percent=0,
    )
    moved = list(_moves(service.rollout))
    states = moved if moved[0].percent == 0 else [waiting, *moved]
    return (*states, _LAST)
