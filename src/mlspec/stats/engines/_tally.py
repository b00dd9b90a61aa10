"""Columns of which an engine told how many rows have each value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.stats._binning import NumericBins
from mlspec.stats.engines._table import ColumnError, Moments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.stats._binning import BinCounts, CategoryBins
    from mlspec.stats._tally import Tally

__all__ = ["TallyTable"]


@dataclass(frozen=True, slots=True)
class TallyTable:
    """Numeric columns by name. Which values stand in one row is not known."""

    rows: int
    columns: Mapping[str, Tally]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(self.columns)

    def is_numeric(self, column: str) -> bool:
        """Tell that a column holds numbers, as all of these do."""
        return bool(self._tally(column))

    def moments(self, column: str) -> Moments:
        """Return the moments of a column."""
        found = self._tally(column)
        if not found.rows:
            return Moments(0, found.missing)
        minimum, maximum = found.at([0, found.rows - 1])
        mean, deviation = found.moments()
        deviation = deviation if minimum < maximum else 0.0
        return Moments(found.rows, found.missing, 0, mean, deviation, minimum, maximum)

    def ordered(self, column: str, places: Sequence[int]) -> tuple[float, ...]:
        """Return the values at these places among the numbers in order."""
        return self._tally(column).at(places)

    def categories(self, column: str) -> Mapping[str | None, int]:
        """Raise `ColumnError`: values that were rounded are no categories."""
        self._tally(column)
        raise ColumnError("not-categories", f"column `{column}` holds numbers, not categories")

    def counts(self, bins: Mapping[str, NumericBins | CategoryBins]) -> Mapping[str, BinCounts]:
        """Return the rows per bin of several columns."""
        return {column: self._counted(column, each) for column, each in bins.items()}

    def _counted(self, column: str, bins: NumericBins | CategoryBins) -> BinCounts:
        if not isinstance(bins, NumericBins):
            raise ColumnError("not-categories", f"column `{column}` holds numbers, not categories")
        return self._tally(column).counted(bins)

    def _tally(self, column: str) -> Tally:
        if column not in self.columns:
            raise ColumnError("missing-column", f"there is no column `{column}`")
        return self.columns[column]
