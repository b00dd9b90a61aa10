"""Performance that calibrated scores lead to expect, before any label is there.

Each row is right with the probability its score says. The estimate holds only as far as the scores
are calibrated on these rows: drift that breaks calibration is not seen. The interval is the one the
metric would have with labels, so that an estimate never claims to know more than labels would tell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds, two_sided_z, wilson

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector

__all__ = [
    "Estimated",
    "estimated_accuracy",
    "estimated_precision",
    "estimated_recall",
    "estimated_roc_auc",
]

_ROUNDING = 1e-24


@dataclass(frozen=True, slots=True)
class Estimated:
    """An expected metric, a share; its sampling error as a standard deviation; its interval."""

    value: float
    error: float
    bounds: Bounds


def estimated_accuracy(
    probabilities: FloatVector, classes: FloatVector, *, level: float
) -> Estimated:
    """Return the expected accuracy: mean(p where class 1 is predicted, else 1 - p).

    `probabilities` are calibrated P(label = 1), `classes` are 0 or 1. Source: CBPE of NannyML
    (Kivimäki et al., arXiv 2401.08348). Interval: Wilson's. NaN and 0..1 without rows or outside
    0..1; so for all functions here.
    """
    right = np.where(classes == 1, probabilities, 1 - probabilities)
    return _ratio(probabilities, float(right.sum()), float(right.size), level)


def estimated_precision(
    probabilities: FloatVector, classes: FloatVector, *, level: float
) -> Estimated:
    """Return the expected precision: the mean of p over the rows predicted 1. NaN without any."""
    hits = float((probabilities * classes).sum())
    return _ratio(probabilities, hits, float(classes.sum()), level)


def estimated_recall(
    probabilities: FloatVector, classes: FloatVector, *, level: float
) -> Estimated:
    """Return the expected recall: sum p over the rows predicted 1, divided by sum p over all.

    Interval: Wilson's for sum p trials, the expected positives. NaN when no positive is expected.
    """
    hits = float((probabilities * classes).sum())
    return _ratio(probabilities, hits, float(probabilities.sum()), level)


def estimated_roc_auc(
    probabilities: FloatVector, scores: FloatVector, *, level: float
) -> Estimated:
    """Return the expected area under the ROC curve of scores, in 0..1.

    Each row counts p times as a positive and 1 - p times as a negative: the share of pairs of
    different rows in which the positive's score is higher, ties 1/2. Variance: DeLong's with these
    weights. NaN when no pair of a positive and a negative is expected.
    """
    pairs = _pairs(probabilities)
    if not _sound(probabilities) or not pairs > 0:
        return Estimated(math.nan, math.nan, Bounds(0.0, 1.0))
    area, variance = _area(probabilities, scores, pairs)
    fewest = float(min(probabilities.sum(), (1 - probabilities).sum()))
    if variance <= _ROUNDING:
        return Estimated(area, 0.0, wilson(area * fewest, fewest, level=level))
    half = two_sided_z(level) * math.sqrt(variance)
    bounds = Bounds(max(0.0, area - half), min(1.0, area + half))
    return Estimated(area, math.sqrt(variance), bounds)


def _area(p: FloatVector, scores: FloatVector, pairs: float) -> tuple[float, float]:
    """Return the expected area and its variance."""
    q = 1 - p
    v10, v01 = _placements(p, q, scores)
    area = float((p * v10).sum()) / pairs
    of_positives = (p * (v10 / q.sum() - area) ** 2).sum() / p.sum() ** 2
    of_negatives = (q * (v01 / p.sum() - area) ** 2).sum() / q.sum() ** 2
    return area, float(of_positives + of_negatives)


def _ratio(probabilities: FloatVector, hits: float, trials: float, level: float) -> Estimated:
    if not _sound(probabilities) or not trials > 0:
        return Estimated(math.nan, math.nan, Bounds(0.0, 1.0))
    value = min(1.0, hits / trials)
    error = math.sqrt(value * (1 - value) / trials)
    return Estimated(value, error, wilson(hits, trials, level=level))


def _sound(probabilities: FloatVector) -> bool:
    inside = (probabilities >= 0) & (probabilities <= 1)
    return bool(probabilities.size and inside.all())


def _pairs(probabilities: FloatVector) -> float:
    """Return the expected pairs of a positive and a negative, no row paired with itself."""
    itself = float((probabilities * (1 - probabilities)).sum())
    return float(probabilities.sum()) * float((1 - probabilities).sum()) - itself


def _placements(
    p: FloatVector, q: FloatVector, scores: FloatVector
) -> tuple[FloatVector, FloatVector]:
    """Return, per row, the weight of negatives below it and of positives above it, ties 1/2."""
    order = np.argsort(scores, kind="stable")
    ranked = scores[order]
    left = np.searchsorted(ranked, scores, side="left")
    right = np.searchsorted(ranked, scores, side="right")
    sums = [np.concatenate([[0.0], np.cumsum(each[order])]) for each in (q, p)]
    below = (sums[0][left] + sums[0][right] - q) / 2
    above = sums[1][-1] - (sums[1][left] + sums[1][right] + p) / 2
    return below, above
