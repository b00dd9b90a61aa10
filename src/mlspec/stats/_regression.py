"""Metrics of a regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._statistic import RowSums, quotient

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.stats._arrays import FloatVector

__all__ = ["STATISTICS", "mae", "r2", "rmse"]


def mae(labels: FloatVector, estimates: FloatVector) -> float:
    """Return mean(|e - y|), in the unit of the label. NaN without rows."""
    return _mae(labels, estimates).value()


def rmse(labels: FloatVector, estimates: FloatVector) -> float:
    """Return sqrt(mean((e - y)^2)), in the unit of the label. NaN without rows."""
    return _rmse(labels, estimates).value()


def r2(labels: FloatVector, estimates: FloatVector) -> float:
    """Return 1 - sum((e - y)^2) / sum((y - mean y)^2), without unit, at most 1.

    NaN when all labels are equal (scikit-learn gives 0 or 1 there, which says nothing).
    """
    return _r2(labels, estimates).value()


def _errors(labels: FloatVector, estimates: FloatVector) -> FloatVector:
    with np.errstate(over="ignore"):
        return estimates - labels


def _squares(values: FloatVector) -> FloatVector:
    with np.errstate(over="ignore"):
        return values * values


def _mae(labels: FloatVector, estimates: FloatVector) -> RowSums:
    error = np.abs(_errors(labels, estimates))
    return RowSums(np.stack([error, np.ones_like(error)]), _ratio)


def _ratio(sums: FloatVector) -> FloatVector:
    return quotient(sums[:, 0], sums[:, 1])


def _rmse(labels: FloatVector, estimates: FloatVector) -> RowSums:
    squares = _squares(_errors(labels, estimates))
    return RowSums(np.stack([squares, np.ones_like(squares)]), _root_ratio)


def _root_ratio(sums: FloatVector) -> FloatVector:
    return np.sqrt(_ratio(sums))


def _r2(labels: FloatVector, estimates: FloatVector) -> RowSums:
    # centred on a label, so that equal labels leave exactly no spread, whatever their size
    centred = labels - (np.median(labels) if labels.size else 0.0)
    squares = _squares(_errors(labels, estimates))
    columns = np.stack([squares, centred, _squares(centred), np.ones_like(squares)])
    return RowSums(columns, _explained)


def _explained(sums: FloatVector) -> FloatVector:
    error, linear, square, rows = sums.T
    spread = square - quotient(linear**2, rows)
    # what cancellation leaves of an exact 0 is no spread
    spread = np.where(spread > 1e-12 * square, spread, 0.0)
    return 1 - quotient(error, spread)


STATISTICS: dict[str, Callable[[FloatVector, FloatVector], RowSums]] = {
    "mae": _mae,
    "r2": _r2,
    "rmse": _rmse,
}
"""The metrics of this module as functions of row weights."""
