"""Looks at an error share: what one of them finds, and what many overlapping ones do.

A look counts the requests and errors of the last minutes and takes the Wilson interval of their
share. It fails when even the lower end is above the limit, and is proven when the upper end is at
most the limit: the rule of the alerts that judge a rollout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class RolloutPath:
    """What happened to one simulated rollout.

    `step` is the last step that it was in, from 0. `looks` is the number of looks from its start
    to the one that failed, None where none did; `held` tells that the step ended unproven.
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
    steps: Sequence[tuple[float, int]],
    share: float,
    watches: Sequence[Watch],
    *,
    window: int,
    runs: int,
    seed: int,
) -> list[RolloutPath]:
    """Return what becomes of rollouts whose requests fail with a chance of `share`.

    Args:
        steps: expected requests between two looks, and the number of looks, of each step.
        share: the true error share.
        watches: what every look judges; one that fails ends the rollout, and all have to be proven
            at the last look of a step, or the rollout is held there.
        window: how many intervals between looks a look counts; it reaches into the step before.
        runs: rollouts to simulate.
        seed: of PCG64, whose raw output numpy guarantees: the same paths everywhere.

    Requests and errors of an interval are Poisson counts, drawn by inverting their distribution.
    """
    import numpy as np

    looks = sum(count for _, count in steps)
    bits, paths, chunk = np.random.PCG64(seed), [], max(1, _AT_ONCE // max(looks, 1))
    for start in range(0, runs, chunk):
        rows = min(chunk, runs - start)
        errors = _counts(bits, rows, [(mean * share, count) for mean, count in steps])
        rest = _counts(bits, rows, [(mean * (1 - share), count) for mean, count in steps])
        found = _judged(_windowed(errors, window), _windowed(errors + rest, window), watches)
        paths += _paths(*found, [count for _, count in steps])
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


def _judged(
    errors: IntMatrix, requests: IntMatrix, watches: Sequence[Watch]
) -> tuple[Flags, Flags]:
    """Tell for each look whether a watch fails, and whether all are proven."""
    import numpy as np

    failed, proven = np.zeros(errors.shape, bool), np.ones(errors.shape, bool)
    for each in watches:
        square = two_sided_z(each.level) ** 2
        spread = errors * ((requests - errors) / np.maximum(requests, 1)) + square / 4
        reach = np.sqrt(square * spread)
        limit = each.limit * (requests + square)
        enough = requests >= max(each.minimum, 1)
        failed |= enough & (errors + square / 2 - reach > limit)
        proven &= enough & (errors + square / 2 + reach <= limit)
    return failed, proven


def _paths(failed: Flags, proven: Flags, counts: Sequence[int]) -> list[RolloutPath]:
    import numpy as np

    ends = [sum(counts[: place + 1]) for place in range(len(counts))]
    firsts: list[int] = failed.argmax(axis=1).tolist()
    has_failed: list[bool] = np.asarray(failed.any(axis=1)).tolist()
    kept: list[list[bool]] = proven[:, [end - 1 for end in ends]].tolist()
    return [
        _path(first if is_failed else None, row, ends)
        for first, is_failed, row in zip(firsts, has_failed, kept, strict=True)
    ]


def _path(look: int | None, proven: Sequence[bool], ends: Sequence[int]) -> RolloutPath:
    for place, end in enumerate(ends):
        if look is not None and look < end:
            return RolloutPath(place, looks=look + 1)
        if not proven[place]:
            return RolloutPath(place, held=True)
    return RolloutPath(len(ends) - 1)
