"""Bins of a feature, made from the reference alone, and the rows that fall into them.

Both sides of a drift gate are counted in the same bins, so that a profile of the reference, a
warehouse, or the counters of a service can stand in for the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._proportions import Share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.stats._arrays import FloatVector

__all__ = [
    "BINS",
    "MOST_CATEGORIES",
    "BinCounts",
    "CategoryBins",
    "NumericBins",
    "category_bins",
    "count_categories",
    "count_numbers",
    "numeric_bins_at",
]

BINS = 10
"""Parts of equal size into which the reference is cut."""
MOST_CATEGORIES = 50
"""Categories with a bin of their own; the rest of the reference shares one."""
_BLOCK = 1 << 18
"""Rows counted at once, so that memory does not grow with the column."""
_HUGE = 1e307
"""Where the difference of two values overflows."""


@dataclass(frozen=True, slots=True)
class NumericBins:
    """Intervals closed on the right between ascending edges, open at both ends, and spikes.

    A spike is one value with a bin of its own; it is an edge too, so that values below and above
    it are apart. Order of the bins: `len(edges) + 1` intervals, each without its spike, then the
    spikes.
    """

    edges: tuple[float, ...]
    spikes: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        """Number of bins, that of missing values not counted."""
        return len(self.edges) + 1 + len(self.spikes)

    def along_the_axis(self, counts: Sequence[float]) -> tuple[float, ...]:
        """Return the counts in the order of the values: each spike right after its interval."""
        start = len(self.edges) + 1
        at = {value: counts[start + place] for place, value in enumerate(self.spikes)}
        ordered: list[float] = []
        for place, edge in enumerate(self.edges):
            ordered += [counts[place], at[edge]] if edge in at else [counts[place]]
        return (*ordered, counts[len(self.edges)])


@dataclass(frozen=True, slots=True)
class CategoryBins:
    """Categories with a bin of their own, most frequent first, and those that share the next one.

    `others` is None where the reference had further categories whose names were not kept: a new
    category then cannot be told from a rare one. Order of the bins: categories, then the others.
    """

    categories: tuple[str, ...]
    others: tuple[str, ...] | None = ()

    @property
    def size(self) -> int:
        """Number of bins, those of new categories and of missing values not counted."""
        return len(self.categories) + (self.others != ())


@dataclass(frozen=True, slots=True)
class BinCounts:
    """Rows per bin, in the order of the bins, rows without a value, and rows of new categories.

    `new` is None where new categories cannot be told from the others, among which they are.
    `infinite` are rows that lie in no bin: a column that has some is not compared.
    """

    bins: tuple[int, ...]
    missing: int = 0
    new: int | None = 0
    infinite: int = 0

    @property
    def present(self) -> int:
        """Number of rows that have a value."""
        return sum(self.bins) + (self.new or 0)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.present + self.missing + self.infinite

    @property
    def vector(self) -> tuple[int, ...]:
        """Every row counted once but infinite ones: bins, new categories, missing values."""
        return (*self.bins, self.new or 0, self.missing)

    @property
    def missing_share(self) -> Share:
        """Return the share of rows without a value; see `newcombe` for its change."""
        return Share(self.missing, self.rows)

    @property
    def new_share(self) -> Share:
        """Return the share of rows of a new category among those with a value.

        Without trials, and so NaN, where new categories cannot be told from the others.
        """
        return Share(0, 0) if self.new is None else Share(self.new, self.present)


def numeric_bins_at(quantiles: Sequence[float]) -> NumericBins:
    """Return the bins that belong to the quantiles 0, 1/B ... 1 of a reference, ascending.

    The inner quantiles are the edges, each once. A value at two or more of the places 0..B is a
    spike: a point mass that an interval would hide when it moves. A constant reference has one
    edge, its only spike. Without quantiles there is one bin for everything.
    """
    spikes = {low for low, high in pairwise(quantiles) if low == high}
    return NumericBins(tuple(sorted({*quantiles[1:-1], *spikes})), tuple(sorted(spikes)))


def category_bins(
    reference: Mapping[str | None, int], *, most: int = MOST_CATEGORIES
) -> CategoryBins:
    """Return the bins of the categories that the reference counts, None being a missing value.

    `collections.Counter` makes the counts from a column. The most frequent get bins of their own,
    equally frequent ones in order of name.
    """
    counted = [(-rows, name) for name, rows in reference.items() if name is not None and rows > 0]
    names = tuple(name for _, name in sorted(counted))
    return CategoryBins(names[:most], names[most:])


def count_numbers(bins: NumericBins, values: FloatVector) -> BinCounts:
    """Count the rows of a column per bin; NaN is a missing value, infinity lies in no bin."""
    edges, spikes = np.array(bins.edges), np.array(bins.spikes)
    intervals, exact = np.zeros(edges.size + 1, np.int64), np.zeros(spikes.size, np.int64)
    infinite = int(np.isinf(values).sum())
    for start in range(0, values.size, _BLOCK):
        block = values[start : start + _BLOCK]
        present = block[np.isfinite(block)]
        places = np.searchsorted(edges, present, side="left")
        intervals += np.bincount(places, minlength=intervals.size)
        exact += np.array([np.count_nonzero(present == spike) for spike in spikes], np.int64)
    intervals[np.searchsorted(edges, spikes, side="left")] -= exact
    counted = (*intervals.tolist(), *exact.tolist())
    missing = int(values.size - sum(counted) - infinite)
    return BinCounts(counted, missing=missing, infinite=infinite)


def count_categories(bins: CategoryBins, values: Mapping[str | None, int]) -> BinCounts:
    """Count the rows per bin from the rows per category, None being a missing value."""
    left = {name: rows for name, rows in values.items() if name is not None}
    missing = values.get(None, 0)
    counted = [left.pop(name, 0) for name in bins.categories]
    if bins.others is None:
        return BinCounts((*counted, sum(left.values())), missing, new=None)
    if bins.others:
        counted.append(sum(left.pop(name, 0) for name in bins.others))
    return BinCounts(tuple(counted), missing, new=sum(left.values()))
