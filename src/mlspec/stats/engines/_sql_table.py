"""A table that answers in SQL, whoever runs it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.stats.engines import _sql
from mlspec.stats.engines._table import ColumnError, Moments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlspec.stats._binning import BinCounts, CategoryBins, NumericBins

    Lines = Callable[[str], Sequence[tuple[object, ...]]]
    Order = Callable[[str, Sequence[int]], Sequence[float]]

__all__ = ["MOST_DIFFERENT", "Kind", "SqlTable", "order_by_rank"]

MOST_DIFFERENT = 1_000_000
"""Categories beyond which a column is taken for a key: they would fill the memory."""

Kind = str
"""What a column holds, whatever the engine calls it.

`number`, `truth`, `text`, `cells` of a format without types, or `other`.
"""


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A relation of an engine. `lines` runs a query, `order` gives order statistics exactly."""

    relation: str
    kinds: Mapping[str, Kind]
    rows: int
    lines: Lines
    order: Order

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(self.kinds)

    def is_numeric(self, column: str) -> bool:
        """Tell whether a column holds numbers, cells of which all are decimal numbers included."""
        kind = self._kind(column)
        if kind not in {"text", "cells"}:
            return kind in {"number", "truth"}
        ((values, numbers),) = self.lines(_sql.kind_query(self.relation, column))
        present, decimal = _whole(values), _whole(numbers)
        if decimal == present:
            return kind == "cells"
        if 2 * decimal < present:
            return False
        sentence = f"column `{column}`: {present - decimal} of {present} values are no numbers"
        raise ColumnError("not-a-number", sentence)

    def moments(self, column: str) -> Moments:
        """Return the moments of a numeric column."""
        self._require_numbers(column)
        (line,) = self.lines(_sql.moments_query(self.relation, column))
        rows, finite, missing = (_whole(each) for each in line[:3])
        mean, deviation, minimum, maximum = (_real(each) for each in line[3:])
        deviation = 0.0 if minimum == maximum else deviation
        infinite = rows - finite - missing
        return Moments(finite, missing, infinite, mean, deviation, minimum, maximum)

    def ordered(self, column: str, places: Sequence[int]) -> tuple[float, ...]:
        """Return the values at these places among the finite numbers in order."""
        self._require_numbers(column)
        return tuple(self.order(column, places))

    def categories(self, column: str) -> Mapping[str | None, int]:
        """Return the rows per category."""
        self._require_categories(column)
        lines = self.lines(_sql.categories_query(self.relation, column, MOST_DIFFERENT))
        if len(lines) > MOST_DIFFERENT:
            sentence = f"column `{column}` has more than {MOST_DIFFERENT} categories; leave it out"
            raise ColumnError("too-many-categories", sentence)
        return {None if value is None else str(value): _whole(n) for value, n in lines}

    def counts(self, bins: Mapping[str, NumericBins | CategoryBins]) -> Mapping[str, BinCounts]:
        """Return the rows per bin of several columns, in one pass."""
        for column, each in bins.items():
            if hasattr(each, "edges"):
                self._require_numbers(column)
            else:
                self._require_categories(column)
        if not bins:
            return {}
        lines = self.lines(_sql.counts_query(self.relation, bins))
        return _sql.counted(bins, [(_whole(a), _whole(b), _whole(c)) for a, b, c in lines])

    def _kind(self, column: str) -> Kind:
        if column not in self.kinds:
            raise ColumnError("missing-column", f"there is no column `{column}`")
        return self.kinds[column]

    def _require_numbers(self, column: str) -> None:
        if not self.is_numeric(column):
            raise ColumnError("not-a-number", f"column `{column}` does not hold numbers")

    def _require_categories(self, column: str) -> None:
        if self._kind(column) not in {"number", "text", "cells"}:
            raise ColumnError("not-categories", f"column `{column}` does not hold categories")


def order_by_rank(lines: Lines, relation: str) -> Order:
    """Return what finds order statistics by counting rows: exact on every engine."""

    def order(column: str, places: Sequence[int]) -> Sequence[float]:
        spans = [
            (_real(value), _whole(first), _whole(last))
            for value, first, last in lines(_sql.order_query(relation, column, places))
        ]
        return [next(v for v, first, last in spans if first <= at < last) for at in places]

    return order


def _whole(value: object) -> int:
    return 0 if value is None else int(str(value))


def _real(value: object) -> float:
    return math.nan if value is None else float(str(value))
