"""The normal quantile, and the interval of a proportion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

__all__ = ["Bounds", "normal_quantile", "two_sided_z", "wilson"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends of an interval, in the unit of the estimate."""

    lower: float
    upper: float


def normal_quantile(probability: float) -> float:
    """Return z with P(Z <= z) = probability for a standard normal Z.

    Source: `statistics.NormalDist.inv_cdf` (Wichura's AS241). Defined for 0 < probability < 1.
    """
    return NormalDist().inv_cdf(probability)


def two_sided_z(level: float) -> float:
    """Return z with P(|Z| <= z) = level: 1.959964 for 0.95. Defined for 0 < level < 1."""
    return normal_quantile((1 + level) / 2)


def wilson(successes: float, trials: float, *, level: float) -> Bounds:
    """Return the Wilson score interval of a proportion (a share in 0..1).

    With p = successes / trials: (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).
    Source: E. B. Wilson, JASA 22 (1927). Never empty: 0 of n and n of n keep a width that falls
    with 1/n. Without trials, nothing is known: 0..1. Fractional counts are allowed, for an
    effective sample size.
    """
    if trials <= 0:
        return Bounds(0.0, 1.0)
    z = two_sided_z(level)
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / scale
    lower = 0.0 if successes <= 0 else max(0.0, centre - spread)
    upper = 1.0 if successes >= trials else min(1.0, centre + spread)
    return Bounds(lower, upper)
