"""What logged decisions are worth: their weights, their variety, and the chances behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector

__all__ = ["action_entropy", "effective_sample_size", "minimum_propensity"]


def effective_sample_size(weights: FloatVector) -> float:
    """Return (sum w)^2 / sum w^2: how many equally weighted rows are worth as much, in 1..rows.

    Source: L. Kish, Survey Sampling (1965). NaN without a positive weight, or with a negative one.
    """
    if not weights.size or not (weights >= 0).all() or not weights.max() > 0:
        return math.nan
    scaled = weights / weights.max()
    return float(scaled.sum() ** 2 / np.sum(scaled**2))


def action_entropy(actions: FloatVector) -> float:
    """Return -sum p log2 p over the shares of the actions taken, in bits.

    0 when one action is always taken, log2 k when k are taken equally often. Source: C. E. Shannon
    (1948). NaN without rows or with a NaN.
    """
    if not actions.size or np.isnan(actions).any():
        return math.nan
    shares = np.unique(actions, return_counts=True)[1] / actions.size
    return float(np.sum(shares * -np.log2(shares)))


def minimum_propensity(propensities: FloatVector) -> float:
    """Return the smallest chance with which a logged action was taken, a share.

    NaN without rows, or with a value outside 0..1.
    """
    if not propensities.size or not ((propensities >= 0) & (propensities <= 1)).all():
        return math.nan
    return float(propensities.min())
