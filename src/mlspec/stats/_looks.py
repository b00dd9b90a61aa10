"""Looks at an error share: what one of them finds, and what many overlapping ones do.

A look counts the requests and errors of the last minutes and takes the Wilson interval of their
share. It fails when even the lower end is above the limit, and is proven when the upper end is at
most the limit: the rule of the alerts that judge a rollout.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import TYPE_CHECKING

from mlspec.stats._intervals import two_sided_z, wilson
from mlspec.stats._special import beta_cdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import numpy.typing as npt

    from mlspec.stats._arrays import FloatVector

    IntMatrix = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

__all__ = [
    "LookRule",
    "LookedStep",
    "RolloutPath",
    "Watch",
    "chance_failed",
    "chance_proven",
    "requests_to_prove",
    "simulate_paths",
]

_AT_ONCE = 1 << 21
_WIDE = 12
_MANY = 20_000


@dataclass(frozen=True, slots=True)
class Watch:
    """A limit for the error share; a look says nothing on fewer requests than the minimum."""

    limit: float
    minimum: int = 0
    level: float = 0.95


class LookRule(StrEnum):
    """Which looks end a rollout by themselves."""

    BEYOND = "beyond"
    """Those whose lower end is above the limit."""
    UNPROVEN = "unproven"
    """All that do not prove every limit."""
    NONE = "none"
    """No look does: one beyond the limit is one that could not tell."""


@dataclass(frozen=True, slots=True)
class LookedStep:
    """A step: the requests expected between two looks, and the number of looks.

    The step is held once more than `inconclusive` looks of one watch could not tell. Where that is
    None, it is held at its end, unless its last look proves every limit.
    """

    requests: float
    looks: int
    inconclusive: int | None = None


@dataclass(frozen=True, slots=True)
class LookPlan:
    """All looks at a rollout.

    A look counts the requests of the last `window` intervals between looks, and reaches into the
    step before. `rule` says which looks end the rollout; of one that also holds the step, it has
    failed.
    """

    steps: tuple[LookedStep, ...]
    window: int = 1
    rule: LookRule = LookRule.BEYOND

    @property
    def count(self) -> int:
        """Return the number of looks."""
        return sum(step.looks for step in self.steps)


@dataclass(frozen=True, slots=True)
class RolloutPath:
    """What happened to one simulated rollout.

    `step` is the last step that it was in, from 0. `looks` is the number of looks from its start
    to the one that failed, None where none did; `held` tells that the step was not proven.
    """

    step: int
    looks: int | None = None
    held: bool = False


def requests_to_prove(watch: Watch) -> float:
    """Return the requests below which not even none failing proves the limit.

    Wilson's upper end of 0 errors is z^2 / (n + z^2) <= T, so n = z^2 (1 - T) / T; at least the
    minimum of the watch. Infinite for a limit of 0.
    """
    if not watch.limit > 0:
        return math.inf
    square = two_sided_z(watch.level) ** 2
    needed = math.ceil(round(square * (1 - watch.limit) / watch.limit, 9))
    return max(needed, watch.minimum, 1)


def chance_failed(share: float, watch: Watch, expected: float) -> float:
    """Return the exact chance that one look fails: P(lower end > limit).

    The number of requests is a Poisson count with the expected mean, that of errors a binomial one.
    """
    return _over_counts(share, watch, expected, _failed)


def chance_proven(share: float, watch: Watch, expected: float) -> float:
    """Return the exact chance that one look proves the limit: P(upper end <= limit)."""
    return _over_counts(share, watch, expected, _proven)


def _failed(share: float, watch: Watch, rows: int) -> float:
    fewest = _first(rows, lambda k: wilson(k, rows, level=watch.level).lower > watch.limit)
    return _at_least(fewest, share, rows)


def _proven(share: float, watch: Watch, rows: int) -> float:
    fewest = _first(rows, lambda k: wilson(k, rows, level=watch.level).upper > watch.limit)
    return 1.0 - _at_least(fewest, share, rows)


def _over_counts(
    share: float, watch: Watch, expected: float, chance: Callable[[float, Watch, int], float]
) -> float:
    """Average a chance over the number of requests; where there are many, that varies little."""
    least = max(watch.minimum, 1)
    if expected > _MANY:
        return chance(share, watch, round(expected)) if expected >= least else 0.0
    if not expected > 0:
        return 0.0
    reach = _WIDE * (math.sqrt(expected) + 1) / 2
    total = 0.0
    for rows in range(max(least, math.floor(expected - reach)), math.ceil(expected + reach) + 1):
        weight = math.exp(rows * math.log(expected) - expected - math.lgamma(rows + 1))
        total += weight * chance(share, watch, rows)
    return min(total, 1.0)


def _first(rows: int, holds: Callable[[int], bool]) -> int:
    """Return the smallest count for which something holds that stays so; rows + 1 if none."""
    low, high = -1, rows + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _at_least(fewest: int, share: float, rows: int) -> float:
    """Return P(X >= fewest) of a binomial count, a beta probability."""
    if fewest <= 0:
        return 1.0
    if fewest > rows or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    return beta_cdf(share, fewest, rows - fewest + 1)


def simulate_paths(
    plan: LookPlan, share: float, watches: Sequence[Watch], *, runs: int, seed: int
) -> list[RolloutPath]:
    """Return what becomes of rollouts whose requests fail with a chance of `share`.

    Args:
        plan: the steps of the rollout with their looks.
        share: the true error share.
        watches: what every look judges.
        runs: rollouts to simulate.
        seed: of PCG64, whose raw output numpy guarantees: the same paths everywhere.

    Requests and errors of an interval are Poisson counts, drawn by inverting their distribution.
    """
    import numpy as np

    bits, paths, chunk = np.random.PCG64(seed), [], max(1, _AT_ONCE // max(plan.count, 1))
    means = [(step.requests, step.looks) for step in plan.steps]
    for start in range(0, runs, chunk):
        rows = min(chunk, runs - start)
        errors = _counts(bits, rows, [(mean * share, looks) for mean, looks in means])
        rest = _counts(bits, rows, [(mean * (1 - share), looks) for mean, looks in means])
        seen = _windowed(errors, plan.window), _windowed(errors + rest, plan.window)
        paths += _paths(*_ended([_judged(*seen, each) for each in watches], plan), plan)
    return paths


def _counts(bits: np.random.PCG64, rows: int, steps: Sequence[tuple[float, int]]) -> IntMatrix:
    import numpy as np

    drawn = []
    for mean, count in steps:
        raw = bits.random_raw(rows * count).reshape(rows, count)
        drawn.append(_poisson(mean, np.multiply(raw >> np.uint64(11), 2.0**-53, dtype=np.float64)))
    return np.concatenate(drawn, axis=1)


def _poisson(mean: float, uniform: FloatVector) -> IntMatrix:
    """Invert the distribution function: the count at which it first exceeds the uniform number."""
    import numpy as np

    if not mean > 0:
        return np.zeros(uniform.shape, dtype=np.int64)
    reach = _WIDE * (math.sqrt(mean) + 1)
    lowest = max(0, math.floor(mean - reach))
    counts = np.arange(lowest + 1, math.ceil(mean + reach) + 1)
    first = lowest * math.log(mean) - mean - math.lgamma(lowest + 1)
    logs = np.concatenate([[first], first + np.cumsum(math.log(mean) - np.log(counts))])
    return lowest + np.searchsorted(np.cumsum(np.exp(logs)), uniform, side="right")


def _windowed(counts: IntMatrix, window: int) -> IntMatrix:
    import numpy as np

    total = np.cumsum(counts, axis=1)
    total[:, window:] -= total[:, :-window].copy()
    return total


def _judged(errors: IntMatrix, requests: IntMatrix, watch: Watch) -> tuple[Flags, Flags]:
    """Tell for each look whether a watch fails, and whether it is proven."""
    import numpy as np

    square = two_sided_z(watch.level) ** 2
    spread = errors * ((requests - errors) / np.maximum(requests, 1)) + square / 4
    reach = np.sqrt(square * spread)
    limit = watch.limit * (requests + square)
    enough = requests >= max(watch.minimum, 1)
    failed = enough & (errors + square / 2 - reach > limit)
    return failed, enough & (errors + square / 2 + reach <= limit)


def _ended(judged: Sequence[tuple[Flags, Flags]], plan: LookPlan) -> tuple[Flags, Flags]:
    """Tell for each look whether it fails the rollout, and whether it leaves the step held."""
    import numpy as np

    beyond = np.any([failed for failed, _ in judged], axis=0)
    unproven = ~np.all([proven for _, proven in judged], axis=0)
    untold = [~proven & ~failed for failed, proven in judged]
    if plan.rule is LookRule.NONE:
        beyond, untold = np.zeros_like(beyond), [~proven for _, proven in judged]
    return (unproven if plan.rule is LookRule.UNPROVEN else beyond), _held(untold, unproven, plan)


def _held(untold: Sequence[Flags], unproven: Flags, plan: LookPlan) -> Flags:
    """Tell for each look whether its step is held there."""
    import numpy as np

    held, start = np.zeros_like(unproven), 0
    for step in plan.steps:
        end = start + step.looks
        if step.inconclusive is None:
            held[:, end - 1] = unproven[:, end - 1]
        else:
            counted = [np.cumsum(each[:, start:end], axis=1) for each in untold]
            held[:, start:end] = np.max(counted, axis=0) > step.inconclusive
        start = end
    return held


def _paths(failing: Flags, held: Flags, plan: LookPlan) -> list[RolloutPath]:
    """Return how each rollout ended: by the first look that fails it or leaves it held."""
    import numpy as np

    ends = list(accumulate(step.looks for step in plan.steps))
    ended = failing | held
    firsts = ended.argmax(axis=1)
    failed: list[bool] = np.take_along_axis(failing, firsts[:, None], axis=1)[:, 0].tolist()
    is_ended: list[bool] = np.asarray(ended.any(axis=1)).tolist()
    return [
        _path(first, ends, failed=is_failed) if has_ended else RolloutPath(len(ends) - 1)
        for first, is_failed, has_ended in zip(firsts.tolist(), failed, is_ended, strict=True)
    ]


def _path(look: int, ends: Sequence[int], *, failed: bool) -> RolloutPath:
    step = bisect_right(ends, look)
    return RolloutPath(step, looks=look + 1) if failed else RolloutPath(step, held=True)
