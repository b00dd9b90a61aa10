"""Metrics of rows that all agree: resampling says nothing, what rows never seen could do does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.gates._metrics import Metric, Reads
from mlspec.gates._sample import Sample, statistic

if TYPE_CHECKING:
    from mlspec.stats import Bounds, FloatVector

__all__ = ["METHOD", "bounds_of", "difference_bounds", "says_nothing"]

METHOD = "unseen-rows"
"""The name of these intervals in a record."""

_ENDLESS = stats.Bounds(-math.inf, math.inf)
_MOST_CLASSES = 100
"""Classes whose pairs are tried, one by one."""


def bounds_of(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the interval of a metric that is the same in all resamples.

    The share of rows that `stats.unseen_share` allows (about three more rows) could have been of
    any kind: another class, a score at the wrong end. A median error has the interval of its order
    statistics, which holds without such rows. Other errors of a regression have no largest value,
    so nothing follows: both ends are infinite, as they are with more than 100 classes.

    A Brier score or log loss gets the interval of rows whose score is one that was seen, at either
    end, and whose label is the other one; see `says_nothing`.
    """
    if metric.name == "median-absolute-error":
        return stats.quantile(abs(sample.outputs - sample.labels), 0.5, level=level).bounds
    if metric.reads is Reads.PROBABILITIES:
        return _of_loss(metric, sample, level)
    kinds = _kinds(metric, sample.labels, (sample.outputs,))
    if kinds is None:
        return _ENDLESS

    def value(rows: FloatVector, weights: FloatVector) -> FloatVector:
        return statistic(metric, Sample(rows[0], rows[1], ()))(weights)

    unseen = list(product(kinds.labels, kinds.outputs))
    return stats.unseen_bounds(value, kinds.rows, stats.matrix(unseen).T, level=level)


def says_nothing(metric: Metric, sample: Sample) -> bool:
    """Tell whether resamples that differ a little are silent on errors all the same.

    Losses of probabilities that lie on the right side of one half in every row are all small; how
    large that of an error is, no resample shows.
    """
    if metric.reads is not Reads.PROBABILITIES:
        return False
    return bool((stats.classes_at(sample.outputs, 0.5) == sample.labels).all())


def _of_loss(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the interval of a mean loss: (1 - e) mean + e worst, e being the share not seen."""
    share = stats.unseen_share(sample.labels.size, level=level)
    ends = float(sample.outputs.min()), float(sample.outputs.max())
    losses = [
        statistic(metric, Sample(stats.vector([label]), stats.vector([end]), ())).value()
        for label, end in product((0.0, 1.0), ends)
    ]
    seen = (1 - share) * statistic(metric, sample).value()
    return stats.Bounds(seen + share * min(losses), seen + share * max(losses))


def difference_bounds(metric: Metric, pair: tuple[Sample, Sample], level: float) -> Bounds:
    """Return the interval of a difference that is the same in all resamples.

    As `bounds_of`, with rows on which one of both models is right and the other one wrong. The one
    that is wrong in a regression errs as far as either does on any row, up or down, around the
    label where that is: how far an error may go nobody knows, but the rows tell its scale.
    """
    ours, theirs = pair
    if metric.reads is Reads.ESTIMATES:
        kinds: _Kinds | None = _as_far_as_seen(ours.labels, (ours.outputs, theirs.outputs))
    else:
        kinds = _kinds(metric, ours.labels, (ours.outputs, theirs.outputs))
    if kinds is None:
        return _ENDLESS

    def value(rows: FloatVector, weights: FloatVector) -> FloatVector:
        both = (statistic(metric, Sample(rows[0], each, ()))(weights) for each in rows[1:])
        return next(both) - next(both)

    unseen = [each for each in product(kinds.labels, kinds.outputs, kinds.outputs) if _one(each)]
    return stats.unseen_bounds(value, kinds.rows, stats.matrix(unseen).T, level=level)


def _one(kind: tuple[float, float, float]) -> bool:
    """Tell whether just one of two outputs is the right one for the label."""
    label, ours, theirs = kind
    return (ours == label) != (theirs == label)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Rows, one column each, and the labels and outputs that a row could have.

    An output equal to its label is right, whatever the metric reads.
    """

    rows: FloatVector
    labels: tuple[float, ...]
    outputs: tuple[float, ...]


def _as_far_as_seen(labels: FloatVector, outputs: tuple[FloatVector, ...]) -> _Kinds:
    """Return rows with the label of the largest error, and outputs that are right or so wrong."""
    errors = [abs(each - labels) for each in outputs]
    largest = max(errors, key=lambda each: float(each.max()))
    place = int(largest.argmax())
    label, furthest = float(labels[place]), float(largest[place])
    ends = (label, label - furthest, label + furthest)
    return _Kinds(stats.matrix([labels, *outputs]), (label,), ends)


def _kinds(metric: Metric, labels: FloatVector, outputs: tuple[FloatVector, ...]) -> _Kinds | None:
    match metric.reads:
        case Reads.ESTIMATES:
            return None
        case Reads.CLASSES:
            classes = stats.distinct(labels, *outputs)
            if len(classes) > _MOST_CLASSES:
                return None
            known = classes if metric.many else (0.0, 1.0)
            return _Kinds(stats.matrix([labels, *outputs]), known, known)
        case Reads.SCORES:
            inside = [stats.inside_ranks(each) for each in outputs]
            return _Kinds(stats.matrix([labels, *inside]), (0.0, 1.0), (0.0, 1.0))
        case Reads.PROBABILITIES:
            return _Kinds(stats.matrix([labels, *outputs]), (0.0, 1.0), (0.0, 1.0))
