"""How much of a sample is one and the same value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector

__all__ = ["largest_tie"]


def largest_tie(values: FloatVector) -> float:
    """Return the share of the rows that have the most common value, in 0..1.

    1 for a constant sample, 1 / n without ties. NaN without rows. A shift of a sample in which many
    rows are 0 is 0 whatever the others do: who reads ranks has to look at this first.
    """
    if not values.size:
        return math.nan
    return float(np.unique(values, return_counts=True)[1].max() / values.size)
