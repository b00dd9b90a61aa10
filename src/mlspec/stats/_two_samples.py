"""Two independent samples: which is larger, and by how much. For the mean see `welch`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds, two_sided_z

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector, PlaceVector

__all__ = ["MannWhitney", "Shift", "hodges_lehmann", "mann_whitney"]

_GATHERED = 1 << 20
"""Differences that are sorted out in memory once no more than these are left: 8 MiB."""


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """U counts the pairs in which the first is larger, ties 1/2; `p` is two-sided.

    `share` is U over all pairs: P(first > second) + P(equal) / 2.
    """

    u: float
    p: float
    share: float


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much the first sample lies above the second, in the unit of the values."""

    shift: float
    bounds: Bounds


def mann_whitney(first: FloatVector, second: FloatVector) -> MannWhitney:
    """Test whether values of one sample tend to be larger than those of another.

    Normal approximation with variance nm / 12 [N + 1 - sum (t^3 - t) / (N (N - 1))] over ties t,
    and continuity correction 1/2. Source: H. B. Mann and D. R. Whitney (1947). Too coarse below
    about 8 values on a side. p is 1 when all values are equal. NaN without rows or with a NaN.
    """
    both = np.concatenate([first, second])
    if not (first.size and second.size) or np.isnan(both).any():
        return MannWhitney(math.nan, math.nan, math.nan)
    u = _pairs_above(first, second)
    pairs, total = first.size * second.size, both.size
    ties = np.unique(both, return_counts=True)[1].astype(np.float64)
    shared = float(np.sum(ties**3 - ties)) / (total * (total - 1))
    variance = pairs / 12 * (total + 1 - shared)
    distance = max(0.0, abs(u - pairs / 2) - 0.5)
    p = math.erfc(distance / math.sqrt(2 * variance)) if variance > 0 else 1.0
    return MannWhitney(u, p, u / pairs)


def _pairs_above(first: FloatVector, second: FloatVector) -> float:
    others = np.sort(second)
    below = np.searchsorted(others, first, side="left")
    up_to = np.searchsorted(others, first, side="right")
    return float(below.sum() + up_to.sum()) / 2


def hodges_lehmann(first: FloatVector, second: FloatVector, *, level: float) -> Shift:
    """Return the median of all differences first - second, with its interval.

    The ends are the k-th smallest and k-th largest difference, k = floor((nm + 1) / 2 -
    z sqrt(nm (n + m + 1) / 12)): the shifts that `mann_whitney` accepts. Source: Hodges and Lehmann
    (1963). Ties make it wider than needed, never narrower. Both ends are infinite for samples too
    small for the level. NaN and no ends without rows or with a NaN.

    The differences are never held: O((n + m) log(n m)) by repeated discarding, in the way of
    Johnson and Mizoguchi, SIAM J. Computing 7 (1978). Exact, each difference rounded once.
    """
    if not (first.size and second.size) or np.isnan(first).any() or np.isnan(second).any():
        return Shift(math.nan, Bounds(-math.inf, math.inf))
    rows, columns = np.sort(first), np.sort(second)[::-1]
    pairs = rows.size * columns.size
    middle = (_nth(rows, columns, (pairs + 1) // 2) + _nth(rows, columns, pairs // 2 + 1)) / 2
    spread = two_sided_z(level) * math.sqrt(pairs * (rows.size + columns.size + 1) / 12)
    place = math.floor((pairs + 1) / 2 - spread)
    if place < 1:
        return Shift(middle, Bounds(-math.inf, math.inf))
    lower, upper = _nth(rows, columns, place), _nth(rows, columns, pairs + 1 - place)
    return Shift(middle, Bounds(lower, upper))


def _nth(rows: FloatVector, columns: FloatVector, place: int) -> float:
    """Return the place-th smallest row - column, counted from 1; columns are in falling order.

    `low` and `high` hold, per row, which of its differences are still possible.
    """
    low = np.zeros(rows.size, dtype=np.intp)
    high = np.full(rows.size, columns.size, dtype=np.intp)
    while int((high - low).sum()) > _GATHERED:
        pivot = _weighted_median(rows, columns, low, high)
        below = _count(rows, columns, pivot, strictly=True)
        if int(below.sum()) >= place:
            high = np.minimum(high, below)
            continue
        up_to = _count(rows, columns, pivot, strictly=False)
        if int(up_to.sum()) >= place:
            return pivot
        low = np.maximum(low, up_to)
    return _gathered(rows, columns, (low, high), place - 1 - int(low.sum()))


def _weighted_median(
    rows: FloatVector, columns: FloatVector, low: PlaceVector, high: PlaceVector
) -> float:
    """Return the median of the rows' medians, each weighted by what is left of its row."""
    left = high - low
    open_rows = np.flatnonzero(left)
    medians = rows[open_rows] - columns[(low + left // 2)[open_rows]]
    order = np.argsort(medians, kind="stable")
    seen = np.cumsum(left[open_rows][order])
    return float(medians[order[np.searchsorted(seen, (seen[-1] + 1) // 2)]])


def _count(rows: FloatVector, columns: FloatVector, pivot: float, *, strictly: bool) -> PlaceVector:
    """Return, per row, how many differences lie below the pivot, or up to it.

    A binary search over the differences as they are rounded, so that they compare exactly.
    """
    low = np.zeros(rows.size, dtype=np.intp)
    high = np.full(rows.size, columns.size, dtype=np.intp)
    for _ in range(columns.size.bit_length()):
        middle = (low + high) // 2
        difference = rows - columns[np.minimum(middle, columns.size - 1)]
        inside = (difference < pivot) if strictly else (difference <= pivot)
        going = low < high
        low = np.where(going & inside, middle + 1, low)
        high = np.where(going & ~inside, middle, high)
    return low


def _gathered(
    rows: FloatVector, columns: FloatVector, ends: tuple[PlaceVector, PlaceVector], place: int
) -> float:
    """Return the place-th smallest, counted from 0, of the differences that are left."""
    low, left = ends[0], ends[1] - ends[0]
    owners = np.repeat(np.arange(rows.size), left)
    offsets = np.arange(owners.size) - np.repeat(np.cumsum(left) - left, left)
    differences = rows[owners] - columns[low[owners] + offsets]
    return float(np.partition(differences, place)[place])
