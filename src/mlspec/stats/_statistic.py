"""A metric as a function of how often each row counts.

The point estimate counts every row once; a resample counts rows as often as they were drawn.
One definition therefore serves the estimate, the bootstrap, and the paired bootstrap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.stats._arrays import FloatVector, WeightMatrix

__all__ = ["RowSums", "Statistic", "quotient"]


class Statistic(Protocol):
    """A metric over `rows` rows of data."""

    @property
    def rows(self) -> int:
        """Number of rows, the width of the weights."""

    def __call__(self, weights: WeightMatrix) -> FloatVector:
        """Return the metric of each resample, NaN where it is undefined."""

    def value(self) -> float:
        """Return the metric of the data as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class RowSums:
    """A metric that depends on the rows through sums over them alone.

    `columns` holds one line per sum; `finish` turns the sums of each resample (one line per
    resample) into the metric.
    """

    columns: FloatVector
    finish: Callable[[FloatVector], FloatVector]

    @property
    def rows(self) -> int:
        """Number of rows of the data."""
        return int(self.columns.shape[1])

    def __call__(self, weights: WeightMatrix) -> FloatVector:
        """Return the metric of each resample."""
        with np.errstate(all="ignore"):  # overflow gives infinity or NaN: undefined, like 0/0
            return self.finish(np.matmul(weights, self.columns.T))

    def value(self) -> float:
        """Return the metric with every row counted once."""
        with np.errstate(all="ignore"):
            return float(self.finish(self.columns.sum(axis=1)[np.newaxis, :])[0])


def quotient(above: FloatVector, below: FloatVector) -> FloatVector:
    """Return above / below, NaN where below is 0."""
    out = np.full(above.shape, np.nan, dtype=np.float64)
    np.divide(above, below, out=out, where=below != 0)
    return out
