"""Arms of an experiment: is the split as planned, and which arm is best?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._quadrature import panels
from mlspec.stats._special import beta_cdf, beta_quantile, chi2_survival

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.stats._arrays import FloatVector
    from mlspec.stats._proportions import Share

__all__ = ["chance_of_best", "sample_ratio_p"]

_FEWEST = 2
_CUTS = (1e-14, 1e-4, 0.1, 0.5)
"""Tail probabilities at which panels meet, on both sides of every arm."""


def sample_ratio_p(counts: FloatVector, shares: FloatVector) -> float:
    """Return the p of the chi-squared test that the arms got their planned shares of the traffic.

    sum (n_i - N s_i)^2 / (N s_i), one degree of freedom less than arms. Source: K. Pearson (1900);
    Fabijan et al., KDD 2019. Shares are scaled to add up to 1. NaN without counts, with fewer than
    two arms, or with a planned share that is not positive.
    """
    total = float(counts.sum())
    if counts.size < _FEWEST or not total > 0 or not (shares > 0).all():
        return math.nan
    expected = total * shares / shares.sum()
    return chi2_survival(float(np.sum((counts - expected) ** 2 / expected)), counts.size - 1)


def chance_of_best(arms: Sequence[Share]) -> FloatVector:
    """Return, per arm, the posterior probability that its success share is the largest.

    Uniform priors: arm i has Beta(1 + k, 1 + n - k); P = integral of f_i times the product of the
    other arms' F_j. By quadrature between quantiles of all arms, without random draws, to about
    1e-9. Source: W. R. Thompson, Biometrika 25 (1933). One arm alone is best.
    """
    shapes = [(1 + arm.successes, 1 + arm.trials - arm.successes) for arm in arms]
    marks = [_marks(*shape) for shape in shapes]
    return np.array([_chance(place, shapes, marks) for place in range(len(arms))])


def _marks(a: float, b: float) -> list[float]:
    low = [beta_quantile(cut, a, b) for cut in _CUTS]
    high = [1 - beta_quantile(cut, b, a) for cut in reversed(_CUTS)]
    return low + high


def _chance(place: int, shapes: list[tuple[float, float]], marks: list[list[float]]) -> float:
    own = marks[place]
    inside = {mark for each in marks for mark in each if own[0] <= mark <= own[-1]}
    nodes, weights = panels(np.array(sorted(inside)))
    masses = weights * _density(nodes, *shapes[place])
    masses /= masses.sum()
    for other in range(len(shapes)):
        if other != place:
            masses = masses * _below(nodes, shapes[other], marks[other])
    return float(masses.sum())


def _density(nodes: FloatVector, a: float, b: float) -> FloatVector:
    """Return the density of Beta(a, b) up to a factor; a node may be rounded to 0 or 1."""
    with np.errstate(divide="ignore"):  # a factor of 0 leaves out what is infinite there
        below = (a - 1) * np.log(nodes) if a > 1 else np.zeros_like(nodes)
        above = (b - 1) * np.log1p(-nodes) if b > 1 else np.zeros_like(nodes)
    logs: FloatVector = below + above
    density: FloatVector = np.exp(logs - logs.max())
    return density


def _below(nodes: FloatVector, shape: tuple[float, float], marks: list[float]) -> FloatVector:
    """Return the distribution function at the nodes, computed only where it is neither 0 nor 1."""
    out = (nodes > marks[-1]).astype(np.float64)
    between = np.flatnonzero((nodes >= marks[0]) & (nodes <= marks[-1]))
    out[between] = [beta_cdf(node, *shape) for node in nodes[between].tolist()]
    return out
