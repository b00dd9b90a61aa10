"""How far two sets of counts over the same bins lie apart.

Counts are one number per bin, those of missing values and new categories among them
(`BinCounts.vector`), in the same order on both sides. A side without rows, and counts that are
negative or not finite, leave every number undefined: NaN.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds, two_sided_z
from mlspec.stats._special import chi2_survival, gamma_cdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlspec.stats._arrays import FloatVector

    Counts = Sequence[float] | FloatVector
    Distance = Callable[[FloatVector, FloatVector], FloatVector]

__all__ = [
    "DISTANCES",
    "Psi",
    "closeness_p",
    "count_distance",
    "homogeneity_p",
    "occupied",
    "psi",
]

_ROWS_PER_BIN = 5


@dataclass(frozen=True, slots=True)
class Psi:
    """A population stability index in nats, its expectation without drift, and its interval.

    `bins` is the number of bins that decide: those with rows on either side, at least 2. `thin`
    tells that a side has fewer than 5 rows per bin: the upper end is then too low to rely on.
    """

    value: float
    bias: float
    bounds: Bounds
    bins: int
    thin: bool = False


def psi(reference: Counts, current: Counts, *, level: float) -> Psi:
    """Return sum (q - p) ln(q / p) over the bins, with p = (n_i + 1/2) / (n + K/2), q alike.

    p is the reference, q the current side, K the number of bins with rows on either side: an empty
    bin has a finite price, and none is paid for a bin that nobody fills. A single bin stands
    beside an empty one, because equal constants of 3 rows prove little.

    Bias without drift: (K - 1)(1/n + 1/m). Interval: value - bias -+ z sqrt(V), cut at 0, by the
    delta method with g = ln(q/p) + 1 - p/q and h = -ln(q/p) + 1 - q/p:
    V = [sum q g^2 - (sum q g)^2] / m + [sum p h^2 - (sum p h)^2] / n + 2 (K - 1)(1/n + 1/m)^2.
    Simulated at level 0.9, its upper end lies below the truth in at most 8 % of runs for K = 10 and
    50 rows, 16 % for K = 2; but in up to 65 % for K = 40 and 50 rows, which is why `thin` is told.
    NaN, and 0 to infinity, where a side has no rows.
    """
    pair = occupied(reference, current)
    if pair is None:
        return Psi(math.nan, math.nan, Bounds(0.0, math.inf), 0, thin=True)
    (n, m), bins = pair.sum(axis=1), pair.shape[1]
    p, q = (pair + 0.5) / (pair.sum(axis=1, keepdims=True) + bins / 2)
    log_ratio = np.log(q / p)
    value, thinness = float(np.sum((q - p) * log_ratio)), float(1 / n + 1 / m)
    bias = (bins - 1) * thinness
    variance = _spread(q, log_ratio + 1 - p / q) / m + _spread(p, 1 - log_ratio - q / p) / n
    half = two_sided_z(level) * math.sqrt(variance + 2 * bias * thinness)
    centre = value - bias
    bounds = Bounds(max(0.0, centre - half), max(0.0, centre + half))
    return Psi(value, bias, bounds, bins, thin=bool(min(n, m) < _ROWS_PER_BIN * bins))


def count_distance(name: str, reference: Counts, current: Counts) -> float:
    """Return a distance between the shares p and q of the bins: 0 when equal, at most 1.

    `jensen-shannon`: sqrt(KL(p, m)/2 + KL(q, m)/2) with m = (p + q)/2 and logarithms to base 2
    (J. Lin 1991; scipy's `jensenshannon`). `l-infinity`: the largest |p_i - q_i|.
    `cramers-v`: sqrt(chi-squared of the 2 x K table / its rows) (H. Cramer 1946); it falls when
    one side is much larger than the other. No half rows are added.
    """
    pair = occupied(reference, current)
    if pair is None:
        return math.nan
    return float(DISTANCES[name](pair[0][np.newaxis], pair[1][np.newaxis])[0])


def homogeneity_p(reference: Counts, current: Counts) -> float:
    """Return the p of Pearson's chi-squared test that both sides have the same shares.

    Degrees of freedom: occupied bins - 1, no continuity correction. 1 when there is one bin. For
    information: with many rows every p is small. Source: K. Pearson (1911).
    """
    pair = occupied(reference, current)
    if pair is None:
        return math.nan
    used = pair[:, pair.sum(axis=0) > 0]
    statistic = float(_chi_squared(used[:1], used[1:])[0])
    return chi2_survival(statistic, used.shape[1] - 1) if used.shape[1] > 1 else 1.0


def closeness_p(reference: Counts, current: Counts) -> float:
    """Return how likely two samples of one distribution have shares as close as these, or closer.

    The lower tail of Pearson's chi-squared test: P(X <= x) with occupied bins - 1 degrees of
    freedom. A small one means that the sides are too much alike for two samples. 1 when there is
    one bin, NaN where a side has no rows. Where bins hold few rows the true tail is lighter, so
    that the value is too large rather than too small. Source: R. A. Fisher on Mendel (1936).
    """
    pair = occupied(reference, current)
    if pair is None:
        return math.nan
    used = pair[:, pair.sum(axis=0) > 0]
    degrees = used.shape[1] - 1
    statistic = float(_chi_squared(used[:1], used[1:])[0])
    return gamma_cdf(statistic / 2, degrees / 2) if degrees else 1.0


def occupied(reference: Counts, current: Counts) -> FloatVector | None:
    """Return both sides, one line each, without bins that both leave empty, but at least two bins.

    None where a side has no rows or a count is no count. Both sides need the same bins.
    """
    pair = np.array([reference, current], dtype=np.float64)
    if not (np.isfinite(pair).all() and (pair >= 0).all() and (pair.sum(axis=1) > 0).all()):
        return None
    pair = pair[:, pair.any(axis=0)]
    return pair if pair.shape[1] > 1 else np.pad(pair, ((0, 0), (0, 1)))


def _spread(shares: FloatVector, slopes: FloatVector) -> float:
    return float(shares @ slopes**2 - (shares @ slopes) ** 2)


def _jensen_shannon(reference: FloatVector, current: FloatVector) -> FloatVector:
    p, q = _shares(reference), _shares(current)
    middle = (p + q) / 2
    entropies = _entropy(middle) - (_entropy(p) + _entropy(q)) / 2
    distance: FloatVector = np.sqrt(np.maximum(entropies, 0.0))
    return distance


def _entropy(shares: FloatVector) -> FloatVector:
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    bits: FloatVector = -(shares * logs).sum(axis=1)
    return bits


def _l_infinity(reference: FloatVector, current: FloatVector) -> FloatVector:
    largest: FloatVector = np.abs(_shares(reference) - _shares(current)).max(axis=1)
    return largest


def _cramers_v(reference: FloatVector, current: FloatVector) -> FloatVector:
    rows = reference.sum(axis=1) + current.sum(axis=1)
    association: FloatVector = np.sqrt(_chi_squared(reference, current) / rows)
    return association


def _chi_squared(reference: FloatVector, current: FloatVector) -> FloatVector:
    """Return n m sum (p_i - q_i)^2 / (n_i + m_i), which is Pearson's statistic of a 2 x K table."""
    n, m = reference.sum(axis=1), current.sum(axis=1)
    squares = (_shares(reference) - _shares(current)) ** 2
    together = reference + current
    terms = np.divide(squares, together, out=np.zeros_like(squares), where=together > 0)
    statistic: FloatVector = n * m * terms.sum(axis=1)
    return statistic


def _shares(counts: FloatVector) -> FloatVector:
    shares: FloatVector = counts / counts.sum(axis=1, keepdims=True)
    return shares


DISTANCES: dict[str, Distance] = {
    "cramers-v": _cramers_v,
    "jensen-shannon": _jensen_shannon,
    "l-infinity": _l_infinity,
}
"""Distances by name, over counts with one line per resample."""
