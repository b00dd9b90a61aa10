"""How many rows a gate needs to decide, and how likely it decides with those it has.

Every number of rows is whole, and infinite when no number is enough. `level` is that of the gate's
interval (one-sided confidence 0.95 is level 0.9); `power` is the chance to decide when the truth is
as stated.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.stats._intervals import normal_quantile, two_sided_z, wilson
from mlspec.stats._special import beta_survival, chi2_survival

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "hanley_mcneil",
    "pairs_for_accuracy",
    "power_of_share",
    "rows_for_auc",
    "rows_for_margin",
    "rows_for_psi",
    "rows_for_quantile",
    "rows_for_ratio",
    "rows_for_share",
    "rows_for_zero_failures",
]

_POWER = 0.8
_MOST = 1 << 60
"""More rows than anybody has; a search stops here."""
_STEPS = 200


def rows_for_share(share: float, limit: float, *, level: float, power: float = _POWER) -> float:
    """Return the rows for a Wilson bound to clear `limit` when the true share is `share`.

    ((z_a sqrt(T (1 - T)) + z_b sqrt(p (1 - p))) / (p - T))^2, as Wilson's interval leaves T out
    exactly when |p - T| >= z_a sqrt(T (1 - T) / n). Infinite at the limit itself.
    """
    needed = two_sided_z(level) * _deviation(limit) + normal_quantile(power) * _deviation(share)
    return _whole(needed, share - limit)


def pairs_for_accuracy(
    margin: float, discordance: float, *, level: float, power: float = _POWER
) -> float:
    """Return the pairs for a paired difference of accuracies to be told from `margin`.

    (z_a + z_b)^2 d / m^2 for equally good models, d being the share of rows on which just one of
    them is right. 1 point at 6 % takes 3,710 pairs. Source: Connor, Biometrics 43 (1987).
    """
    scale = two_sided_z(level) + normal_quantile(power)
    return _whole(scale * math.sqrt(discordance), margin)


def rows_for_margin(share: float, margin: float, *, level: float, power: float = _POWER) -> float:
    """Return the rows per arm to tell two independent, equal shares from a margin between them.

    2 (z_a + z_b)^2 p (1 - p) / m^2: what pairing saves is the comparison with `pairs_for_accuracy`.
    """
    scale = two_sided_z(level) + normal_quantile(power)
    return _whole(scale * math.sqrt(2) * _deviation(share), margin)


def rows_for_ratio(share: float, ratio: float, *, level: float, power: float = _POWER) -> float:
    """Return the rows per arm to tell two independent, equal shares from a ratio between them.

    2 (z_a + z_b)^2 (1 - p) / p ln(r)^2, from the variance of Katz's logarithm (1 - p) / n p of each
    arm. Infinite for a share or a ratio of 0 and for a ratio of 1, which no interval clears.
    """
    if not (share > 0 and ratio > 0):
        return math.inf
    scale = two_sided_z(level) + normal_quantile(power)
    return _whole(scale * math.sqrt(2 * (1 - share) / share), math.log(ratio))


def rows_for_auc(
    area: float, limit: float, *, positive_share: float, level: float, power: float = _POWER
) -> float:
    """Return the rows, positives and negatives together, for an area's bound to clear `limit`.

    The smallest n with |area - limit| >= (z_a + z_b) sqrt(V), V by `hanley_mcneil` at `area`.
    Infinite when a class has no share, or at the limit itself.
    """
    if area == limit or not 0 < positive_share < 1:
        return math.inf
    scale = two_sided_z(level) + normal_quantile(power)

    def clears(rows: int) -> bool:
        positives = rows * positive_share
        variance = hanley_mcneil(area, positives, rows - positives)
        return scale * math.sqrt(variance) <= abs(area - limit)

    return _fewest(clears)


def _fewest(clears: Callable[[int], bool]) -> float:
    """Return the smallest number of rows that clears, found by doubling and halving."""
    low, high = 0, 4
    while not clears(high):
        low, high = high, 2 * high
        if high > _MOST:
            return math.inf
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if clears(middle) else (middle, high)
    return high


def hanley_mcneil(area: float, positives: float, negatives: float) -> float:
    """Return the variance of an area under the ROC curve from the area alone.

    [A (1 - A) + (n1 - 1)(A / (2 - A) - A^2) + (n0 - 1)(2 A^2 / (1 + A) - A^2)] / n1 n0. Source:
    Hanley and McNeil, Radiology 143 (1982). NaN without both classes. For an estimate from data
    `delong` needs no model of the scores.
    """
    if not (positives > 0 and negatives > 0):
        return math.nan
    square = area * area
    above, below = area / (2 - area) - square, 2 * square / (1 + area) - square
    # fewer than one row of a class has no further rows to share a comparison with
    more, fewer = max(0.0, positives - 1), max(0.0, negatives - 1)
    return (area * (1 - area) + more * above + fewer * below) / (positives * negatives)


def rows_for_quantile(quantile: float, *, level: float) -> float:
    """Return the rows below which an upper quantile has no upper bound at all.

    The largest of n values lies above the q-quantile with probability 1 - q^n, so
    n = ceil(ln a / ln q) with a = (1 - level) / 2: 299 for p99 at level 0.9, 368 at 0.95.
    """
    if not 0 < quantile < 1:
        return math.inf
    return math.ceil(round(math.log((1 - level) / 2) / math.log(quantile), 9))


def rows_for_zero_failures(limit: float, *, level: float) -> float:
    """Return the rows without a single failure that prove a failure share of at most `limit`.

    Clopper and Pearson's upper end 1 - a^(1/n) <= limit, a = (1 - level) / 2: 299 for 1 % at 0.9.
    """
    return rows_for_quantile(1 - limit, level=level)


def rows_for_psi(
    limit: float, *, bins: int, reference: float, level: float, power: float = _POWER
) -> float:
    """Return the current rows for a PSI's upper bound to stay within `limit` without any drift.

    With s = 1/n + 1/m, the PSI is then about s X, X chi-squared with K - 1 degrees of freedom, and
    its upper bound s (X - K + 1 + z sqrt(2 (K - 1) + 4 X)); the power-quantile of X has to satisfy
    the limit. Infinite when the reference of n rows is too small by itself.
    """
    degrees = bins - 1
    drawn = _chi2_quantile(power, degrees)
    width = drawn - degrees + two_sided_z(level) * math.sqrt(2 * degrees + 4 * drawn)
    left = limit / width - 1 / reference
    return math.ceil(round(1 / left, 6)) if left > 0 else math.inf


def power_of_share(share: float, limit: float, *, rows: int, level: float) -> float:
    """Return the exact chance that a Wilson bound clears `limit` when the true share is `share`.

    Above the limit: P(X >= k), k the fewest successes whose lower end reaches the limit; below it
    mirrored. 0 without rows, and at the limit itself, where clearing it would be an error.
    """
    if rows <= 0 or share == limit:
        return 0.0
    if share < limit:
        return power_of_share(1 - share, 1 - limit, rows=rows, level=level)
    low, high = -1, rows + 1
    while high - low > 1:
        middle = (low + high) // 2
        clears = wilson(middle, rows, level=level).lower >= limit
        low, high = (low, middle) if clears else (middle, high)
    if high > rows:
        return 0.0
    # P(X >= k) = P(B <= p) for B ~ Beta(k, n - k + 1), taken from the other side to keep small ones
    return beta_survival(1 - share, rows - high + 1, high) if high else 1.0


def _deviation(share: float) -> float:
    return math.sqrt(share * (1 - share))


def _whole(needed: float, distance: float) -> float:
    """Return (needed / distance)^2, rounded up past the noise of the last digits; at least 1."""
    if not distance:
        return math.inf
    return max(1, math.ceil(round((needed / distance) ** 2, 6)))


def _chi2_quantile(probability: float, degrees: float) -> float:
    low, high = 0.0, degrees + 60 * math.sqrt(degrees) + 60
    for _ in range(_STEPS):
        middle = (low + high) / 2
        more = chi2_survival(middle, degrees) > 1 - probability
        low, high = (middle, high) if more else (low, middle)
    return high
