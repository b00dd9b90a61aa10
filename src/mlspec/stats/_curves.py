"""Points of curves for people to look at: few enough to print, chosen by the data alone.

Labels are 0 or 1; scores are finite, higher means more likely positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._proportions import Share

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector, PlaceVector
    from mlspec.stats._intervals import Bounds

__all__ = ["RocPoint", "ScoreBin", "roc_points", "score_bins"]


@dataclass(frozen=True, slots=True)
class RocPoint:
    """What a threshold gives: shares of negatives and of positives at or above it.

    `bounds` is the Wilson interval of the true positive rate at this threshold alone. The first
    point has the threshold infinity: nothing is predicted positive.
    """

    threshold: float
    false_positive_rate: float
    true_positive_rate: float
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """How many rows of each class have a score in [lower, upper); the last bin is closed."""

    lower: float
    upper: float
    negatives: int
    positives: int


def roc_points(
    labels: FloatVector, scores: FloatVector, *, level: float, most: int = 40
) -> tuple[RocPoint, ...]:
    """Return at most `most` points of the empirical ROC curve, from (0, 0) to (1, 1).

    Each is a point that a threshold really gives (Fawcett, Pattern Recognition Letters 27, 2006):
    of all of them those next to evenly spaced values of (FPR + TPR) / 2, so that steep and flat
    parts get their share. Empty unless both classes occur.
    """
    positives = float(labels.sum())
    negatives = labels.size - positives
    if not positives or not negatives:
        return ()
    thresholds, hits, alarms = _cumulated(labels, scores)
    along = (hits / positives + alarms / negatives) / 2
    found = (
        _point(
            float(thresholds[i]),
            float(alarms[i]) / negatives,
            Share(float(hits[i]), positives),
            level,
        )
        for i in _spread_out(along, most)
    )
    return tuple(found)


def score_bins(labels: FloatVector, scores: FloatVector, *, bins: int = 20) -> tuple[ScoreBin, ...]:
    """Return counts per class over bins of equal width, over 0..1 where all scores lie in it.

    Otherwise from the lowest to the highest score. One bin where all scores are equal and outside
    of 0..1; none without rows.
    """
    if not scores.size:
        return ()
    lowest, highest = float(scores.min()), float(scores.max())
    if lowest >= 0 and highest <= 1:
        lowest, highest = 0.0, 1.0
    edges = np.linspace(lowest, highest, bins + 1) if lowest < highest else np.array([lowest] * 2)
    places = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, edges.size - 2)
    ones = np.bincount(places, labels, minlength=edges.size - 1)
    rows = np.bincount(places, minlength=edges.size - 1)
    return tuple(
        ScoreBin(float(edges[i]), float(edges[i + 1]), int(rows[i] - ones[i]), int(ones[i]))
        for i in range(edges.size - 1)
    )


def _cumulated(
    labels: FloatVector, scores: FloatVector
) -> tuple[FloatVector, FloatVector, FloatVector]:
    """Return descending thresholds, infinity first, and positives and negatives at or above."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), ranked.size - 1)
    hits = np.cumsum(labels[order])[last]
    start = np.zeros(1)
    thresholds = np.concatenate([[np.inf], ranked[last]])
    return thresholds, np.concatenate([start, hits]), np.concatenate([start, last + 1 - hits])


def _spread_out(along: FloatVector, most: int) -> PlaceVector:
    """Return the places of values next to evenly spaced ones, both ends included."""
    if along.size <= most:
        return np.arange(along.size)
    wanted = np.linspace(along[0], along[-1], most)
    right = np.clip(np.searchsorted(along, wanted), 1, along.size - 1)
    nearer = np.where(wanted - along[right - 1] <= along[right] - wanted, right - 1, right)
    return np.unique(nearer)


def _point(threshold: float, alarms: float, hits: Share, level: float) -> RocPoint:
    return RocPoint(threshold, alarms, hits.value, hits.wilson(level=level))
