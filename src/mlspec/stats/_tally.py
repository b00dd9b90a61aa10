"""A column as its values and how many rows have each: what an engine returns instead of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._binning import BinCounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from mlspec.stats._arrays import FloatVector
    from mlspec.stats._binning import NumericBins

__all__ = ["Tally", "repeated", "tally"]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Finite values, ascending and each once; the rows up to and with each; rows without one."""

    values: FloatVector
    upto: npt.NDArray[np.int64]
    missing: int = 0

    @property
    def rows(self) -> int:
        """Number of rows that have a value."""
        return int(self.upto[-1]) if self.upto.size else 0

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Rows per value."""
        return np.diff(self.upto, prepend=0)

    def at(self, places: Sequence[int]) -> tuple[float, ...]:
        """Return the values at these places, from 0, among the rows in order of value."""
        found = self.values[np.searchsorted(self.upto, np.array(places), side="right")]
        return tuple(found.tolist())

    def counted(self, bins: NumericBins) -> BinCounts:
        """Return the rows per bin, as `count_numbers` does from the rows themselves."""
        edges, spikes = np.array(bins.edges), np.array(bins.spikes)
        places = np.searchsorted(edges, self.values, side="left")
        intervals = np.bincount(places, self.counts, edges.size + 1).astype(np.int64)
        exact = np.array([self.counts[self.values == each].sum() for each in spikes], np.int64)
        intervals[np.searchsorted(edges, spikes, side="left")] -= exact
        return BinCounts((*intervals.tolist(), *exact.tolist()), self.missing)

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation by n; NaN without values."""
        if not self.rows:
            return float("nan"), float("nan")
        mean = float(np.average(self.values, weights=self.counts))
        spread = np.average((self.values - mean) ** 2, weights=self.counts)
        return mean, float(np.sqrt(spread))


def tally(rows: Mapping[float, int], *, missing: int = 0) -> Tally:
    """Return the tally of rows per value; a value without rows is left out."""
    pairs = sorted((value, count) for value, count in rows.items() if count)
    values = np.array([value for value, _ in pairs], np.float64)
    return Tally(values, np.cumsum([count for _, count in pairs], dtype=np.int64), missing)


def repeated(values: Sequence[float], counts: Sequence[int]) -> FloatVector:
    """Return each value as often as it was counted, in the order given."""
    return np.repeat(np.array(values, np.float64), np.array(counts, np.int64))
