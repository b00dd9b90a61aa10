"""How far a judge agrees with people, and what its verdicts say about the true rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mlspec.stats._intervals import Bounds, two_sided_z, wilson
from mlspec.stats._proportions import Share
from mlspec.stats._statistic import quotient

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector, PlaceVector, WeightMatrix
    from mlspec.stats._statistic import Statistic

__all__ = [
    "Corrected",
    "JudgeRates",
    "Kappa",
    "Weighting",
    "judge_rates",
    "kappa",
    "kappa_statistic",
    "rogan_gladen",
]

Weighting = Literal["none", "linear", "quadratic"]
"""How much a disagreement counts: fully, by its distance, or by the square of its distance."""

_ROUNDING = 1e-12
_EXPONENTS: dict[Weighting, int] = {"none": 0, "linear": 1, "quadratic": 2}


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa. `agreement` is the raw share of equal ratings; the variance is that of kappa.

    `degenerate`: the variance is 0, and the interval is not the normal one.
    """

    kappa: float
    variance: float
    bounds: Bounds
    agreement: Share
    degenerate: bool = False


@dataclass(frozen=True, slots=True)
class JudgeRates:
    """A judge against people: how often it finds a 1, how often it leaves a 0 alone, and both."""

    sensitivity: Share
    specificity: Share
    agreement: Share


@dataclass(frozen=True, slots=True)
class Corrected:
    """A rate corrected for the errors of the judge that found it, a share."""

    rate: float
    bounds: Bounds


def judge_rates(judge: FloatVector, human: FloatVector) -> JudgeRates:
    """Return sensitivity, specificity and raw agreement of verdicts 0 or 1, as counts."""
    right = judge == human
    return JudgeRates(
        Share(float(np.sum(right & (human == 1))), float(np.sum(human == 1))),
        Share(float(np.sum(right & (human == 0))), float(np.sum(human == 0))),
        Share(float(np.sum(right)), float(human.size)),
    )


def kappa(
    first: FloatVector, second: FloatVector, *, level: float, weighting: Weighting = "none"
) -> Kappa:
    """Return Cohen's kappa of two raters with its large-sample interval, in -1..1.

    (p_o - p_e) / (1 - p_e), where p_o is the mean of w over the rows and p_e its mean if the raters
    were independent; w_ij is 1 for equal ratings, else 0, or 1 - (|i - j| / range)^e for ratings on
    a scale, i and j being the ratings themselves. Source: J. Cohen (1960, 1968). Variance:
    {sum p_ij [w_ij - (w_i. + w_.j)(1 - k)]^2 - [k - p_e (1 - k)]^2} / n(1 - p_e)^2, by Fleiss,
    Cohen and Everitt, Psychological Bulletin 72 (1969).

    The variance is 0 for full agreement and for a rater that always says the same. Certainty does
    not follow: the interval is then Wilson's of p_o, with p_e held fixed. NaN and -1..1 without
    rows, with a NaN, or when both raters say the same one thing throughout.
    """
    rated = _rated(first, second, weighting)
    agreement = Share(float(np.sum(first == second)), float(first.size))
    value = rated.value()
    if math.isnan(value):
        return Kappa(math.nan, math.nan, Bounds(-1.0, 1.0), agreement, degenerate=True)
    observed, chance = rated.shares(np.ones((1, rated.rows)))
    variance = _variance(rated, value, float(chance[0]))
    if variance == 0:
        ends = wilson(float(observed[0]) * rated.rows, rated.rows, level=level)
        lower, upper = (1 - (1 - end) / (1 - float(chance[0])) for end in (ends.lower, ends.upper))
        return Kappa(value, 0.0, _cut(lower, upper), agreement, degenerate=True)
    half = two_sided_z(level) * math.sqrt(variance)
    return Kappa(value, variance, _cut(value - half, value + half), agreement)


def kappa_statistic(
    first: FloatVector, second: FloatVector, *, weighting: Weighting = "none"
) -> Statistic:
    """Return Cohen's kappa as a function of row weights, for the bootstrap."""
    return _rated(first, second, weighting)


@dataclass(frozen=True, slots=True, eq=False)
class _Rated:
    """Two ratings of each row as codes, and how much any two codes agree."""

    first: PlaceVector
    second: PlaceVector
    weights: FloatVector

    @property
    def rows(self) -> int:
        """Number of rows of the data."""
        return int(self.first.size)

    def shares(self, weights: WeightMatrix) -> tuple[FloatVector, FloatVector]:
        """Return observed and chance agreement of each resample."""
        total = weights.sum(axis=1)
        observed = quotient(weights @ self.weights[self.first, self.second], total)
        margins = (
            np.stack([np.bincount(codes, line, len(self.weights)) for line in weights])
            for codes in (self.first, self.second)
        )
        ours, theirs = margins
        return observed, quotient(((ours @ self.weights) * theirs).sum(axis=1), total**2)

    def __call__(self, weights: WeightMatrix) -> FloatVector:
        """Return kappa of each resample."""
        if not self.rows or np.isnan(self.weights).any():
            return np.full(len(weights), np.nan)
        observed, chance = self.shares(weights)
        return quotient(observed - chance, 1 - chance)

    def value(self) -> float:
        """Return kappa with every row counted once."""
        return float(self(np.ones((1, self.rows)))[0])


def _rated(first: FloatVector, second: FloatVector, weighting: Weighting) -> _Rated:
    kinds, codes = np.unique(np.concatenate([first, second]), return_inverse=True)
    distances = np.abs(kinds[:, np.newaxis] - kinds)
    spread = distances.max(initial=0.0) or 1.0
    exponent = _EXPONENTS[weighting]
    cost = (distances / spread) ** exponent if exponent else np.where(distances == 0, 0.0, 1.0)
    cost = np.where(np.isnan(distances), np.nan, cost)
    return _Rated(codes[: first.size], codes[first.size :], 1 - cost)


def _variance(rated: _Rated, value: float, chance: float) -> float:
    size, rows = len(rated.weights), rated.rows
    cells = np.bincount(rated.first * size + rated.second, minlength=size * size)
    joint = cells.reshape(size, size) / rows
    by_first, by_second = joint.sum(axis=1), joint.sum(axis=0)
    means = (rated.weights @ by_second)[:, np.newaxis] + by_first @ rated.weights
    spread = float(np.sum(joint * (rated.weights - means * (1 - value)) ** 2))
    left = spread - (value - chance * (1 - value)) ** 2
    # what cancellation leaves of an exact 0 is no variance
    return left / (rows * (1 - chance) ** 2) if left > _ROUNDING * spread else 0.0


def _cut(lower: float, upper: float) -> Bounds:
    return Bounds(max(-1.0, lower), min(1.0, upper))


def rogan_gladen(
    flagged: Share, sensitivity: Share, specificity: Share, *, level: float
) -> Corrected:
    """Return the true rate behind a judge's verdicts, in 0..1, with all three sampling errors.

    (flagged + specificity - 1) / (sensitivity + specificity - 1), cut to 0..1. Source: Rogan and
    Gladen, American Journal of Epidemiology 107 (1978). Interval: Lang and Reiczigel, Preventive
    Veterinary Medicine 113 (2014): the delta method after adding z^2 trials to the verdicts and 2
    to each of the judge's rates, half of them successes, and moving the centre by
    2 z^2 [p Var(sensitivity) - (1 - p) Var(specificity)].

    NaN and 0..1 without trials, or when the judge does no better than chance (sum of both rates
    at most 1).
    """
    rates = (flagged, sensitivity, specificity)
    if min(each.trials for each in rates) <= 0 or sensitivity.value + specificity.value <= 1:
        return Corrected(math.nan, Bounds(0.0, 1.0))
    rate = _solved(*(each.value for each in rates))
    z = two_sided_z(level)
    added = (_padded(flagged, z * z), _padded(sensitivity, 2), _padded(specificity, 2))
    if added[1].value + added[2].value <= 1:
        return Corrected(_share(rate), Bounds(0.0, 1.0))
    true = _solved(*(each.value for each in added))
    noise = [each.value * (1 - each.value) / each.trials for each in added]
    scale = added[1].value + added[2].value - 1
    half = z * math.sqrt(noise[0] + true**2 * noise[1] + (1 - true) ** 2 * noise[2]) / scale
    centre = true + 2 * z * z * (true * noise[1] - (1 - true) * noise[2])
    return Corrected(_share(rate), Bounds(_share(centre - half), _share(centre + half)))


def _solved(flagged: float, sensitivity: float, specificity: float) -> float:
    return (flagged + specificity - 1) / (sensitivity + specificity - 1)


def _padded(share: Share, trials: float) -> Share:
    return Share(share.successes + trials / 2, share.trials + trials)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
