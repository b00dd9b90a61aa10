"""What the alerts of a rollout find out: chances to promote a bad model, to abort a good one.

Comes in: the rollout as targets see it, the traffic, and two error rates. Goes out: for a good and
for a bad model, step by step, how often the rollout passes, is aborted, or is held unproven. Only
conditions on `error-share` are simulated: a spec says nothing about how latencies are distributed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.ir import Rollout, RolloutStep

__all__ = ["RUNS", "Chances", "RolloutOdds", "StepOdds", "Traffic", "rollout_odds", "watches_of"]

RUNS = 4000
_MOST_LOOKS = 4320
_HALF, _MOST = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests per second to the model as a whole, and the error shares to tell apart."""

    requests_per_second: float
    error_rate: float
    bad_error_rate: float


@dataclass(frozen=True, slots=True)
class Chances:
    """Of all simulated rollouts, the shares that end in a step or get past it.

    `one_look_fails` and `one_look_proves` are the exact chances of a single look at a full window.
    """

    aborted: float
    held: float
    passed: float
    one_look_fails: float
    one_look_proves: float


@dataclass(frozen=True, slots=True)
class StepOdds:
    """A step that is judged; `requests` are those that a look at a full window expects."""

    share: float
    hold_minutes: int
    requests: float
    good: Chances
    bad: Chances


@dataclass(frozen=True, slots=True)
class RolloutOdds:
    """The odds of a whole rollout.

    `minutes_to_abort` are those until half, and nine in ten, of the aborted bad models are; None
    where no rollout was aborted. `unsimulated` are the conditions on something else than errors.
    """

    steps: tuple[StepOdds, ...]
    window_minutes: int
    look_minutes: int
    minutes_to_abort: tuple[int, int] | None
    simulated: tuple[str, ...]
    unsimulated: tuple[str, ...]

    @property
    def bad_promoted(self) -> float:
        """The share of bad models that get past every step."""
        return self.steps[-1].bad.passed

    @property
    def good_aborted(self) -> float:
        """The share of good models that are aborted."""
        return sum(each.good.aborted for each in self.steps)

    @property
    def good_promoted(self) -> float:
        """The share of good models that get past every step."""
        return self.steps[-1].good.passed

    @property
    def bad_aborted(self) -> float:
        """The share of bad models that are aborted."""
        return sum(each.bad.aborted for each in self.steps)


def watches_of(rollout: Rollout) -> dict[str, stats.Watch]:
    """Return the conditions on the error share, by id."""
    return {
        each.id: stats.Watch(each.at_most, each.minimum_requests)
        for each in rollout.analysis
        if each.metric == "error-share" and each.at_most is not None
    }


def rollout_odds(rollout: Rollout, traffic: Traffic, *, seed: int) -> RolloutOdds | None:
    """Return the odds, or None where no step with traffic is judged by its error share."""
    steps = [each for each in rollout.steps if each.share > 0 and each.hold_minutes > 0]
    watches = watches_of(rollout)
    if not steps or not watches:
        return None
    window = min(each.window_minutes for each in rollout.analysis)
    look = _look_minutes(sum(each.hold_minutes for each in steps), window)
    case = _Case(steps, tuple(watches.values()), traffic, window, look, seed)
    good, bad = case.paths(traffic.error_rate), case.paths(traffic.bad_error_rate)
    return RolloutOdds(
        steps=tuple(case.step(place, good, bad) for place in range(len(steps))),
        window_minutes=window,
        look_minutes=look,
        minutes_to_abort=case.minutes_to_abort(bad),
        simulated=tuple(watches),
        unsimulated=tuple(each.id for each in rollout.analysis if each.id not in watches),
    )


def _look_minutes(minutes: int, window: int) -> int:
    """Return the minutes between two looks: one, or a divisor of the window for long rollouts."""
    wanted = math.ceil(minutes / _MOST_LOOKS)
    return next((each for each in range(wanted, window) if window % each == 0), window)


@dataclass(frozen=True, slots=True)
class _Case:
    steps: Sequence[RolloutStep]
    watches: tuple[stats.Watch, ...]
    traffic: Traffic
    window: int
    look: int
    seed: int

    def paths(self, share: float) -> list[stats.RolloutPath]:
        return stats.simulate_paths(
            [(self._requests(each, self.look), self._looks(each)) for each in self.steps],
            share,
            self.watches,
            window=self.window // self.look,
            runs=RUNS,
            seed=self.seed,
        )

    def _looks(self, step: RolloutStep) -> int:
        return max(1, step.hold_minutes // self.look)

    def _requests(self, step: RolloutStep, minutes: float) -> float:
        return self.traffic.requests_per_second * 60 * step.share * minutes

    def step(
        self, place: int, good: Sequence[stats.RolloutPath], bad: Sequence[stats.RolloutPath]
    ) -> StepOdds:
        step = self.steps[place]
        requests = self._requests(step, min(self.window, step.hold_minutes))
        return StepOdds(
            step.share,
            step.hold_minutes,
            requests,
            self._chances(place, good, self.traffic.error_rate, requests),
            self._chances(place, bad, self.traffic.bad_error_rate, requests),
        )

    def _chances(
        self, place: int, paths: Sequence[stats.RolloutPath], share: float, requests: float
    ) -> Chances:
        here = [each for each in paths if each.step == place]
        aborted = sum(each.looks is not None for each in here)
        held = sum(each.held for each in here)
        ended = sum(each.held or each.looks is not None for each in paths if each.step <= place)
        fails = (stats.chance_failed(share, each, requests) for each in self.watches)
        proves = (stats.chance_proven(share, each, requests) for each in self.watches)
        # one stream of requests: what fails a strict limit is part of what fails a loose one
        return Chances(
            aborted / len(paths),
            held / len(paths),
            1 - ended / len(paths),
            max(fails),
            min(proves),
        )

    def minutes_to_abort(self, paths: Sequence[stats.RolloutPath]) -> tuple[int, int] | None:
        looks = sorted(each.looks for each in paths if each.looks is not None)
        if not looks:
            return None
        half, most = (looks[math.ceil(share * len(looks)) - 1] for share in (_HALF, _MOST))
        return half * self.look, most * self.look
