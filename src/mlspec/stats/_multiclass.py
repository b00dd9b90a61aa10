"""Metrics of a classification into any number of classes. Labels and classes are class numbers.

A class is one that occurs among the labels or the predictions. The precision of a class that is
never predicted and the recall of a class without labels are 0/0: NaN, and so is a mean that they
enter. Leaving them out would reward a model for avoiding the classes that it cannot tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._statistic import RowSums, quotient

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.stats._arrays import FloatVector, PlaceVector, WeightMatrix
    from mlspec.stats._statistic import Statistic

__all__ = [
    "STATISTICS",
    "macro_f1",
    "macro_precision",
    "macro_recall",
    "mcc",
    "specificity",
    "weighted_f1",
    "weighted_precision",
    "weighted_recall",
]


def macro_precision(labels: FloatVector, classes: FloatVector) -> float:
    """Return the mean over classes of TP / predicted, a share. NaN with a class never predicted."""
    return _macro_precision(labels, classes).value()


def macro_recall(labels: FloatVector, classes: FloatVector) -> float:
    """Return the mean over classes of TP / labels, a share. NaN with a class without labels."""
    return _macro_recall(labels, classes).value()


def macro_f1(labels: FloatVector, classes: FloatVector) -> float:
    """Return the mean over classes of 2 TP / (labels + predicted), a share. NaN without rows."""
    return _macro_f1(labels, classes).value()


def weighted_precision(labels: FloatVector, classes: FloatVector) -> float:
    """Return the mean of precisions, each weighted by its labels. NaN where one with labels is."""
    return _weighted_precision(labels, classes).value()


def weighted_recall(labels: FloatVector, classes: FloatVector) -> float:
    """Return the mean of recalls, each weighted by its labels, which is the accuracy."""
    return _weighted_recall(labels, classes).value()


def weighted_f1(labels: FloatVector, classes: FloatVector) -> float:
    """Return the mean of F1, each weighted by its labels, a share. NaN without rows."""
    return _weighted_f1(labels, classes).value()


def mcc(labels: FloatVector, classes: FloatVector) -> float:
    """Return Matthews' correlation of labels and classes, in -1..1.

    (n sum TP_k - sum t_k p_k) / sqrt((n^2 - sum p_k^2) (n^2 - sum t_k^2)), t_k and p_k being how
    often class k is true and predicted. Source: B. W. Matthews (1975), for k classes J. Gorodkin
    (2004). NaN when labels or predictions are all of one class (scikit-learn gives 0).
    """
    return _mcc(labels, classes).value()


def specificity(labels: FloatVector, classes: FloatVector) -> float:
    """Return TN / (TN + FP) of labels and classes 0 or 1, a share. NaN without negative labels."""
    return _specificity(labels, classes).value()


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Rows per class in each resample, one line per resample: right, true and predicted ones."""

    hits: FloatVector
    true: FloatVector
    predicted: FloatVector


@dataclass(frozen=True, slots=True, eq=False)
class _ByClass:
    """A metric that depends on the rows through counts per class alone."""

    true: PlaceVector
    predicted: PlaceVector
    classes: int
    finish: Callable[[_Counts], FloatVector]

    @property
    def rows(self) -> int:
        """Number of rows of the data."""
        return int(self.true.size)

    def __call__(self, weights: WeightMatrix) -> FloatVector:
        """Return the metric of each resample."""
        if not self.rows:
            return np.full(len(weights), np.nan)
        right = weights * (self.true == self.predicted)
        return self.finish(
            _Counts(
                _per_class(right, self.true, self.classes),
                _per_class(weights, self.true, self.classes),
                _per_class(weights, self.predicted, self.classes),
            )
        )

    def value(self) -> float:
        """Return the metric with every row counted once."""
        return float(self(np.ones((1, self.rows)))[0])


def _line_means(parts: FloatVector) -> FloatVector:
    means: FloatVector = parts.mean(axis=1)
    return means


def _per_class(weights: WeightMatrix, codes: PlaceVector, classes: int) -> FloatVector:
    return np.stack([np.bincount(codes, weights=line, minlength=classes) for line in weights])


def _by_class(
    finish: Callable[[_Counts], FloatVector],
) -> Callable[[FloatVector, FloatVector], Statistic]:
    def make(labels: FloatVector, classes: FloatVector) -> Statistic:
        kinds, codes = np.unique(np.concatenate([labels, classes]), return_inverse=True)
        true, predicted = codes[: labels.size], codes[labels.size :]
        if np.isnan(kinds).any():
            return _ByClass(true, predicted, kinds.size, _undefined)
        return _ByClass(true, predicted, kinds.size, finish)

    return make


def _undefined(counts: _Counts) -> FloatVector:
    return np.full(len(counts.hits), np.nan)


def _precisions(counts: _Counts) -> FloatVector:
    return quotient(counts.hits, counts.predicted)


def _recalls(counts: _Counts) -> FloatVector:
    return quotient(counts.hits, counts.true)


def _f1s(counts: _Counts) -> FloatVector:
    return quotient(2 * counts.hits, counts.true + counts.predicted)


def _macro(parts: Callable[[_Counts], FloatVector]) -> Callable[[_Counts], FloatVector]:
    return lambda counts: _line_means(parts(counts))


def _weighted(parts: Callable[[_Counts], FloatVector]) -> Callable[[_Counts], FloatVector]:
    def finish(counts: _Counts) -> FloatVector:
        terms = np.where(counts.true > 0, counts.true * parts(counts), 0.0)
        return quotient(terms.sum(axis=1), counts.true.sum(axis=1))

    return finish


def _correlation(counts: _Counts) -> FloatVector:
    rows = counts.true.sum(axis=1)
    shared = rows * counts.hits.sum(axis=1) - (counts.true * counts.predicted).sum(axis=1)
    spreads = [rows**2 - (each**2).sum(axis=1) for each in (counts.true, counts.predicted)]
    return quotient(shared, np.sqrt(spreads[0]) * np.sqrt(spreads[1]))


def _ratio(sums: FloatVector) -> FloatVector:
    return quotient(sums[:, 0], sums[:, 1])


def _specificity(labels: FloatVector, classes: FloatVector) -> Statistic:
    return RowSums(np.stack([(1 - labels) * (1 - classes), 1 - labels]), _ratio)


_macro_precision = _by_class(_macro(_precisions))
_macro_recall = _by_class(_macro(_recalls))
_macro_f1 = _by_class(_macro(_f1s))
_weighted_precision = _by_class(_weighted(_precisions))
_weighted_recall = _by_class(_weighted(_recalls))
_weighted_f1 = _by_class(_weighted(_f1s))
_mcc = _by_class(_correlation)

STATISTICS: dict[str, Callable[[FloatVector, FloatVector], Statistic]] = {
    "macro-f1": _macro_f1,
    "macro-precision": _macro_precision,
    "macro-recall": _macro_recall,
    "mcc": _mcc,
    "specificity": _specificity,
    "weighted-f1": _weighted_f1,
    "weighted-precision": _weighted_precision,
    "weighted-recall": _weighted_recall,
}
"""The metrics of this module as functions of row weights."""
