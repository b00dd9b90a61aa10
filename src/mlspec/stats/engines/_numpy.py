"""Columns in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mlspec.stats._binning import NumericBins, count_categories, count_numbers
from mlspec.stats.engines._table import ColumnError, Moments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.stats._arrays import FloatVector
    from mlspec.stats._binning import BinCounts, CategoryBins

__all__ = ["MemoryTable"]


@dataclass(frozen=True, slots=True)
class MemoryTable:
    """Columns of numbers, NaN being a missing value, and columns of text, None being one.

    All columns are of one length.
    """

    rows: int
    numbers: Mapping[str, FloatVector] = field(default_factory=dict)
    texts: Mapping[str, Sequence[str | None]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return (*self.numbers, *self.texts)

    def is_numeric(self, column: str) -> bool:
        """Tell whether a column holds numbers."""
        return column in self.numbers

    def moments(self, column: str) -> Moments:
        """Return the moments of a numeric column."""
        values = self._numbers(column)
        missing = int(np.isnan(values).sum())
        finite = values[np.isfinite(values)]
        infinite = int(values.size - missing - finite.size)
        if not finite.size:
            return Moments(0, missing, infinite)
        minimum, maximum = float(finite.min()), float(finite.max())
        with np.errstate(over="ignore", invalid="ignore"):
            mean, deviation = float(finite.mean()), float(finite.std())
        deviation = deviation if minimum < maximum else 0.0
        return Moments(int(finite.size), missing, infinite, mean, deviation, minimum, maximum)

    def ordered(self, column: str, places: Sequence[int]) -> tuple[float, ...]:
        """Return the values at these places among the finite numbers in order."""
        values = self._numbers(column)
        finite = values[np.isfinite(values)]
        return tuple(np.partition(finite, list(places))[list(places)].tolist())

    def categories(self, column: str) -> Mapping[str | None, int]:
        """Return the rows per category."""
        if column not in self.texts:
            raise self._wrong(column, "not-categories", "holds numbers, not categories")
        return Counter(self.texts[column])

    def counts(self, bins: Mapping[str, NumericBins | CategoryBins]) -> Mapping[str, BinCounts]:
        """Return the rows per bin of several columns."""
        return {
            column: count_numbers(each, self._numbers(column))
            if isinstance(each, NumericBins)
            else count_categories(each, self.categories(column))
            for column, each in bins.items()
        }

    def _numbers(self, column: str) -> FloatVector:
        if column not in self.numbers:
            raise self._wrong(column, "not-a-number", "holds text, not numbers")
        return self.numbers[column]

    def _wrong(self, column: str, code: str, what: str) -> ColumnError:
        if column not in self.names:
            return ColumnError("missing-column", f"there is no column `{column}`")
        return ColumnError(code, f"column `{column}` {what}")
