"""Errors of a regression beyond mean and square: median, quantile, and relative ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._statistic import RowSums, quotient

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.stats._arrays import FloatVector, PlaceVector, WeightMatrix
    from mlspec.stats._statistic import Statistic

__all__ = ["STATISTICS", "mape", "median_absolute_error", "pinball", "row_mean", "wape"]


def median_absolute_error(labels: FloatVector, estimates: FloatVector) -> float:
    """Return the median of |e - y|, in the unit of the label. NaN without rows.

    The mean of both middle errors when there is no single one.
    """
    return _median_absolute_error(labels, estimates).value()


def pinball(labels: FloatVector, estimates: FloatVector, *, quantile: float) -> Statistic:
    """Return the mean of max(q (y - e), (q - 1) (y - e)), ready to be resampled.

    In the unit of the label; q in 0..1 is the quantile that the estimates are meant to be.
    Source: R. Koenker and G. Bassett, Econometrica 46 (1978). NaN without rows.
    """
    short = labels - estimates
    return row_mean(np.maximum(quantile * short, (quantile - 1) * short))


def wape(labels: FloatVector, estimates: FloatVector) -> float:
    """Return sum |e - y| / sum |y|, a share that may exceed 1. NaN when all labels are 0."""
    return _wape(labels, estimates).value()


def mape(labels: FloatVector, estimates: FloatVector) -> float:
    """Return mean(|e - y| / |y|), a share that may exceed 1. NaN when any label is 0.

    scikit-learn divides by 2e-16 there, which lets one row decide; `wape` has a value.
    """
    return _mape(labels, estimates).value()


def row_mean(contributions: FloatVector) -> Statistic:
    """Return the mean of one number per row, ready to be resampled. NaN without rows."""
    return RowSums(np.stack([contributions, np.ones_like(contributions)]), _ratio)


def _ratio(sums: FloatVector) -> FloatVector:
    return quotient(sums[:, 0], sums[:, 1])


def _wape(labels: FloatVector, estimates: FloatVector) -> RowSums:
    return RowSums(np.stack([np.abs(estimates - labels), np.abs(labels)]), _ratio)


def _mape(labels: FloatVector, estimates: FloatVector) -> Statistic:
    return row_mean(quotient(np.abs(estimates - labels), np.abs(labels)))


@dataclass(frozen=True, slots=True, eq=False)
class _Median:
    """The median of values that are sorted, `order` being the places of the rows they are from."""

    order: PlaceVector
    values: FloatVector

    @property
    def rows(self) -> int:
        """Number of rows of the data."""
        return int(self.values.size)

    def __call__(self, weights: WeightMatrix) -> FloatVector:
        """Return the median of each resample."""
        if not self.rows or np.isnan(self.values[-1]):
            return np.full(len(weights), np.nan)
        seen = np.cumsum(weights[:, self.order], axis=1)
        total = seen[:, -1]
        middles = (self._at(seen, np.floor(total / 2 + each)) for each in (0.5, 1))
        return np.where(total > 0, sum(middles) / 2, np.nan)

    def _at(self, seen: FloatVector, ranks: FloatVector) -> FloatVector:
        """Return the value of that rank, counted from 1, of each resample."""
        found: FloatVector = self.values[np.argmax(seen >= ranks[:, np.newaxis], axis=1)]
        return found

    def value(self) -> float:
        """Return the median with every row counted once."""
        return float(self(np.ones((1, self.rows)))[0])


def _median_absolute_error(labels: FloatVector, estimates: FloatVector) -> _Median:
    errors = np.abs(estimates - labels)
    order = np.argsort(errors, kind="stable")
    return _Median(order, errors[order])


STATISTICS: dict[str, Callable[[FloatVector, FloatVector], Statistic]] = {
    "mape": _mape,
    "median-absolute-error": _median_absolute_error,
    "wape": _wape,
}
"""The metrics of this module as functions of row weights."""
