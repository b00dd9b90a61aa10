"""Intervals of a mean, of rows that are independent or come in clusters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds, wilson
from mlspec.stats._special import student_quantile

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector

__all__ = ["clustered_mean", "clustered_share", "t_mean", "welch"]

_UNKNOWN = Bounds(-math.inf, math.inf)
_FEWEST = 2
"""Rows, or clusters, below which a spread is undefined."""
_ROUNDING = 1e-24
"""What rounding leaves of a variance of shares that is 0, times the rows."""


def t_mean(values: FloatVector, *, level: float) -> Bounds:
    """Return Student's interval of a mean, in the unit of the values.

    mean -+ t sqrt(s^2 / n) with n - 1 degrees of freedom. Source: Student, Biometrika 6 (1908).
    Without end below two rows, NaN with a NaN among them. Without end, too, where all rows are
    equal: no spread was seen, and without a range of the values nothing follows about the next one.
    Shares have such a range: `clustered_share`.
    """
    if values.size < _FEWEST:
        return _UNKNOWN
    return _t_interval(_mean(values), _squared_error(values), values.size - 1, level)


def welch(first: FloatVector, second: FloatVector, *, level: float) -> Bounds:
    """Return Welch's interval of mean(first) - mean(second), independent rows, unequal variances.

    v = s1^2 / n1 + s2^2 / n2, degrees of freedom v^2 / (v1^2 / (n1 - 1) + v2^2 / (n2 - 1)).
    Source: B. L. Welch, Biometrika 34 (1947). Without end when one has fewer than two rows, and
    when the rows of each are equal.
    """
    if min(first.size, second.size) < _FEWEST:
        return _UNKNOWN
    ours, theirs = _squared_error(first), _squared_error(second)
    weight = ours**2 / (first.size - 1) + theirs**2 / (second.size - 1)
    if not weight:
        return _UNKNOWN
    degrees = (ours + theirs) ** 2 / weight
    return _t_interval(_mean(first) - _mean(second), ours + theirs, degrees, level)


def clustered_mean(values: FloatVector, clusters: FloatVector, *, level: float) -> Bounds:
    """Return the interval of a mean over rows that come in clusters, in the unit of the values.

    Rows of a cluster (prompts of one document, requests of one user) may depend on each other in
    any way. With u_g = the sum of (x - mean) over cluster g of G:
    variance = G / (G - 1) sum u_g^2 / n^2, and t has G - 1 degrees of freedom. Source: Liang and
    Zeger, Biometrika 73 (1986); equals the cluster-robust constant of a regression. `clusters` are
    codes, one per row. Without end below two clusters. One row per cluster gives `t_mean`.
    """
    groups = np.unique(clusters).size
    if groups < _FEWEST:
        return _UNKNOWN
    variance = _clustered_variance(values, clusters)
    return _t_interval(_mean(values), variance, groups - 1, level)


def clustered_share(values: FloatVector, clusters: FloatVector, *, level: float) -> Bounds:
    """Return the interval of the mean of values in 0..1 that come in clusters, cut at 0 and 1.

    As `clustered_mean`. When all clusters are alike the variance is 0, but certainty does not
    follow: the interval is then Wilson's with one trial per cluster, as no variable in 0..1 varies
    more than a yes-or-no one. Without rows, nothing is known: 0..1.
    """
    groups = np.unique(clusters).size
    variance = _clustered_variance(values, clusters) if groups >= _FEWEST else 0.0
    if variance * values.size <= _ROUNDING:
        total = float(values.mean()) * groups if groups else 0.0
        return wilson(total, groups, level=level)
    bounds = clustered_mean(values, clusters, level=level)
    return Bounds(max(0.0, bounds.lower), min(1.0, bounds.upper))


def _mean(values: FloatVector) -> float:
    """Return the mean, exact where all values are equal."""
    return float(values[0] + (values - values[0]).mean())


def _squared_error(values: FloatVector) -> float:
    """Return s^2 / n, exactly 0 where all values are equal."""
    return 0.0 if np.ptp(values) == 0 else float(values.var(ddof=1)) / values.size


def _clustered_variance(values: FloatVector, clusters: FloatVector) -> float:
    if np.ptp(values) == 0:
        return 0.0
    kinds, places = np.unique(clusters, return_inverse=True)
    sums = np.bincount(places, weights=values - values.mean())
    correction = kinds.size / (kinds.size - 1)
    return float(correction * np.sum(sums**2) / values.size**2)


def _t_interval(estimate: float, variance: float, degrees: float, level: float) -> Bounds:
    if variance == 0:
        return _UNKNOWN
    half = student_quantile((1 + level) / 2, degrees) * math.sqrt(variance)
    return Bounds(estimate - half, estimate + half)
