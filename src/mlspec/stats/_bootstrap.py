"""Percentile bootstrap intervals, the same bytes on every machine.

Rows are drawn from the raw output of PCG64, whose stream numpy guarantees, and not through the
methods of `Generator`, whose streams may change with a release.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mlspec.stats._arrays import FloatVector, WeightMatrix
    from mlspec.stats._statistic import Statistic

__all__ = [
    "RESAMPLES",
    "paired_bootstrap",
    "percentile_bootstrap",
    "seed_from",
    "unpaired_bootstrap",
]

RESAMPLES = 2000
_ROUNDING = 1e-12
"""What rounding leaves of a spread that is 0, as a share of the values."""
_CELLS = 1 << 21
"""Weights held at once: 16 MiB, whatever the number of rows."""


def seed_from(digests: Iterable[str], name: str) -> int:
    """Return the seed that belongs to data and a gate: nobody can shop for a better one.

    The first 8 bytes, big-endian, of the SHA-256 over the sorted digests and the name, joined by
    line feeds.
    """
    text = "\n".join([*sorted(digests), name])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def percentile_bootstrap(
    statistic: Statistic, *, seed: int, level: float, resamples: int = RESAMPLES
) -> Bounds:
    """Return the percentile interval of a metric over resampled rows.

    Lower end: the floor((B + 1) (1 - level) / 2)-th smallest of B resampled values, upper end
    mirrored. Source: B. Efron (1979). A resample where the metric is undefined counts as lower
    than all for the lower end and higher than all for the upper: an end is infinite when too many
    are. The unit is that of the metric. Infinite ends without rows, and where both ends
    are the same: resamples that all agree say nothing of the uncertainty (`unseen_bounds` does, for
    metrics whose range is known).
    """
    if not statistic.rows:
        return Bounds(-math.inf, math.inf)
    return _percentiles(_values(statistic, _draws(statistic.rows, seed, resamples)), level)


def paired_bootstrap(
    first: Statistic, second: Statistic, *, seed: int, level: float, resamples: int = RESAMPLES
) -> Bounds:
    """Return the percentile interval of first - second, both over the same resampled rows.

    Row i of both has to be the same case. Otherwise as `percentile_bootstrap`.
    """
    if not first.rows or first.rows != second.rows:
        return Bounds(-math.inf, math.inf)

    def difference(weights: WeightMatrix) -> FloatVector:
        ours, theirs = first(weights), second(weights)
        apart = ours - theirs
        noise = np.abs(apart) <= _ROUNDING * np.maximum(np.abs(ours), np.abs(theirs))
        return np.where(noise, 0.0, apart)

    return _percentiles(_values(difference, _draws(first.rows, seed, resamples)), level)


def unpaired_bootstrap(
    first: Statistic, second: Statistic, *, seed: int, level: float, resamples: int = RESAMPLES
) -> Bounds:
    """Return the percentile interval of first - second, each over its own resampled rows.

    For windows that share no rows, such as last month and this one. Otherwise as
    `percentile_bootstrap`.
    """
    if not first.rows or not second.rows:
        return Bounds(-math.inf, math.inf)
    ours = _values(first, _draws(first.rows, seed, resamples))
    theirs = _values(second, _draws(second.rows, seed ^ 1, resamples))
    return _percentiles(ours - theirs, level)


def _values(
    statistic: Callable[[WeightMatrix], FloatVector], draws: Iterator[WeightMatrix]
) -> FloatVector:
    return np.concatenate([statistic(weights) for weights in draws])


def _draws(rows: int, seed: int, resamples: int) -> Iterator[WeightMatrix]:
    """Yield, in portions, how often each of the rows was drawn in each resample."""
    stream = np.random.PCG64(seed)
    portion = max(1, _CELLS // rows)
    for start in range(0, resamples, portion):
        lines = min(portion, resamples - start)
        yield np.stack([_counts(stream, rows) for _ in range(lines)])


def _counts(stream: np.random.PCG64, rows: int) -> FloatVector:
    """Draw as many rows as there are, each by 32 random bits times `rows`, shifted by 32."""
    raw = stream.random_raw((rows + 1) // 2).astype("<u8", copy=False)
    bits = raw.view("<u4")[:rows].astype(np.uint64)
    drawn = (bits * np.uint64(rows)) >> np.uint64(32)
    return np.bincount(drawn.astype(np.intp), minlength=rows).astype(np.float64)


def _percentiles(values: FloatVector, level: float) -> Bounds:
    # rounding keeps 2001 * 0.05 from becoming 100.04999 through (1 - 0.9) / 2
    place = math.floor(round((values.size + 1) * (1 - level) / 2, 9))
    if place < 1:
        return Bounds(-math.inf, math.inf)
    low = np.partition(np.where(np.isnan(values), -np.inf, values), place - 1)[place - 1]
    high = np.partition(np.where(np.isnan(values), np.inf, values), -place)[-place]
    if high - low <= _ROUNDING * max(abs(low), abs(high)):
        return Bounds(-math.inf, math.inf)
    return Bounds(float(low), float(high))
