"""Quantiles, such as a 99th percentile of latency, from values or from histogram buckets.

No distribution is assumed: the ends are values that were seen, or bounds of buckets, and infinite
where the rows are too few to name one.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._intervals import Bounds
from mlspec.stats._special import beta_survival

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlspec.stats._arrays import FloatVector
    from mlspec.stats._tally import Tally

__all__ = [
    "Histogram",
    "Quantile",
    "histogram_quantile",
    "quantile",
    "tally_quantile",
]


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile and its interval, in the unit of the values.

    `censored`: the quantile lies above the last finite bound of a histogram, and is not known.
    """

    value: float
    bounds: Bounds
    censored: bool = False


@dataclass(frozen=True, slots=True)
class Histogram:
    """Rows per bucket. Bucket i holds values in (edges[i - 1], edges[i]], the last all above.

    `counts` has one number more than the ascending, finite `edges`; no value lies below `lowest`.
    """

    edges: tuple[float, ...]
    counts: tuple[float, ...]
    lowest: float = 0.0

    @classmethod
    def from_cumulative(
        cls, upto: Sequence[tuple[float, float]], *, lowest: float = 0.0
    ) -> Histogram:
        """Return the histogram of Prometheus buckets: (`le`, rows up to it), infinity included."""
        ordered = sorted(upto)
        totals = [0.0, *(rows for _, rows in ordered)]
        edges = tuple(edge for edge, _ in ordered if edge < math.inf)
        counts = tuple(high - low for low, high in pairwise(totals))
        return cls(edges, counts if len(counts) > len(edges) else (*counts, 0.0), lowest)

    @property
    def rows(self) -> float:
        """Number of rows; NaN where the buckets are not ascending or a count is not one."""
        ascending = all(low < high for low, high in pairwise((self.lowest, *self.edges)))
        counts = all(0 <= count < math.inf for count in self.counts)
        sized = len(self.counts) == len(self.edges) + 1
        return sum(self.counts) if ascending and counts and sized else math.nan


def quantile(values: FloatVector, share: float, *, level: float) -> Quantile:
    """Return the smallest value that at least this share of the rows does not exceed.

    Interval: order statistics x_(l) and x_(u) with l the largest rank for which
    P(Binomial(n, share) < l) <= (1 - level) / 2, and u the smallest with P(Binomial >= u) so. It
    holds for every distribution. Source: W. R. Thompson (1936). An end is infinite where no rank is
    left: the upper end of a 99th percentile at level 0.9 needs 299 rows. NaN for no rows, a NaN
    among them, or a share outside 0..1 (exclusive).
    """
    if not (values.size and 0 < share < 1) or np.isnan(values).any():
        return Quantile(math.nan, Bounds(-math.inf, math.inf))

    def at(places: Sequence[int]) -> Sequence[float]:
        placed = np.partition(values, places)
        return [float(placed[place]) for place in places]

    return _by_rank(int(values.size), share, level, at)


def tally_quantile(tally: Tally, share: float, *, level: float) -> Quantile:
    """Return the quantile of the rows that a tally counts, as `quantile` does from the rows.

    NaN for no rows, or a share outside 0..1 (exclusive).
    """
    if not (tally.rows and 0 < share < 1):
        return Quantile(math.nan, Bounds(-math.inf, math.inf))
    return _by_rank(tally.rows, share, level, tally.at)


def _by_rank(
    rows: int, share: float, level: float, at: Callable[[Sequence[int]], Sequence[float]]
) -> Quantile:
    """Return the quantile by what gives the values at places, ascending, from 0."""
    lower, upper = _ranks(rows, share, level)
    middle = _rank_of(share, rows)
    places = sorted({rank - 1 for rank in (lower, middle, upper) if 1 <= rank <= rows})
    found = dict(zip(places, at(places), strict=True))
    bounds = Bounds(found.get(lower - 1, -math.inf), found.get(upper - 1, math.inf))
    return Quantile(found[middle - 1], bounds)


def histogram_quantile(histogram: Histogram, share: float, *, level: float) -> Quantile:
    """Return a quantile as Prometheus interpolates it, with an interval that is really known.

    The value is interpolated linearly inside its bucket, as `histogram_quantile` of Prometheus
    does, and NaN above the last finite edge. Interval: from the lower edge of the bucket that
    holds rank l to the upper edge of the one that holds rank u, as in `quantile`; infinite above
    the last. Counts have to be counts (an increase), not rates. NaN without rows.
    """
    total = histogram.rows
    if not (total >= 1 and 0 < share < 1):
        return Quantile(math.nan, Bounds(histogram.lowest, math.inf))
    rows = math.floor(total)
    lower, upper = _ranks(rows, share, level)
    start = _bucket(histogram, lower)[0] if lower >= 1 else histogram.lowest
    end = _bucket(histogram, upper)[1] if upper <= rows else math.inf
    value, last = _interpolated(histogram, share * total), _bucket(histogram, share * total)[1]
    return Quantile(value, Bounds(start, end), censored=math.isinf(last))


def _rank_of(share: float, rows: int) -> int:
    # rounding keeps 0.07 * 100 from becoming 8 through 7.000000000000001
    return max(1, math.ceil(round(share * rows, 9)))


def _ranks(rows: int, share: float, level: float) -> tuple[int, int]:
    """Return the ranks of both ends, from 1; 0 and rows + 1 where there is none."""
    tail = (1 - level) / 2
    ranks = range(rows + 2)
    lower = bisect_right(ranks, tail, key=lambda rank: _below(rank, rows, share)) - 1
    upper = bisect_left(ranks, 1 - tail, key=lambda rank: _below(rank, rows, share))
    return lower, upper


def _below(rank: int, rows: int, share: float) -> float:
    """Return P(X < rank) for X ~ Binomial(rows, share)."""
    if rank <= 0 or rank > rows:
        return 0.0 if rank <= 0 else 1.0
    return beta_survival(share, rank, rows - rank + 1)


def _place(histogram: Histogram, rank: float) -> int:
    """Return the place of the bucket that holds a rank; rounding errors belong to the last."""
    totals = enumerate(accumulate(histogram.counts))
    return next((place for place, upto in totals if upto >= rank), len(histogram.edges))


def _bucket(histogram: Histogram, rank: float) -> tuple[float, float]:
    """Return both edges of the bucket that holds a rank."""
    edges, place = (histogram.lowest, *histogram.edges, math.inf), _place(histogram, rank)
    return edges[place], edges[place + 1]


def _interpolated(histogram: Histogram, rank: float) -> float:
    start, end = _bucket(histogram, rank)
    if math.isinf(end):
        return math.nan
    place = _place(histogram, rank)
    before = sum(histogram.counts[:place])
    return start + (end - start) * (rank - before) / histogram.counts[place]
