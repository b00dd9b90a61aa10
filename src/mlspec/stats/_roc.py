"""The area under the ROC curve, with DeLong's variance. Labels are 0 or 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds, two_sided_z, wilson
from mlspec.stats._unseen import unseen_share

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector

__all__ = ["Auc", "AucDifference", "delong", "delong_difference", "roc_auc"]

_FEWEST = 2
"""Rows of a class below which its variance is undefined."""


@dataclass(frozen=True, slots=True)
class Auc:
    """An area, its variance and its interval. `degenerate`: DeLong's variance is 0."""

    area: float
    variance: float
    bounds: Bounds
    degenerate: bool = False


@dataclass(frozen=True, slots=True)
class AucDifference:
    """The area of the first scores minus that of the second. `degenerate` as in `Auc`.

    `alike`: both place the rows in the same way.
    """

    first: float
    second: float
    variance: float
    bounds: Bounds
    degenerate: bool = False
    alike: bool = False

    @property
    def difference(self) -> float:
        """Return the first area minus the second."""
        return self.first - self.second


def roc_auc(labels: FloatVector, scores: FloatVector) -> float:
    """Return P(score of a positive > score of a negative), ties counted 1/2, a share.

    Equals the Mann-Whitney U over (positives x negatives). NaN unless both classes occur.
    """
    return _area(_placements(labels, scores)[0])


def delong(labels: FloatVector, scores: FloatVector, *, level: float) -> Auc:
    """Return the area with DeLong's variance and normal interval, cut at 0 and 1.

    V10 of a positive is the share of negatives below it, V01 of a negative the share of positives
    above it (ties 1/2); variance = var(V10) / positives + var(V01) / negatives, with n - 1.
    Source: DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988); computed from sorted scores in
    O(n log n) as by Sun and Xu (2014).

    The variance is 0 for perfect separation and for constant scores. Certainty does not follow, so
    the interval is then Wilson's for min(positives, negatives) trials: the largest variance that an
    area can have is area (1 - area) / min(positives, negatives) (van Dantzig 1951; Birnbaum, Klose
    1957). NaN, and the interval 0..1, unless both classes have two rows.
    """
    v10, v01 = _placements(labels, scores)
    area, variance = _area(v10), _variance(v10, v01)
    fewest = min(v10.size, v01.size)
    if math.isnan(variance):
        return Auc(area, variance, Bounds(0.0, 1.0), degenerate=True)
    if variance == 0:
        return Auc(area, variance, wilson(area * fewest, fewest, level=level), degenerate=True)
    half = two_sided_z(level) * math.sqrt(variance)
    return Auc(area, variance, Bounds(max(0.0, area - half), min(1.0, area + half)))


def delong_difference(
    labels: FloatVector, first: FloatVector, second: FloatVector, *, level: float
) -> AucDifference:
    """Return the difference of two areas on the same rows, with DeLong's paired variance.

    The variance is that of the differences of both models' V10 and V01 (see `delong`), which is
    what var(first) + var(second) - 2 cov comes to. Interval: normal, cut at -1 and 1.

    Two models that order the rows in the same way differ by exactly 0. Not even one of the fewer of
    positives and negatives was placed differently, so that the share which is, and with it the
    difference, is at most `unseen_share` of them: the interval is -+ that (`alike`).
    When the variance is 0 because an area is 0 or 1 or scores are constant, the interval is the
    square-and-add one of Newcombe (1998) from both single intervals, which ignores the pairing and
    is therefore wide.
    """
    a, b = _placements(labels, first), _placements(labels, second)
    variance = _variance(a[0] - b[0], a[1] - b[1])
    areas = (_area(a[0]), _area(b[0]))
    if math.isnan(variance):
        return AucDifference(*areas, variance, Bounds(-1.0, 1.0), degenerate=True)
    if variance == 0 and (_variance(*a) == 0 or _variance(*b) == 0):
        singles = (delong(labels, each, level=level) for each in (first, second))
        return AucDifference(*areas, variance, _square_and_add(*singles), degenerate=True)
    difference = areas[0] - areas[1]
    if variance == 0:
        reach = unseen_share(min(a[0].size, a[1].size), level=level)
        bounds = Bounds(max(-1.0, difference - reach), min(1.0, difference + reach))
        return AucDifference(*areas, variance, bounds, degenerate=True, alike=True)
    half = two_sided_z(level) * math.sqrt(variance)
    bounds = Bounds(max(-1.0, difference - half), min(1.0, difference + half))
    return AucDifference(*areas, variance, bounds)


def _placements(labels: FloatVector, scores: FloatVector) -> tuple[FloatVector, FloatVector]:
    """Return V10 of the positives and V01 of the negatives, in the order of the rows."""
    positives, negatives = scores[labels == 1], scores[labels == 0]
    if not positives.size or not negatives.size:
        return np.full(positives.size, np.nan), np.full(negatives.size, np.nan)
    v10 = _share_below(positives, np.sort(negatives))
    return v10, 1 - _share_below(negatives, np.sort(positives))


def _share_below(values: FloatVector, others: FloatVector) -> FloatVector:
    below = np.searchsorted(others, values, side="left")
    up_to = np.searchsorted(others, values, side="right")
    return (below + up_to) / (2 * others.size)


def _area(v10: FloatVector) -> float:
    return float(v10.mean()) if v10.size else math.nan


def _variance(v10: FloatVector, v01: FloatVector) -> float:
    if min(v10.size, v01.size) < _FEWEST:
        return math.nan
    return float(_spread(v10) / v10.size + _spread(v01) / v01.size)


def _spread(values: FloatVector) -> float:
    """Return the variance of values, exactly 0 where they are all equal."""
    return 0.0 if np.ptp(values) == 0 else float(values.var(ddof=1))


def _square_and_add(first: Auc, second: Auc) -> Bounds:
    difference = first.area - second.area
    down = math.hypot(first.area - first.bounds.lower, second.bounds.upper - second.area)
    up = math.hypot(first.bounds.upper - first.area, second.area - second.bounds.lower)
    return Bounds(max(-1.0, difference - down), min(1.0, difference + up))
