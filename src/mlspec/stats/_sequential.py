"""Tests that may be looked at more than once: mSPRT, and group-sequential bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mlspec.stats._intervals import Bounds, normal_quantile
from mlspec.stats._quadrature import panels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.stats._arrays import FloatVector
    from mlspec.stats._proportions import Share

__all__ = ["Sequential", "Spending", "msprt", "msprt_means", "msprt_shares", "spending_bounds"]

Spending = Literal["obrien-fleming", "pocock"]
"""How the error is spent: hardly any at early looks, or nearly the same at each."""

_FEWEST = 2
_HIGHEST = 38.0
"""No bound lies higher: the tail beyond it is below the smallest number."""
_STEPS = 80


@dataclass(frozen=True, slots=True)
class Sequential:
    """What holds at any time of looking: `p` against no difference, and an interval of it.

    Over several looks the smallest p and the intersection of the intervals hold as well.
    """

    p: float
    bounds: Bounds


def msprt(difference: float, variance: float, *, scale: float, level: float) -> Sequential:
    """Return the always-valid p and confidence sequence of a difference that is about normal.

    With v its variance and t = `scale`, the standard deviation of the effects the test is best at
    (the unit of the difference; fixed before the first look):
    L = sqrt(v / (v + t^2)) exp(t^2 d^2 / (2 v (v + t^2))), p = min(1, 1 / L), interval
    d -+ sqrt(v (v + t^2) / t^2 (2 ln(1 / (1 - level)) + ln((v + t^2) / v))). Source: Johari,
    Koomen, Pekelis and Walsh, Operations Research 70 (2022); H. Robbins (1970). Nothing is known,
    p = 1 and no ends, without a positive variance.
    """
    if not (variance > 0 and math.isfinite(variance) and scale > 0 and math.isfinite(difference)):
        return Sequential(1.0, Bounds(-math.inf, math.inf))
    spread = scale * scale
    widened = math.log1p(spread / variance)
    log_ratio = spread * difference**2 / (2 * variance * (variance + spread)) - widened / 2
    size = variance * (variance + spread) / spread * (widened - 2 * math.log(1 - level))
    half = math.sqrt(size)
    return Sequential(math.exp(-max(0.0, log_ratio)), Bounds(difference - half, difference + half))


def msprt_shares(first: Share, second: Share, *, scale: float, level: float) -> Sequential:
    """Return `msprt` of first - second, two independent shares.

    The variance is sum q (1 - q) / n with q = (k + 1) / (n + 2), so that no early streak of
    successes passes for certainty. Nothing is known when one has no trials.
    """
    if not (first.trials > 0 and second.trials > 0):
        return Sequential(1.0, Bounds(-math.inf, math.inf))
    variance = sum(_share_variance(each) for each in (first, second))
    found = msprt(first.value - second.value, variance, scale=scale, level=level)
    return Sequential(found.p, Bounds(max(-1.0, found.bounds.lower), min(1.0, found.bounds.upper)))


def _share_variance(share: Share) -> float:
    smoothed = (share.successes + 1) / (share.trials + 2)
    return smoothed * (1 - smoothed) / share.trials


def msprt_means(
    first: FloatVector, second: FloatVector, *, scale: float, level: float
) -> Sequential:
    """Return `msprt` of mean(first) - mean(second), variance s1^2 / n1 + s2^2 / n2.

    The normal approximation needs some tens of rows on each side before the first look. Nothing is
    known below two rows, or when all rows of both are equal.
    """
    if min(first.size, second.size) < _FEWEST:
        return Sequential(1.0, Bounds(-math.inf, math.inf))
    variance = sum(float(each.var(ddof=1)) / each.size for each in (first, second))
    return msprt(float(first.mean() - second.mean()), variance, scale=scale, level=level)


def spending_bounds(
    fractions: Sequence[float], *, level: float, spending: Spending = "obrien-fleming"
) -> FloatVector:
    """Return the |z| to exceed at each look so that all looks together err in 1 - level of cases.

    `fractions` are the shares of the planned information at the looks, rising, the last at most 1;
    they need not be known beforehand. Symmetric; each side spends f(t) of a = (1 - level) / 2:
    2 - 2 Phi(z_(a/2) / sqrt(t)) in the way of O'Brien and Fleming, a ln(1 + (e - 1) t) in that of
    Pocock. Source: K. K. G. Lan and D. L. DeMets, Biometrika 70 (1983); the integral over the
    paths that have not crossed as by Armitage, McPherson and Rowe (1969). A look without anything
    left to spend gets infinity. NaN for fractions that do not rise within 0..1.
    """
    times = np.asarray(fractions, dtype=np.float64)
    if not times.size or not (np.diff(times, prepend=0.0) > 0).all() or not times[-1] <= 1:
        return np.full(times.size, np.nan)
    side = (1 - level) / 2
    spent = np.array([_SPENT[spending](side, float(time)) for time in times])
    return _bounds(times, 2 * np.diff(spent, prepend=0.0))


def _obrien_fleming(side: float, time: float) -> float:
    return math.erfc(-normal_quantile(side / 2) / math.sqrt(2 * time))


def _pocock(side: float, time: float) -> float:
    return side * math.log1p((math.e - 1) * time)


_SPENT = {"obrien-fleming": _obrien_fleming, "pocock": _pocock}


def _bounds(times: FloatVector, shares: FloatVector) -> FloatVector:
    """Return the bound of each look, where `shares` is the error that the look may spend."""
    found: list[float] = []
    nodes, masses, before = np.zeros(1), np.ones(1), 0.0
    for time, share in zip(times.tolist(), shares.tolist(), strict=True):
        step = math.sqrt(time - before)
        edge = _edge(nodes, masses, (step, math.sqrt(time)), share)
        found.append(edge / math.sqrt(time))
        nodes, masses, before = *_moved(nodes, masses, step, edge), time
    return np.array([math.inf if bound >= _HIGHEST else bound for bound in found])


def _edge(
    nodes: FloatVector, masses: FloatVector, scales: tuple[float, float], share: float
) -> float:
    """Bisect for the value that the walk, standing at the nodes, leaves with probability share."""
    step, root = scales
    low, high = 0.0, _HIGHEST * root
    for _ in range(_STEPS):
        middle = (low + high) / 2
        leaving = float(masses @ _outside(nodes, step, middle))
        low, high = (middle, high) if leaving > share else (low, middle)
    return high


def _outside(nodes: FloatVector, step: float, edge: float) -> FloatVector:
    scale = step * math.sqrt(2)
    tails = [
        math.erfc((edge - node) / scale) + math.erfc((edge + node) / scale)
        for node in nodes.tolist()
    ]
    return np.array(tails) / 2


def _moved(
    nodes: FloatVector, masses: FloatVector, step: float, edge: float
) -> tuple[FloatVector, FloatVector]:
    """Return where the walk stands after a normal step, given that it has not left."""
    inside = min(edge, float(np.abs(nodes).max()) + 9 * step)
    count = min(200, 2 + math.ceil(2 * inside / (6 * step)))
    after, weights = panels(np.linspace(-inside, inside, count + 1))
    distances = (after[:, np.newaxis] - nodes) / step
    density = np.exp(-(distances**2) / 2) @ masses / (step * math.sqrt(2 * math.pi))
    return after, weights * density
