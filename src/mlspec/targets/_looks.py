"""When the controller of a backend looks at a rollout, and how its looks decide.

One place for the objects that are emitted and for `simulate rollout`, so that what is played is
what is compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ir import Backend, Strategy
from mlspec.targets._moves import looks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mlspec.ir import Rollout, RolloutStep

__all__ = [
    "FLAGGER_THRESHOLD",
    "ControllerLooks",
    "StepLooks",
    "controller_looks",
    "flagger_steps",
    "held_minutes",
    "inconclusive_limit",
    "rollouts_step",
]

FLAGGER_THRESHOLD = 1
"""Looks that may go wrong before Flagger goes back: one condition that is not proven is enough."""


@dataclass(frozen=True, slots=True)
class StepLooks:
    """The looks at one step of traffic.

    There are `count` of them, one every `every` minutes; `idle` minutes pass before those of the
    first look begin. `inconclusive` is how many may tell nothing, None where none is counted.
    """

    share: float
    hold_minutes: int
    count: int
    every: int
    idle: int = 0
    inconclusive: int | None = None

    @property
    def first(self) -> int:
        """Return the minutes from the start of the step to its first look."""
        return self.idle + self.every

    @property
    def minutes(self) -> int:
        """Return how long the step takes: as long as it is held, or as its looks need."""
        return max(self.hold_minutes, self.idle + self.count * self.every)


@dataclass(frozen=True, slots=True)
class ControllerLooks:
    """The looks of a controller at a rollout.

    With `is_strict`, a look that proves nothing is a failed one. Traffic goes back `delay` minutes
    after the look that failed.
    """

    steps: tuple[StepLooks, ...]
    is_strict: bool = False
    delay: int = 0


def controller_looks(rollout: Rollout, backend: Backend) -> ControllerLooks | None:
    """Return the looks that are compiled for a backend; None where alerts judge alone.

    Only steps with traffic and looks are listed. A rollout without conditions has no looks.
    """
    found = _LOOKS.get(backend)
    return None if found is None else found(rollout)


def inconclusive_limit(count: int) -> int:
    """Return how many of so many looks may be inconclusive: fewer than half of them.

    Argo Rollouts takes a metric as successful once `count` looks are through and neither limit is
    exceeded, however few of them were good (`assessMetricStatus`).
    """
    return (count - 1) // 2


def rollouts_step(rollout: Rollout, step: RolloutStep) -> StepLooks:
    """Return the looks of Argo Rollouts at a step: windows one after another, at its end.

    Without conditions, or where the step is not held, there are none. What no window fills is a
    pause before them; after a switch of colours, the looks begin at once.
    """
    window = _window(rollout)
    count = looks(step.hold_minutes, window) if window else 0
    rest = max(0, step.hold_minutes - count * window)
    idle = 0 if rollout.strategy is Strategy.BLUE_GREEN else rest
    return StepLooks(
        step.share, step.hold_minutes, count, window, idle, inconclusive_limit(max(count, 1))
    )


def held_minutes(rollout: Rollout) -> int:
    """Return how long Flagger holds each weight of a canary: the longest of its steps, for all."""
    return max(1, *(step.hold_minutes for step in rollout.steps))


def flagger_steps(rollout: Rollout) -> tuple[StepLooks, ...]:
    """Return the looks of Flagger, one per interval: at every weight of a canary, or iteration.

    Flagger promotes after the last weight, so that all traffic is a step only if it is held. After
    the copies of a shadow, all requests go to the challenger for an interval of their own, at the
    end of which Flagger looks once more (`runBlueGreen`).
    """
    match rollout.strategy:
        case Strategy.CANARY:
            held = held_minutes(rollout)
            kept = [each for each in rollout.steps if each.share < 1 or each.hold_minutes]
            return tuple(StepLooks(each.share, held, 1, held) for each in kept)
        case Strategy.BLUE_GREEN:
            preview = max(1, rollout.steps[0].hold_minutes)
            return (StepLooks(0.0, preview, preview, 1),)
        case _:
            return tuple(_iterations(rollout))


def _iterations(rollout: Rollout) -> Iterator[StepLooks]:
    (step,) = rollout.steps
    window = _window(rollout) or 1
    yield StepLooks(step.share, step.hold_minutes, max(1, looks(step.hold_minutes, window)), window)
    if rollout.strategy is Strategy.SHADOW:
        yield StepLooks(1.0, window, 1, window)


def _window(rollout: Rollout) -> int:
    return rollout.analysis[0].window_minutes if rollout.analysis else 0


def _of_rollouts(rollout: Rollout) -> ControllerLooks:
    return ControllerLooks(_looked_at(rollouts_step(rollout, each) for each in rollout.steps))


def _of_flagger(rollout: Rollout) -> ControllerLooks:
    steps = _looked_at(flagger_steps(rollout)) if rollout.analysis else ()
    # the look after the last one that may go wrong finds the threshold reached, and goes back
    delay = FLAGGER_THRESHOLD * max((each.every for each in steps), default=0)
    return ControllerLooks(steps, is_strict=True, delay=delay)


def _looked_at(steps: Iterable[StepLooks]) -> tuple[StepLooks, ...]:
    return tuple(each for each in steps if each.share > 0 and each.count)


_LOOKS: dict[Backend, Callable[[Rollout], ControllerLooks]] = {
    Backend.ROLLOUTS: _of_rollouts,
    Backend.FLAGGER: _of_flagger,
}
