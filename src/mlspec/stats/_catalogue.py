"""The metrics by the names that gates use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.stats import _classification, _errors, _multiclass, _precision_recall, _regression

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.stats._arrays import FloatVector
    from mlspec.stats._statistic import Statistic

__all__ = ["statistic"]

_FACTORIES: dict[str, Callable[[FloatVector, FloatVector], Statistic]] = {
    **_classification.STATISTICS,
    **_errors.STATISTICS,
    **_multiclass.STATISTICS,
    **_precision_recall.STATISTICS,
    **_regression.STATISTICS,
}


def statistic(name: str, labels: FloatVector, outputs: FloatVector) -> Statistic:
    """Return the metric of that name over these rows, ready to be resampled.

    Names are those of the gates: `f1`, `average-precision`, `rmse` ...
    """
    return _FACTORIES[name](labels, outputs)
