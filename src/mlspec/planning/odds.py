"""What the looks at a rollout find out: chances to promote a bad model, to abort a good one.

Comes in: the rollout as targets see it, its backend, the traffic, and two error rates. Goes out:
for a good and for a bad model, step by step, how often the rollout passes, is aborted, or is held
unproven. What looks, when, and how it decides is what is compiled for the backend. Only
conditions on `error-share` are simulated: a spec says nothing about how latencies are distributed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.targets import StepLooks, controller_looks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.ir import Backend, Rollout

__all__ = [
    "RUNS",
    "Chances",
    "Judge",
    "RolloutOdds",
    "StepOdds",
    "Traffic",
    "rollout_odds",
    "watches_of",
]

RUNS = 4000
_MOST_LOOKS = 4320
_HALF, _MOST = 0.5, 0.9


class Judge(StrEnum):
    """Who looks at a rollout."""

    ALERTS = "alerts"
    """Those of Prometheus, again and again; a person, or a job, gives a step more traffic."""
    ANALYSIS_RUNS = "analysis-runs"
    """Argo Rollouts: so many looks per step, each at a window of its own."""
    CANARY = "canary"
    """Flagger: one look per interval, which goes back unless every condition is proven."""


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
    """A step that is judged, with its looks.

    `requests` are those that one look at a full window expects.
    """

    looks: StepLooks
    requests: float
    good: Chances
    bad: Chances


@dataclass(frozen=True, slots=True)
class RolloutOdds:
    """The odds of a whole rollout, as its backend judges it.

    `minutes_to_abort` are those until half, and nine in ten, of the aborted bad models are; None
    where no rollout was aborted. None is earlier than `earliest_abort`. `unsimulated` are the
    conditions on something else than errors.
    """

    backend: Backend
    judge: Judge
    steps: tuple[StepOdds, ...]
    window_minutes: int
    look_minutes: int
    earliest_abort: int
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


def rollout_odds(
    rollout: Rollout, backend: Backend, traffic: Traffic, *, seed: int
) -> RolloutOdds | None:
    """Return the odds, or None where no step with traffic is judged by its error share."""
    watches = watches_of(rollout)
    plan = _looked_at(rollout, backend) if watches else None
    if plan is None or not plan.steps:
        return None
    case = _Case(plan, tuple(watches.values()), traffic, seed)
    good, bad = case.paths(traffic.error_rate), case.paths(traffic.bad_error_rate)
    return RolloutOdds(
        backend=backend,
        judge=plan.judge,
        steps=tuple(case.step(place, good, bad) for place in range(len(plan.steps))),
        window_minutes=plan.window,
        look_minutes=max(each.every for each in plan.steps),
        earliest_abort=plan.steps[0].first + plan.delay,
        minutes_to_abort=case.minutes_to_abort(bad),
        simulated=tuple(watches),
        unsimulated=tuple(each.id for each in rollout.analysis if each.id not in watches),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """The looks at a rollout, whoever takes them.

    A look counts the requests of `reach` times the minutes that each step counts between looks.
    """

    judge: Judge
    steps: tuple[StepLooks, ...]
    window: int
    rule: stats.LookRule
    reach: int = 1
    delay: int = 0

    def counted(self, step: StepLooks) -> int:
        """Return the minutes of a step whose requests one interval of the simulation counts."""
        return min(step.every, self.window)

    def minutes(self) -> list[int]:
        """Return for each look the minutes from the start of the first step to its end."""
        found, start = [], 0
        for step in self.steps:
            found += [start + step.idle + step.every * (look + 1) for look in range(step.count)]
            start += step.minutes
        return found


def _looked_at(rollout: Rollout, backend: Backend) -> _Plan:
    """Return the looks of the backend's controller, or those of the compiled alerts."""
    window = min(each.window_minutes for each in rollout.analysis)
    found = controller_looks(rollout, backend)
    if found is None:
        return _alerts(rollout, window)
    if found.is_strict:
        rule = stats.LookRule.UNPROVEN
        return _Plan(Judge.CANARY, found.steps, window, rule, delay=found.delay)
    rule = stats.LookRule.BEYOND if rollout.abort_on_failure else stats.LookRule.NONE
    return _Plan(Judge.ANALYSIS_RUNS, found.steps, window, rule)


def _alerts(rollout: Rollout, window: int) -> _Plan:
    held = [each for each in rollout.steps if each.share > 0 and each.hold_minutes > 0]
    look = _look_minutes(sum(each.hold_minutes for each in held), window)
    steps = tuple(
        StepLooks(each.share, each.hold_minutes, max(1, each.hold_minutes // look), look)
        for each in held
    )
    return _Plan(Judge.ALERTS, steps, window, stats.LookRule.BEYOND, window // look)


def _look_minutes(minutes: int, window: int) -> int:
    """Return the minutes between two looks: one, or a divisor of the window for long rollouts."""
    wanted = max(1, math.ceil(minutes / _MOST_LOOKS))
    return next((each for each in range(wanted, window) if window % each == 0), window)


@dataclass(frozen=True, slots=True)
class _Case:
    plan: _Plan
    watches: tuple[stats.Watch, ...]
    traffic: Traffic
    seed: int

    def paths(self, share: float) -> list[stats.RolloutPath]:
        plan = self.plan
        steps = (
            stats.LookedStep(
                self._requests(each, plan.counted(each)), each.count, each.inconclusive
            )
            for each in plan.steps
        )
        looks = stats.LookPlan(tuple(steps), plan.reach, plan.rule)
        return stats.simulate_paths(looks, share, self.watches, runs=RUNS, seed=self.seed)

    def _requests(self, step: StepLooks, minutes: float) -> float:
        return self.traffic.requests_per_second * 60 * step.share * minutes

    def step(
        self, place: int, good: Sequence[stats.RolloutPath], bad: Sequence[stats.RolloutPath]
    ) -> StepOdds:
        step = self.plan.steps[place]
        requests = self._requests(step, min(self.plan.window, step.minutes))
        return StepOdds(
            step,
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
        ends = self.plan.minutes()
        half, most = (looks[math.ceil(share * len(looks)) - 1] for share in (_HALF, _MOST))
        return ends[half - 1] + self.plan.delay, ends[most - 1] + self.plan.delay
