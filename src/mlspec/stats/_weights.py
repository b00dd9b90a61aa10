"""What logged decisions are worth: their weights, their variety, and the chances behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds, two_sided_z
from mlspec.stats._proportions import clopper_pearson

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector

__all__ = [
    "action_entropy",
    "effective_sample_size",
    "entropy_interval",
    "minimum_propensity",
]


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


def entropy_interval(actions: FloatVector, *, level: float) -> Bounds:
    """Return the interval of the entropy of the actions behind those taken, in bits.

    H - z s - z^2 / (2 n ln 2) .. H + b + z s, cut at 0, with s^2 = (sum p (log2 p)^2 - H^2) / n by
    the delta method and b = (k - 1) / (2 n ln 2), by which the entropy of a sample of k actions is
    too small on average. Source: G. A. Miller (1955). s vanishes where all actions are as frequent;
    what is left there is the square of a normal number, the term below. With a single action, the
    upper end is the entropy of a second one as frequent as it may be without being seen (Clopper
    and Pearson). Simulated at level 0.9, 200 rows and more: an end fails in at most 11 % of runs,
    most where an action is expected twice. 0..infinity where nothing is known: without rows or with
    a NaN.
    """
    entropy = action_entropy(actions)
    if math.isnan(entropy):
        return Bounds(0.0, math.inf)
    shares = np.unique(actions, return_counts=True)[1] / actions.size
    if shares.size == 1:
        unseen = clopper_pearson(0, actions.size, level=level).upper
        return Bounds(0.0, 1.0 if unseen >= 1 / 2 else _binary_entropy(unseen))
    surprise = -np.log2(shares)
    variance = max(0.0, float(np.sum(shares * surprise**2)) - entropy**2) / actions.size
    half = two_sided_z(level) * math.sqrt(variance)
    bias = (shares.size - 1) / (2 * actions.size * math.log(2))
    curved = two_sided_z(level) ** 2 / (2 * actions.size * math.log(2))
    return Bounds(max(0.0, entropy - half - curved), entropy + bias + half)


def _binary_entropy(share: float) -> float:
    return -share * math.log2(share) - (1 - share) * math.log2(1 - share)


def minimum_propensity(propensities: FloatVector) -> float:
    """Return the smallest chance with which a logged action was taken, a share.

    NaN without rows, or with a value outside 0..1.
    """
    if not propensities.size or not ((propensities >= 0) & (propensities <= 1)).all():
        return math.nan
    return float(propensities.min())
