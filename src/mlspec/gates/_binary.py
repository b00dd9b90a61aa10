"""What gates about two classes read of predictions, or the reason that it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Reason, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import Rows
    from mlspec.stats import FloatVector

__all__ = ["binary_classes", "binary_labels", "classes_of", "probabilities", "told"]

_HALF = 0.5


def binary_labels(rows: Rows, *, both: bool = False) -> FloatVector | Reason:
    """Return the labels when each is 0 or 1, and, where `both` is asked for, both occur."""
    labels = rows.labels
    if isinstance(labels, Reason):
        return labels
    if not stats.is_binary(labels):
        where = told(rows, labels, ((labels == 0) | (labels == 1)).tolist())
        return Reason("label-not-binary", f"the gate is about two classes, but the label {where}")
    if both and not 0 < float(labels.sum()) < labels.size:
        return Reason("one-class", "all labels are of one class")
    return labels


def binary_classes(rows: Rows, threshold: float | None) -> FloatVector | Reason:
    """Return the predicted classes: the prediction column, or the score against the threshold."""
    if rows.predictions is None:
        return classes_of(rows.scores, threshold)
    if isinstance(rows.predictions, Reason) or stats.is_binary(rows.predictions):
        return rows.predictions
    found = rows.predictions
    where = told(rows, found, ((found == 0) | (found == 1)).tolist())
    return Reason("label-not-binary", f"a prediction is neither 0 nor 1: that {where}")


def classes_of(scores: FloatVector | Reason, threshold: float | None) -> FloatVector | Reason:
    """Return the classes that follow from scores.

    One half stands for a threshold that is not stated, among scores in 0..1 alone: a logit of 0.3
    is a prediction of the positive class.
    """
    if isinstance(scores, Reason):
        return scores
    if threshold is None and not _in_unit(scores):
        sentence = "a score lies outside 0..1, and `positiveThreshold` does not say what it means"
        return Reason("score-out-of-range", sentence)
    return stats.classes_at(scores, _HALF if threshold is None else threshold)


def _in_unit(scores: FloatVector) -> bool:
    return bool(((scores >= 0) & (scores <= 1)).all())


def probabilities(rows: Rows) -> FloatVector | Reason:
    """Return the scores when all of them lie in 0..1."""
    scores = rows.scores
    if isinstance(scores, Reason) or _in_unit(scores):
        return scores
    where = told(rows, scores, ((scores >= 0) & (scores <= 1)).tolist())
    sentence = f"the gate reads probabilities, a score lies outside 0..1: that {where}"
    return Reason("score-out-of-range", sentence)


def told(rows: Rows, values: FloatVector, are_right: Sequence[bool]) -> str:
    """Return which row holds the first value that is not right, as `of the key `r5` is 2`."""
    place = are_right.index(False)
    key = f"of the key {shown(rows.keys[place])} " if place < len(rows.keys) else ""
    return f"{key}is {values[place]:.6g}"
