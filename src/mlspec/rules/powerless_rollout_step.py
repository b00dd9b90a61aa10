"""A step of a rollout sees too few requests to prove anything.

What it does
Checks, where `serving.requestsPerSecond` is stated, that the requests that a condition on
`error-share` looks at in each step are enough to prove its limit when not a single one fails: at
least `minimumRequests`, and so many that the upper end of the 95 % Wilson interval of no error is
within `atMost`. A condition looks at the traffic of the shortest step, and at 60 minutes at most.

Why is this bad?
Such a step ends undecided whatever the model does: it is held, or somebody lets it through without
having learnt anything. The hint names the step length that proves a model with half of the
allowed errors in four of five cases. `mlspec simulate rollout` tells the chances of every step.

Bad
    kind: Model
    spec:
      serving:
        requestsPerSecond: 0.5
      rollout:
        steps:
          - {share: 0.05, holdMinutes: 60}
          - {share: 1, holdMinutes: 0}
        analysis:
          - {id: errors, metric: error-share, atMost: 0.01}

Good
    kind: Model
    spec:
      serving:
        requestsPerSecond: 15
      rollout:
        steps:
          - {share: 0.05, holdMinutes: 60}
          - {share: 1, holdMinutes: 0}
        analysis:
          - {id: errors, metric: error-share, atMost: 0.01}

References
- E. B. Wilson, Journal of the American Statistical Association 22 (1927), pages 209-212
- J. A. Hanley and A. Lippman-Hand, JAMA 249 (1983), pages 1743-1745: if nothing goes wrong
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of, rollout_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.rules._specs import Strategy
    from mlspec.stats import Watch
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_POWER = 0.8
_BETTER = 0.5
_LENGTHS = {"shadow": "holdMinutes", "blue-green": "keepMinutes", "a-b": "durationDays"}


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each step of the model's rollout, its own or its policy's, that proves nothing."""
    serving = model_of(resource).serving
    rollout, place = rollout_of(resource, workspace)
    if rollout is None or serving is None or not serving.requests_per_second:
        return
    limits = [
        (each.id, each.at_most, each.minimum_requests)
        for each in rollout.analysis
        if each.metric == "error-share" and each.at_most
    ]
    for step in _steps(rollout, serving.requests_per_second) if limits else ():
        for check_id, limit, minimum in limits:
            if step.requests < _needed(limit, minimum):
                path = (*place, *step.path) if place[-1] == "rollout" else place
                yield _finding(resource, path, step, check_id, _watch(limit, minimum))


@dataclass(frozen=True, slots=True)
class _Step:
    share: float
    window: int
    per_minute: float
    path: Path

    @property
    def requests(self) -> float:
        return self.per_minute * self.window


def _steps(rollout: Strategy, requests_per_second: float) -> Iterator[_Step]:
    """Yield the steps that have traffic and time, with the minutes that are looked at in them."""
    from mlspec.kinds.rollout_policy import steps_of, window_of

    steps = steps_of(rollout)
    for index, (share, minutes) in enumerate(steps):
        if share > 0 and minutes > 0:
            seen = min(window_of(steps), minutes)
            yield _Step(share, seen, requests_per_second * 60 * share, _path(rollout, index))


def _path(rollout: Strategy, index: int) -> Path:
    if rollout.strategy == "canary":
        return ("steps", index, "holdMinutes")
    return (_LENGTHS[rollout.strategy],)


def _watch(limit: float, minimum: int) -> Watch:
    from mlspec.stats import Watch

    return Watch(limit, minimum)


@lru_cache(maxsize=256)  # many models have one policy
def _needed(limit: float, minimum: int) -> float:
    from mlspec.stats import requests_to_prove

    return requests_to_prove(_watch(limit, minimum))


def _finding(resource: Resource, path: Path, step: _Step, check_id: str, watch: Watch) -> Finding:
    needed = _needed(watch.limit, watch.minimum)
    return Finding(
        resource,
        path,
        f"a share of {step.share:g} gets about {_count(step.requests)} in {step.window} minutes, "
        f"but `{check_id}` needs at least {needed:,.0f}, all without an error, to be proven",
        hint=_hint(step, watch),
    )


def _hint(step: _Step, watch: Watch) -> str:
    from mlspec.kinds.rollout_policy import LONGEST_WINDOW
    from mlspec.stats import rows_for_share

    wanted = rows_for_share(watch.limit * _BETTER, watch.limit, level=watch.level, power=_POWER)
    wanted = max(wanted, watch.minimum)
    minutes = math.ceil(wanted / step.per_minute)
    if minutes <= LONGEST_WINDOW:
        return f"hold this and every other step for at least {minutes} minutes"
    share = wanted / (step.per_minute / step.share * LONGEST_WINDOW)
    if share <= 1:
        return (
            f"at most {LONGEST_WINDOW} minutes are looked at: hold every step for as long, and "
            f"give it a share of at least {math.ceil(100 * share) / 100:g}"
        )
    return (
        f"not even all traffic of {LONGEST_WINDOW} minutes is enough: raise `atMost`, or judge "
        "the errors by a gate on the whole evaluation instead"
    )


def _count(requests: float) -> str:
    return f"{requests:,.0f} requests" if requests >= 1 else "less than one request"


RULE = Rule("MLS419", "powerless-rollout-step", Severity.WARNING, ("Model",), check)
