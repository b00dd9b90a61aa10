"""Average precision: the area under the steps of the precision-recall curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._statistic import Statistic, quotient

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.stats._arrays import FloatVector, PlaceVector, WeightMatrix

__all__ = ["STATISTICS", "average_precision"]


def average_precision(labels: FloatVector, scores: FloatVector) -> float:
    """Return sum over thresholds of (recall_k - recall_{k-1}) * precision_k, a share.

    Rows with the same score form one threshold, as in scikit-learn; no interpolation.
    Labels are 0 or 1. NaN without positive labels.
    """
    return _average_precision(labels, scores).value()


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """Rows in descending order of score; `ends` are the last places of runs of ties."""

    order: PlaceVector
    labels: FloatVector
    ends: PlaceVector

    @property
    def rows(self) -> int:
        """Number of rows of the data."""
        return int(self.labels.size)

    def __call__(self, weights: WeightMatrix) -> FloatVector:
        """Return the average precision of each resample."""
        if not self.rows:
            return np.full(len(weights), np.nan)
        ranked = weights[:, self.order]
        seen = np.cumsum(ranked, axis=1)[:, self.ends]
        hits = np.cumsum(ranked * self.labels, axis=1)[:, self.ends]
        gained = np.diff(hits, axis=1, prepend=0.0)
        precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
        return quotient((gained * precision).sum(axis=1), hits[:, -1])

    def value(self) -> float:
        """Return the average precision with every row counted once."""
        return float(self(np.ones((1, self.rows)))[0])


def _average_precision(labels: FloatVector, scores: FloatVector) -> _Ranked:
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    return _Ranked(order, labels[order], ends)


STATISTICS: dict[str, Callable[[FloatVector, FloatVector], Statistic]] = {
    "average-precision": _average_precision
}
"""The metric of this module as a function of row weights."""
