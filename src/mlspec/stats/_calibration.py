"""Whether scores mean what they say: a score of 0.7 should come true in 7 of 10 rows.

Labels are 0 or 1, scores probabilities. Bins are closed on the right and given by their inner
edges, ascending, which belong to the evidence: another cut gives another error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._classification import brier
from mlspec.stats._intervals import Bounds, two_sided_z
from mlspec.stats._proportions import Share
from mlspec.stats._statistic import RowSums, quotient
from mlspec.stats._unseen import unseen_share

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector, PlaceVector
    from mlspec.stats._statistic import Statistic

__all__ = [
    "BrierParts",
    "CalibrationError",
    "ReliabilityBin",
    "brier_parts",
    "ece",
    "ece_interval",
    "equal_mass_edges",
    "equal_width_edges",
    "mce",
    "reliability",
]

_BINS = 10


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The rows with scores in (lower, upper]; the first bin holds its lower end too.

    `positives` is the share of positive labels, `bounds` its Wilson interval, `mean_score` what it
    should be.
    """

    lower: float
    upper: float
    mean_score: float
    positives: Share
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """The expected calibration error, what noise alone makes of it, and its interval."""

    value: float
    noise: float
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class BrierParts:
    """The Brier score as reliability - resolution + uncertainty + within, over bins.

    `reliability` (miscalibration) should be small, `resolution` large; `uncertainty` is that of the
    labels alone. `within` is what scores and labels do inside the bins, 0 when each bin has one
    score.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float


def equal_mass_edges(scores: FloatVector, *, bins: int = _BINS) -> tuple[float, ...]:
    """Return edges that cut the scores into bins of equal size, fewer where scores are tied.

    An edge is a score: the smallest that k / bins of the rows do not exceed (numpy's
    `inverted_cdf`). Rows with the same score are never parted. None without rows.
    """
    if not scores.size:
        return ()
    shares = np.arange(1, bins) / bins
    edges = np.unique(np.quantile(scores, shares, method="inverted_cdf"))
    return tuple(edges[edges < scores.max()].tolist())


def equal_width_edges(*, bins: int = _BINS) -> tuple[float, ...]:
    """Return the edges 1 / bins, 2 / bins ... of bins of equal width over 0..1."""
    return tuple((np.arange(1, bins) / bins).tolist())


def reliability(
    labels: FloatVector, scores: FloatVector, edges: tuple[float, ...], *, level: float
) -> tuple[ReliabilityBin, ...]:
    """Return the bins that hold rows: what a reliability curve shows. None without rows."""
    places, ends = _places(scores, edges), (0.0, *edges, 1.0)
    rows = np.bincount(places, minlength=len(edges) + 1).astype(np.float64)
    hits = np.bincount(places, labels, minlength=rows.size)
    total = np.bincount(places, scores, minlength=rows.size).astype(np.float64)
    mean = quotient(total, rows)
    shares = [Share(float(hit), float(n)) for hit, n in zip(hits, rows, strict=True)]
    return tuple(
        ReliabilityBin(ends[i], ends[i + 1], float(mean[i]), share, share.wilson(level=level))
        for i, share in enumerate(shares)
        if share.trials
    )


def ece(labels: FloatVector, scores: FloatVector, edges: tuple[float, ...]) -> Statistic:
    """Return the expected calibration error: sum over bins of |sum (score - label)| / rows.

    That is the mean over rows of |mean score - share of positives| of the row's bin, a share in
    0..1. Source: Naeini, Cooper, Hauskrecht (2015). Biased upwards by noise, so that percentiles of
    resamples are too: see `ece_interval`. NaN without rows.
    """
    return RowSums(_gaps(labels, scores, edges, np.ones((1, scores.size))), _mean_gap)


def mce(labels: FloatVector, scores: FloatVector, edges: tuple[float, ...]) -> Statistic:
    """Return the maximum calibration error: the largest |mean score - share of positives| of a bin.

    Decided by the smallest bins: use bins of equal mass. NaN without rows.
    """
    members = _members(scores, edges)
    return RowSums(_gaps(labels, scores, edges, members), _largest_gap)


def ece_interval(
    labels: FloatVector, scores: FloatVector, edges: tuple[float, ...], *, level: float
) -> CalibrationError:
    """Return the expected calibration error with an interval that knows of its bias.

    b = sum over bins of sqrt(2 / pi sum score (1 - score)) / n is its size if every score is true,
    d the deviation of the mean of sign(gap of the bin) (score - label). Interval: value - b - z d,
    cut at 0, to value + z d, at least b. Simulated at level 0.9, 10 bins, 200 rows and more: each
    end fails in at most 7 % of runs. Never narrower than `unseen_share` allows: scores of 0 and 1
    that came true in every row have neither noise nor spread. NaN, and 0..1, without rows.
    """
    value = ece(labels, scores, edges).value()
    if math.isnan(value):
        return CalibrationError(value, math.nan, Bounds(0.0, 1.0))
    places, size = _places(scores, edges), scores.size
    variances = np.bincount(places, scores * (1 - scores))
    noise = math.sqrt(2 / math.pi) * float(np.sqrt(np.maximum(0, variances)).sum()) / size
    gaps = scores - labels
    signs = np.where(np.bincount(places, gaps) < 0, -1.0, 1.0)  # a gap of 0 is as uncertain
    pulls = signs[places] * gaps
    half = two_sided_z(level) * float(pulls.std()) / math.sqrt(size)
    if noise == half == 0.0:
        half = unseen_share(size, level=level)
    upper = min(1.0, max(noise, value + half))
    return CalibrationError(value, noise, Bounds(max(0.0, value - noise - half), upper))


def brier_parts(labels: FloatVector, scores: FloatVector, edges: tuple[float, ...]) -> BrierParts:
    """Return the parts of the Brier score, in squared probability.

    Reliability sum n_k (s_k - y_k)^2 / n, resolution sum n_k (y_k - y)^2 / n, uncertainty
    y (1 - y), with s_k the mean score and y_k the share of positives of bin k. Source: A. H. Murphy
    (1973); the rest inside the bins: Stephenson, Coelho, Jolliffe (2008). NaN without rows.
    """
    bins = reliability(labels, scores, edges, level=0.5)
    if not bins:
        return BrierParts(math.nan, math.nan, math.nan, math.nan)
    weights = np.array([each.positives.trials for each in bins]) / scores.size
    shares = np.array([each.positives.value for each in bins])
    means, base = np.array([each.mean_score for each in bins]), float(labels.mean())
    miscalibration = float(weights @ (means - shares) ** 2)
    resolution, uncertainty = float(weights @ (shares - base) ** 2), base * (1 - base)
    within = brier(labels, scores) - (miscalibration - resolution + uncertainty)
    return BrierParts(miscalibration, resolution, uncertainty, within)


def _places(scores: FloatVector, edges: tuple[float, ...]) -> PlaceVector:
    return np.searchsorted(np.array(edges), scores, side="left")


def _members(scores: FloatVector, edges: tuple[float, ...]) -> FloatVector:
    """Return one line per bin, 1 for its rows."""
    bins = np.arange(len(edges) + 1)[:, np.newaxis]
    inside: FloatVector = (_places(scores, edges) == bins).astype(np.float64)
    return inside


def _gaps(
    labels: FloatVector, scores: FloatVector, edges: tuple[float, ...], rows: FloatVector
) -> FloatVector:
    return np.concatenate([_members(scores, edges) * (scores - labels), rows])


def _mean_gap(sums: FloatVector) -> FloatVector:
    gaps: FloatVector = np.abs(sums[:, :-1]).sum(axis=1)
    return quotient(gaps, sums[:, -1])


def _largest_gap(sums: FloatVector) -> FloatVector:
    gaps, rows = np.split(sums, 2, axis=1)
    largest: FloatVector = np.fmax.reduce(quotient(np.abs(gaps), rows), axis=1)
    return largest
