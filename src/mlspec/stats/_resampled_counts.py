"""Multinomial resampling: the bootstrap of a table of counts, whatever the number of its rows.

As in `_bootstrap`, everything is made from the raw output of PCG64, so that a release of numpy
cannot change an interval.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._bootstrap import RESAMPLES
from mlspec.stats._drift import DISTANCES, occupied
from mlspec.stats._intervals import Bounds, two_sided_z

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector
    from mlspec.stats._drift import Counts, Distance

__all__ = ["count_distance_bounds", "resampled_counts"]

_FEW = 48
"""Largest mean whose binomial is inverted term by term; above, Cornish and Fisher's is as good."""
_LARGEST = 150
"""What a binomial of that mean exceeds with probability 1e-28."""
_FRACTION = 2.0**-53


def count_distance_bounds(
    name: str,
    reference: Counts,
    current: Counts,
    *,
    level: float,
    seed: int,
    resamples: int = RESAMPLES,
) -> Bounds:
    """Return a bootstrap interval of `count_distance`, cut at 0.

    Each side is drawn again from its shares (n_i + 1/2) / (n + K/2), so that an empty bin is not
    taken for an impossible one. Noise alone makes a distance d positive, and percentiles would call
    that drift (simulated: always). So d^2 is corrected by b = mean(d*^2) - d^2 of the drawn shares:
    lower end sqrt(d^2 - b - z s), upper end sqrt(d^2 - b + z s + (1 + z^2) b / k), where s is the
    deviation of d*^2 and k = K - 1, at most 2 for `l-infinity`; the last term is what the square
    of a normal number needs. Simulated at level 0.9 (K 2 to 40, 50 rows and more): each end fails
    in at most 10 % of runs. 0 to infinity where a side has no rows.
    """
    pair = occupied(reference, current)
    if pair is None:
        return Bounds(0.0, math.inf)
    stream, distance, z = np.random.PCG64(seed), DISTANCES[name], two_sided_z(level)
    rows, bins = pair.sum(axis=1, keepdims=True), pair.shape[1]
    shares = (pair + 0.5) / (rows + bins / 2)
    drawn = [
        resampled_counts(share, int(n), stream, resamples)
        for share, n in zip(shares, rows[:, 0], strict=True)
    ]
    squares = distance(*drawn) ** 2
    bias = float(squares.mean() - _squared(distance, shares * rows))
    centre, half = _squared(distance, pair) - bias, z * float(squares.std())
    freedom = min(2, bins - 1) if name == "l-infinity" else bins - 1
    upper = centre + half + (1 + z * z) * max(0.0, bias) / freedom
    return Bounds(math.sqrt(max(0.0, centre - half)), math.sqrt(max(0.0, upper)))


def _squared(distance: Distance, pair: FloatVector) -> float:
    return float(distance(pair[:1], pair[1:])[0]) ** 2


def resampled_counts(
    shares: FloatVector, rows: int, stream: np.random.PCG64, resamples: int
) -> FloatVector:
    """Return multinomial counts of so many rows, one line per resample, one column per share.

    Bin by bin from the binomial of what is left. Shares add up to 1.
    """
    left = np.full(resamples, float(rows))
    rest, lines = 1.0, []
    for share in shares[:-1].tolist():
        drawn = _binomial(left, min(1.0, share / rest) if rest > 0 else 0.0, stream)
        lines.append(drawn)
        left, rest = left - drawn, rest - share
    return np.stack([*lines, left], axis=1)


def _binomial(trials: FloatVector, share: float, stream: np.random.PCG64) -> FloatVector:
    if share > 1 - share:
        return trials - _binomial(trials, 1 - share, stream)
    if trials.max(initial=0.0) * share <= _FEW:
        return _inverted(trials, share, _uniform(trials.size, stream))
    deviation = np.sqrt(trials * share * (1 - share))
    normal = _normal(trials.size, stream)
    skew = (normal**2 - 1) * (1 - 2 * share) / 6
    return np.clip(np.floor(trials * share + deviation * normal + skew + 0.5), 0, trials)


def _inverted(trials: FloatVector, share: float, uniform: FloatVector) -> FloatVector:
    """Return the binomial quantile of each uniform: the first count whose P(X <= count) is more."""
    odds = share / (1 - share)
    term = np.exp(trials * math.log1p(-share))
    below, drawn = term.copy(), np.zeros_like(trials)
    more, count = uniform >= below, 0
    # the sum of all terms may stay below the largest uniform by a rounding error
    while more.any() and count < _LARGEST:
        count += 1
        drawn[more] = count
        term = term * (odds * np.maximum(trials - count + 1, 0.0) / count)
        below = below + term
        more = uniform >= below
    return np.minimum(drawn, trials)


def _uniform(size: int, stream: np.random.PCG64) -> FloatVector:
    bits = stream.random_raw(size) >> np.uint64(11)
    return bits.astype(np.float64) * _FRACTION


def _normal(size: int, stream: np.random.PCG64) -> FloatVector:
    """Return normal numbers by the method of Box and Muller."""
    radius: FloatVector = np.sqrt(-2 * np.log1p(-_uniform(size, stream)))
    angle: FloatVector = 2 * math.pi * _uniform(size, stream)
    return radius * np.cos(angle)
