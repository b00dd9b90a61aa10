"""What rows of kinds that were never seen could do to a metric, where resampling is silent.

A resample holds no row that the data do not hold. Where every row agrees (no error at all, one and
the same loss) all resamples give the same value: that says nothing of how certain the value is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.stats._arrays import FloatVector, WeightMatrix

__all__ = ["inside_ranks", "unseen_bounds", "unseen_share"]


def inside_ranks(scores: FloatVector) -> FloatVector:
    """Return scores between 0 and 1, both excluded, in the same order; ties stay ties.

    The k-th smallest of K different scores becomes k / (K + 1), so that 0 and 1 lie beyond all.
    """
    kinds, places = np.unique(scores, return_inverse=True)
    ranks: FloatVector = (places + 1) / (kinds.size + 1)
    return ranks


def unseen_share(rows: float, *, level: float) -> float:
    """Return the largest share that rows may have of which none was seen among so many.

    1 - a^(1/n), a = (1 - level) / 2: the upper end of Clopper and Pearson (1934) for 0 of n, about
    -ln(a) / n, which is the rule of three at a = 0.05 (Hanley and Lippman-Hand, JAMA 249 (1983)).
    1 without rows.
    """
    return -math.expm1(math.log((1 - level) / 2) / rows) if rows > 0 else 1.0


def unseen_bounds(
    metric: Callable[[FloatVector, WeightMatrix], FloatVector],
    rows: FloatVector,
    unseen: FloatVector,
    *,
    level: float,
) -> Bounds:
    """Return the lowest and highest value of a metric if one kind of row was missed by chance.

    With F the rows and e = `unseen_share`, the metric of (1 - e) F + e d over every kind d of
    `unseen`, and of F itself: the gross errors of P. J. Huber, Ann. Math. Statist. 35 (1964). For a
    share without a failure that is 1 - e, the end of Clopper and Pearson.

    Args:
        metric: the metric of rows, one column per row, under weights, one line per resample.
        rows: the data, one column per row; equal columns are counted once.
        unseen: kinds of rows, one per column, in the same lines as `rows`.
        level: two-sided; each end has half of the rest.

    An end is infinite where the metric is undefined for a kind, and without rows.
    """
    if not rows.shape[1]:
        return Bounds(-math.inf, math.inf)
    kinds, counts = np.unique(rows, axis=1, return_counts=True)
    share = unseen_share(rows.shape[1], level=level)
    weights = np.append((1 - share) * counts, share * rows.shape[1])[np.newaxis, :]
    found = [float(metric(np.column_stack([kinds, kind]), weights)[0]) for kind in unseen.T]
    found.append(float(metric(kinds, counts[np.newaxis, :].astype(np.float64))[0]))
    if not all(map(math.isfinite, found)):
        return Bounds(-math.inf, math.inf)
    return Bounds(min(found), max(found))
