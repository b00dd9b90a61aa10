"""Metrics of a classification. Labels and classes are 0 or 1 unless a function says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._statistic import RowSums, quotient

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.stats._arrays import FloatVector

__all__ = [
    "LOG_LOSS_CLIP",
    "STATISTICS",
    "accuracy",
    "balanced_accuracy",
    "brier",
    "f1",
    "log_loss",
    "precision",
    "recall",
]

LOG_LOSS_CLIP = 1e-15
"""Probabilities are moved this far from 0 and 1 before a logarithm is taken."""


def accuracy(labels: FloatVector, classes: FloatVector) -> float:
    """Return the share of rows whose class is right: mean(y = c). NaN without rows.

    Labels may be any class numbers.
    """
    return _accuracy(labels, classes).value()


def balanced_accuracy(labels: FloatVector, classes: FloatVector) -> float:
    """Return (TP / P + TN / N) / 2, the mean of sensitivity and specificity.

    NaN unless both classes occur (scikit-learn leaves the missing class out with a warning).
    """
    return _balanced_accuracy(labels, classes).value()


def precision(labels: FloatVector, classes: FloatVector) -> float:
    """Return TP / (TP + FP), a share. NaN when nothing is predicted positive, never 0."""
    return _precision(labels, classes).value()


def recall(labels: FloatVector, classes: FloatVector) -> float:
    """Return TP / (TP + FN), a share. NaN without positive labels, never 0."""
    return _recall(labels, classes).value()


def f1(labels: FloatVector, classes: FloatVector) -> float:
    """Return 2 TP / (2 TP + FP + FN), a share. NaN when no row is or is predicted positive."""
    return _f1(labels, classes).value()


def log_loss(labels: FloatVector, probabilities: FloatVector) -> float:
    """Return the mean of -ln(p) over positives and -ln(1 - p) over negatives, in nats.

    Probabilities are clipped to 1e-15 .. 1 - 1e-15, so one sure error costs 34.5 nats at most.
    """
    return _log_loss(labels, probabilities).value()


def brier(labels: FloatVector, probabilities: FloatVector) -> float:
    """Return mean((p - y)^2), in squared probability. Source: G. W. Brier (1950), halved."""
    return _brier(labels, probabilities).value()


def _ratio(sums: FloatVector) -> FloatVector:
    return quotient(sums[:, 0], sums[:, 1])


def _over_rows(contributions: FloatVector) -> RowSums:
    return RowSums(np.stack([contributions, np.ones_like(contributions)]), _ratio)


def _accuracy(labels: FloatVector, classes: FloatVector) -> RowSums:
    return _over_rows((labels == classes).astype(np.float64))


def _precision(labels: FloatVector, classes: FloatVector) -> RowSums:
    return RowSums(np.stack([labels * classes, classes]), _ratio)


def _recall(labels: FloatVector, classes: FloatVector) -> RowSums:
    return RowSums(np.stack([labels * classes, labels]), _ratio)


def _f1(labels: FloatVector, classes: FloatVector) -> RowSums:
    return RowSums(np.stack([2 * labels * classes, labels + classes]), _ratio)


def _balanced_accuracy(labels: FloatVector, classes: FloatVector) -> RowSums:
    columns = np.stack([labels * classes, labels, (1 - labels) * (1 - classes), 1 - labels])
    return RowSums(columns, _mean_of_ratios)


def _mean_of_ratios(sums: FloatVector) -> FloatVector:
    return (quotient(sums[:, 0], sums[:, 1]) + quotient(sums[:, 2], sums[:, 3])) / 2


def _log_loss(labels: FloatVector, probabilities: FloatVector) -> RowSums:
    clipped = np.clip(probabilities, LOG_LOSS_CLIP, 1 - LOG_LOSS_CLIP)
    return _over_rows(-(labels * np.log(clipped) + (1 - labels) * np.log1p(-clipped)))


def _brier(labels: FloatVector, probabilities: FloatVector) -> RowSums:
    return _over_rows((probabilities - labels) ** 2)


STATISTICS: dict[str, Callable[[FloatVector, FloatVector], RowSums]] = {
    "accuracy": _accuracy,
    "balanced-accuracy": _balanced_accuracy,
    "brier": _brier,
    "f1": _f1,
    "log-loss": _log_loss,
    "precision": _precision,
    "recall": _recall,
}
"""The metrics of this module as functions of row weights."""
