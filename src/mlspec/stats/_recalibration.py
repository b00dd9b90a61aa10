"""Slope and intercept of the logistic regression of the labels on the log-odds of the scores."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mlspec.stats._classification import LOG_LOSS_CLIP
from mlspec.stats._intervals import Bounds, two_sided_z

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector

    Flaw = Literal["constant-scores", "not-converged", "one-class", "separable"]

__all__ = ["Recalibration", "recalibrated", "recalibration"]

_STEPS = 100
_HALVINGS = 40
_LARGEST = 700
"""The exponential of more overflows."""


@dataclass(frozen=True, slots=True)
class Recalibration:
    """Slope (1 when calibrated) and intercept (0), with Wald intervals.

    A slope below 1 means scores that are too extreme, an intercept below 0 scores that are too
    high. `flaw` says why both are NaN: labels of one class, equal scores, or scores that separate
    the classes, whose slope has no finite estimate.
    """

    slope: float
    intercept: float
    slope_bounds: Bounds
    intercept_bounds: Bounds
    flaw: Flaw | None = None


def recalibration(labels: FloatVector, scores: FloatVector, *, level: float) -> Recalibration:
    """Return the maximum-likelihood fit of P(y = 1) = 1 / (1 + exp(-(a + b ln(s / (1 - s))))).

    By iteratively reweighted least squares, a step halved while it does not help. Scores are
    clipped to 1e-15 .. 1 - 1e-15. Intervals from the inverse information. Source: D. R. Cox (1958).
    """
    log_odds = _log_odds(scores)
    flaw = _flaw(labels, log_odds)
    if flaw is not None:
        return _flawed(flaw)
    centre = float(log_odds.mean())
    design = np.stack([np.ones_like(log_odds), log_odds - centre], axis=1)
    fitted = _fit(design, labels)
    if fitted is None:
        return _flawed("not-converged")
    beta, covariance = fitted
    to_raw = np.array([[1.0, -centre], [0.0, 1.0]])
    (intercept, slope), variances = to_raw @ beta, np.diag(to_raw @ covariance @ to_raw.T)
    halves = two_sided_z(level) * np.sqrt(variances)
    return Recalibration(
        float(slope),
        float(intercept),
        Bounds(float(slope - halves[1]), float(slope + halves[1])),
        Bounds(float(intercept - halves[0]), float(intercept + halves[0])),
    )


def recalibrated(scores: FloatVector, fit: Recalibration) -> FloatVector:
    """Return the probabilities that a fit makes of scores: 1 / (1 + exp(-(a + b ln(s / (1 - s))))).

    Clipped as in `recalibration`; in 0..1, in the order of the scores where the slope is positive.
    NaN throughout for a fit with a flaw.
    """
    odds = np.clip(fit.intercept + fit.slope * _log_odds(scores), -_LARGEST, _LARGEST)
    chances: FloatVector = 1 / (1 + np.exp(-odds))
    return chances


def _log_odds(scores: FloatVector) -> FloatVector:
    clipped = np.clip(scores, LOG_LOSS_CLIP, 1 - LOG_LOSS_CLIP)
    odds: FloatVector = np.log(clipped) - np.log1p(-clipped)
    return odds


def _flaw(labels: FloatVector, log_odds: FloatVector) -> Flaw | None:
    below, above = log_odds[labels == 0], log_odds[labels == 1]
    if not (below.size and above.size):
        return "one-class"
    if np.ptp(log_odds) == 0:
        return "constant-scores"
    apart = below.max() <= above.min() or above.max() <= below.min()
    return "separable" if apart else None


def _flawed(flaw: Flaw) -> Recalibration:
    nothing = Bounds(-math.inf, math.inf)
    return Recalibration(math.nan, math.nan, nothing, nothing, flaw)


def _fit(design: FloatVector, labels: FloatVector) -> tuple[FloatVector, FloatVector] | None:
    """Return the coefficients and their covariance, or None without convergence."""
    beta: FloatVector = np.zeros(2)
    cost = _cost(design, labels, beta)
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(design @ beta, -_LARGEST, _LARGEST)))
        weights = chances * (1 - chances)
        information = design.T @ (design * weights[:, np.newaxis])
        if np.linalg.matrix_rank(information) < design.shape[1]:
            return None
        covariance = np.linalg.inv(information).astype(np.float64)
        step = covariance @ (design.T @ (labels - chances))
        after = _improved(design, labels, beta, step, cost)
        moved = float(np.abs(after - beta).max())
        beta, cost = after, _cost(design, labels, after)
        if moved <= 1e-10 * max(1.0, float(np.abs(beta).max())):
            return beta, covariance
    return None


def _improved(
    design: FloatVector, labels: FloatVector, beta: FloatVector, step: FloatVector, cost: float
) -> FloatVector:
    """Return beta + step, the step halved until the cost does not grow."""
    most = cost + 1e-12 * abs(cost)
    shorter = (beta + step / 2**halving for halving in range(_HALVINGS))
    return next((each for each in shorter if _cost(design, labels, each) <= most), beta)


def _cost(design: FloatVector, labels: FloatVector, beta: FloatVector) -> float:
    """Return minus the log-likelihood."""
    eta = design @ beta
    return float(np.sum(np.logaddexp(0.0, eta) - labels * eta))
