"""What a table can be asked, wherever it lies, and the bins that follow from the answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mlspec.stats._binning import BINS, NumericBins, numeric_bins_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.stats._binning import BinCounts, CategoryBins

__all__ = ["ColumnError", "Moments", "Table", "quantile_bins", "quantiles"]

_MIDDLE = 0.5


class ColumnError(Exception):
    """A column is not there, or does not hold what it was asked for.

    `code` is one of `missing-column`, `not-a-number`, `not-categories`, `too-many-categories`,
    `unknown-format` and `unreadable-file`; `str` is a sentence.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Moments:
    """Rows of a numeric column by what they hold, and the moments of its finite numbers.

    `missing` are NULL and NaN. `deviation` is the standard deviation by n. Without finite numbers
    the moments are NaN.
    """

    finite: int
    missing: int = 0
    infinite: int = 0
    mean: float = math.nan
    deviation: float = math.nan
    minimum: float = math.nan
    maximum: float = math.nan


class Table(Protocol):
    """A table of an engine. Columns are asked for by name; nothing is approximated.

    Every method raises `ColumnError` for a column that does not hold what it is asked for.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""

    @property
    def rows(self) -> int:
        """Number of rows."""

    def is_numeric(self, column: str) -> bool:
        """Tell whether a column holds numbers and nothing else but missing values.

        A column of text where only some values are numbers is neither: that raises.
        """

    def moments(self, column: str) -> Moments:
        """Return the moments of a numeric column."""

    def ordered(self, column: str, places: Sequence[int]) -> tuple[float, ...]:
        """Return the values at these places, from 0, among the finite numbers in order."""

    def categories(self, column: str) -> Mapping[str | None, int]:
        """Return the rows per category, None being a missing value."""

    def counts(self, bins: Mapping[str, NumericBins | CategoryBins]) -> Mapping[str, BinCounts]:
        """Return the rows per bin of several columns, in one pass where the engine can."""


def quantiles(table: Table, column: str, finite: int, *, parts: int = BINS) -> tuple[float, ...]:
    """Return the quantiles 0, 1/parts ... 1 of the finite numbers, of which there are `finite`.

    Type 7 of Hyndman and Fan, numpy's `linear`, made here from exact order statistics: so every
    engine gives the same edges to the last bit. Empty without numbers.
    """
    if not finite:
        return ()
    spots = [(finite - 1) * (part / parts) for part in range(parts + 1)]
    lows = [min(int(spot), finite - 1) for spot in spots]
    highs = [min(low + 1, finite - 1) for low in lows]
    places = sorted({*lows, *highs})
    at = dict(zip(places, table.ordered(column, places), strict=True))
    pairs = zip(spots, lows, highs, strict=True)
    return tuple(_between(at[low], at[high], spot - low) for spot, low, high in pairs)


def quantile_bins(table: Table, column: str, finite: int) -> NumericBins:
    """Return the bins that a numeric reference gives; see `numeric_bins_at`."""
    return numeric_bins_at(quantiles(table, column, finite))


def _between(low: float, high: float, share: float) -> float:
    """Interpolate as numpy does: from the nearer end, so that both ends are met exactly."""
    width = high - low
    if math.isinf(width):
        return low * (1 - share) + high * share
    return low + width * share if share < _MIDDLE else high - width * (1 - share)
