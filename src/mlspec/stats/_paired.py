"""Two classifiers on the same rows: the difference of their accuracies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds, two_sided_z

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector

__all__ = ["Discordance", "discordance", "mcnemar_exact", "paired_score"]

_STEPS = 100


@dataclass(frozen=True, slots=True)
class Discordance:
    """How often only one of two classifiers is right, of `rows` rows."""

    only_first: int
    only_second: int
    rows: int

    @property
    def difference(self) -> float:
        """Return the accuracy of the first minus that of the second, in -1..1."""
        return (self.only_first - self.only_second) / self.rows if self.rows else math.nan


def discordance(labels: FloatVector, first: FloatVector, second: FloatVector) -> Discordance:
    """Count the rows that only the first or only the second classifier gets right."""
    right_first, right_second = first == labels, second == labels
    return Discordance(
        int(np.count_nonzero(right_first & ~right_second)),
        int(np.count_nonzero(right_second & ~right_first)),
        int(labels.size),
    )


def mcnemar_exact(pairs: Discordance) -> float:
    """Return the two-sided exact p of McNemar's test: only_first ~ Binomial(b + c, 1/2).

    p = min(1, 2 P(X <= min(b, c))). Source: Q. McNemar (1947), exact form. 1 without discordant
    pairs. Summed downwards from the largest term, so large counts neither overflow nor take long.
    """
    trials = pairs.only_first + pairs.only_second
    count = min(pairs.only_first, pairs.only_second)
    log_term = (
        math.lgamma(trials + 1)
        - math.lgamma(count + 1)
        - math.lgamma(trials - count + 1)
        - trials * math.log(2)
    )
    term = total = 1.0
    while count > 0 and term > total * 1e-17:
        term *= count / (trials - count + 1)
        total += term
        count -= 1
    return min(1.0, 2 * total * math.exp(log_term))


def paired_score(pairs: Discordance, *, level: float) -> Bounds:
    """Return the score interval of the difference of paired accuracies.

    All D with |b - c - nD| <= z sqrt(n (2q + D - D^2)), where q is the likelihood's own estimate of
    P(only the second is right) if the difference is D. Source: T. Tango, Statistics in Medicine 17
    (1998). Agrees with Wald when discordant pairs abound; without any it is
    -+ z^2 / (n + z^2) instead of 0. Without rows, nothing is known: -1..1.
    """
    if not pairs.rows:
        return Bounds(-1.0, 1.0)
    z, d = two_sided_z(level), pairs.difference
    return Bounds(_limit(pairs, -1.0, d, z), _limit(pairs, 1.0, d, -z))


def _limit(pairs: Discordance, outside: float, inside: float, z: float) -> float:
    """Bisect between a difference that is refused and the estimate, which never is."""
    for _ in range(_STEPS):
        middle = (outside + inside) / 2
        if middle in (outside, inside):
            break
        if abs(_excess(pairs, middle)) > abs(z):
            outside = middle
        else:
            inside = middle
    return inside


def _excess(pairs: Discordance, difference: float) -> float:
    """Return by how many standard errors the data lie above a difference."""
    b, c, n = pairs.only_first, pairs.only_second, pairs.rows
    linear = (2 * n - b + c) * difference - b - c
    constant = -c * difference * (1 - difference)
    root = math.sqrt(max(0.0, linear * linear - 8 * n * constant))
    second_only = max(0.0, (root - linear) / (4 * n))
    variance = n * (2 * second_only + difference * (1 - difference))
    distance = b - c - n * difference
    if variance <= 0:
        return 0.0 if distance == 0 else math.copysign(math.inf, distance)
    return distance / math.sqrt(variance)
