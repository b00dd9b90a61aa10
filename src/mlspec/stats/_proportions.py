"""Exact intervals of a proportion, and the comparison of two proportions or two counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.stats._intervals import Bounds, two_sided_z, wilson
from mlspec.stats._special import beta_quantile, gamma_cdf

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Events",
    "Share",
    "clopper_pearson",
    "katz_log",
    "mover_ratio",
    "newcombe",
    "poisson_mean",
    "poisson_ratio",
]

_STEPS = 100


@dataclass(frozen=True, slots=True)
class Share:
    """How many of so many trials were successes. Fractional for an effective sample size."""

    successes: float
    trials: float

    @property
    def value(self) -> float:
        """Return successes / trials, NaN without trials."""
        return self.successes / self.trials if self.trials > 0 else math.nan

    def wilson(self, *, level: float) -> Bounds:
        """Return the Wilson interval of this share."""
        return wilson(self.successes, self.trials, level=level)


@dataclass(frozen=True, slots=True)
class Events:
    """How many events fell into an exposure: seconds, requests, tokens, any one unit."""

    count: float
    exposure: float

    @property
    def rate(self) -> float:
        """Return events per unit of exposure, NaN without exposure."""
        return self.count / self.exposure if self.exposure > 0 else math.nan


def clopper_pearson(successes: float, trials: float, *, level: float) -> Bounds:
    """Return the exact interval of a proportion: at least `level` coverage for every true share.

    With a = (1 - level) / 2, lower is the a-quantile of Beta(k, n - k + 1), upper the
    (1 - a)-quantile of Beta(k + 1, n - k). Source: Clopper and Pearson, Biometrika 26 (1934).
    0 of n gives 0 .. 1 - a^(1/n). Without trials, nothing is known: 0..1.
    """
    if trials <= 0:
        return Bounds(0.0, 1.0)
    tail, failures = (1 - level) / 2, trials - successes
    lower = beta_quantile(tail, successes, failures + 1) if successes > 0 else 0.0
    upper = 1 - beta_quantile(tail, failures, successes + 1) if failures > 0 else 1.0
    return Bounds(lower, upper)


def newcombe(first: Share, second: Share, *, level: float) -> Bounds:
    """Return the interval of first - second, two independent shares, in -1..1.

    The hybrid score interval: with both Wilson intervals [l, u],
    d - sqrt((p1 - l1)^2 + (u2 - p2)^2) .. d + sqrt((u1 - p1)^2 + (p2 - l2)^2).
    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10. Never empty.
    Nothing is known, -1..1, when one of them has no trials.
    """
    if not (first.trials > 0 and second.trials > 0):
        return Bounds(-1.0, 1.0)
    ours, theirs = first.wilson(level=level), second.wilson(level=level)
    difference = first.value - second.value
    down = math.hypot(first.value - ours.lower, theirs.upper - second.value)
    up = math.hypot(ours.upper - first.value, second.value - theirs.lower)
    return Bounds(max(-1.0, difference - down), min(1.0, difference + up))


def katz_log(first: Share, second: Share, *, level: float) -> Bounds:
    """Return the interval of first / second, two independent shares, in 0..infinity.

    exp(ln(p1 / p2) -+ z sqrt(1/k1 - 1/n1 + 1/k2 - 1/n2)). Source: Katz, Baptista, Azen and Pike,
    Biometrics 34 (1978). The formula has no value when a count is 0, and claims certainty when
    every trial of both is a success: the interval is then that of `mover_ratio`.
    """
    if not (first.successes > 0 and second.successes > 0 and first.trials > 0 < second.trials):
        return mover_ratio(first, second, level=level)
    variance = sum(1 / each.successes - 1 / each.trials for each in (first, second))
    if not variance > 0:
        return mover_ratio(first, second, level=level)
    ratio = first.value / second.value
    factor = math.exp(two_sided_z(level) * math.sqrt(variance))
    return Bounds(ratio / factor, ratio * factor)


def mover_ratio(first: Share, second: Share, *, level: float) -> Bounds:
    """Return the interval of first / second from both Wilson intervals, in 0..infinity.

    The roots r of (p1 - r p2)^2 = (p1 - l1)^2 + r^2 (u2 - p2)^2 for the lower end, and with u1 and
    l2 for the upper. Source: A. Donner and G. Y. Zou, Statistical Methods in Medical Research 21
    (2012). Defined for zero counts: 0 above gives a lower end of 0 and a finite upper one, 0 below
    an infinite upper end. Nothing is known, 0..infinity, without trials or with 0 / 0.
    """
    if not (first.trials > 0 and second.trials > 0) or first.successes == second.successes == 0:
        return Bounds(0.0, math.inf)
    ours, theirs = first.wilson(level=level), second.wilson(level=level)
    return Bounds(
        _lower_root(first.value, ours.lower, second.value, theirs.upper),
        _upper_root(first.value, ours.upper, second.value, theirs.lower),
    )


def _lower_root(above: float, near: float, below: float, far: float) -> float:
    if above <= 0:
        return 0.0
    product, rest = above * below, near * (2 * above - near)
    return rest / (product + _root(product, rest * far * (2 * below - far)))


def _upper_root(above: float, near: float, below: float, far: float) -> float:
    if below <= 0:
        return math.inf
    product, rest = above * below, far * (2 * below - far)
    return (product + _root(product, rest * near * (2 * above - near))) / rest


def _root(product: float, others: float) -> float:
    return math.sqrt(max(0.0, product * product - others))


def poisson_mean(count: float, *, level: float) -> Bounds:
    """Return the exact interval of the mean of a Poisson variable from one count.

    Lower end x with P(X >= count | x) = a, upper with P(X <= count | x) = a, a = (1 - level) / 2.
    Source: F. Garwood, Biometrika 28 (1936). 0 events give 0 .. -ln(a), about 3.
    Without end for a count below 0, which none is.
    """
    if not count >= 0:
        return Bounds(-math.inf, math.inf)
    tail = (1 - level) / 2
    upper = _rising(lambda mean: gamma_cdf(mean, count + 1), 1 - tail, count)
    lower = _rising(lambda mean: gamma_cdf(mean, count), tail, count) if count > 0 else 0.0
    return Bounds(lower, upper)


def _rising(chance: Callable[[float], float], wanted: float, count: float) -> float:
    """Bisect for the mean at which a chance that rises with it has the wanted value."""
    low, high = 0.0, count + 40 * math.sqrt(count + 1) + 40
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) < wanted else (low, middle)
    return (low + high) / 2


def poisson_ratio(first: Events, second: Events, *, level: float) -> Bounds:
    """Return the exact interval of the ratio of two Poisson rates, first / second.

    Given the total, the first count is binomial with share r e1 / (r e1 + e2), where r is the ratio
    and e are the exposures; the ends are those of Clopper and Pearson, solved for r. Source:
    J. Przyborowski and H. Wilenski, Biometrika 31 (1940). No events in the second give an infinite
    upper end; none at all, or no exposure, leave 0..infinity.
    """
    total = first.count + second.count
    if not (first.exposure > 0 and second.exposure > 0 and total > 0):
        return Bounds(0.0, math.inf)
    tail, scale = (1 - level) / 2, second.exposure / first.exposure
    lower = _odds(tail, first.count, second.count + 1) * scale
    upper = 1 / _odds(tail, second.count, first.count + 1) if second.count > 0 else math.inf
    return Bounds(lower, upper * scale)


def _odds(tail: float, a: float, b: float) -> float:
    """Return the odds x / (1 - x) of the quantile of Beta(a, b); 0 without events."""
    if a <= 0:
        return 0.0
    share = beta_quantile(tail, a, b)
    return share / (1 - share)
