"""From a table, in memory or out of core, to its profile."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence._columns import missing_column
from mlspec.evidence._file import shown
from mlspec.evidence._profile import FeatureProfile
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.evidence._frame import Frame
    from mlspec.stats.engines._numpy import MemoryTable
    from mlspec.stats.engines._table import Moments, Table

    Bins = stats.NumericBins | stats.CategoryBins

__all__ = [
    "MOST_NAMES",
    "count_features",
    "infinite_values",
    "memory_table",
    "reference_features",
]

MOST_NAMES = 1000
"""Names of rare categories that a profile keeps, so that a new one can be told from them."""

_DIGITS = 9


def memory_table(
    frame: Frame, columns: Iterable[str], categorical: Iterable[str] = ()
) -> MemoryTable | Reason:
    """Return columns of a frame as a table of the engine in memory.

    A column holds numbers unless it is named as categorical, is declared as text, or few of its
    values are numbers; text of which most are numbers is a reason, because either reading would
    hide something.
    """
    from mlspec.stats.engines._numpy import MemoryTable

    named = frozenset(categorical)
    numbers: dict[str, stats.FloatVector] = {}
    texts: dict[str, tuple[str | None, ...]] = {}
    for column in columns:
        found = _as_texts(frame, column) if column in named else _as_either(frame, column)
        if isinstance(found, Reason):
            return frame.reason(found)
        if isinstance(found, tuple):
            texts[column] = found
        else:
            numbers[column] = found
    return MemoryTable(frame.rows, numbers, texts)


def _as_texts(frame: Frame, column: str) -> tuple[str | None, ...] | Reason:
    if column not in frame.names:
        return missing_column(column, frame.names)
    return frame.texts(column)


def _as_either(frame: Frame, column: str) -> stats.FloatVector | tuple[str | None, ...] | Reason:
    numbers = frame.measured(column)
    if not isinstance(numbers, Reason) or numbers.code != "not-a-number":
        return numbers
    texts = frame.texts(column)
    if isinstance(texts, Reason):
        return numbers
    present = [each for each in texts if each is not None]
    decimal = sum(map(_is_number, present))
    mixed = len(present) <= 2 * decimal < 2 * len(present)
    return numbers if mixed else texts


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def reference_features(
    table: Table,
    columns: Iterable[str],
    categorical: Iterable[str] = (),
    *,
    most_names: int | None = MOST_NAMES,
) -> tuple[FeatureProfile, ...] | Reason:
    """Return the profiles of columns, with bins made from this table, in order of name.

    Names of rare categories are kept up to `most_names`; None keeps all, for a comparison in which
    no profile is written.
    """
    from mlspec.stats.engines._table import ColumnError

    named = frozenset(categorical)
    try:
        moments = {
            each: table.moments(each)
            for each in sorted(set(columns) - named)
            if table.is_numeric(each)
        }
        bins = {
            each: _bins(table, each, moments.get(each), most_names) for each in sorted(set(columns))
        }
        counts = table.counts(bins)
    except ColumnError as error:
        return Reason(error.code, str(error))
    return _features(bins, counts, moments)


def count_features(table: Table, bins: Mapping[str, Bins]) -> tuple[FeatureProfile, ...] | Reason:
    """Return the profiles of columns in given bins, in order of name."""
    from mlspec.stats.engines._table import ColumnError

    try:
        numeric = [each for each in sorted(bins) if isinstance(bins[each], stats.NumericBins)]
        moments = {each: table.moments(each) for each in numeric}
        counts = table.counts(bins)
    except ColumnError as error:
        return Reason(error.code, str(error))
    return _features(bins, counts, moments)


def _bins(table: Table, column: str, moments: Moments | None, most_names: int | None) -> Bins:
    from mlspec.stats.engines._table import quantile_bins

    if moments is not None:
        return quantile_bins(table, column, moments.finite)
    bins = stats.category_bins(table.categories(column))
    known = bins.others is not None and (most_names is None or len(bins.others) <= most_names)
    return bins if known else stats.CategoryBins(bins.categories, None)


def _features(
    bins: Mapping[str, Bins],
    counts: Mapping[str, stats.BinCounts],
    moments: Mapping[str, Moments],
) -> tuple[FeatureProfile, ...] | Reason:
    infinite = next((name for name, each in moments.items() if each.infinite), None)
    if infinite is not None:
        return infinite_values(infinite, moments[infinite].infinite)
    return tuple(
        _feature(each, bins[each], counts[each], moments.get(each)) for each in sorted(bins)
    )


def infinite_values(column: str, rows: int) -> Reason:
    """Return why a column is not compared: so many of its values lie in no bin."""
    held = "an infinite value" if rows == 1 else f"{rows} infinite values"
    return Reason("not-finite", f"column {shown(column)} holds {held}")


def _feature(
    name: str, bins: Bins, counts: stats.BinCounts, moments: Moments | None
) -> FeatureProfile:
    if isinstance(bins, stats.CategoryBins):
        return FeatureProfile(
            name,
            categories=bins.categories,
            others=bins.others,
            counts=counts.bins,
            missing=counts.missing,
            new=counts.new,
        )
    feature = FeatureProfile(
        name,
        bins.edges,
        bins.spikes,
        counts=counts.bins,
        missing=counts.missing,
    )
    if moments is None or not moments.finite:
        return feature
    return replace(
        feature,
        mean=_rounded(moments.mean),
        deviation=_rounded(moments.deviation),
        minimum=moments.minimum,
        maximum=moments.maximum,
    )


def _rounded(value: float) -> float | None:
    """Return a number to digits that no engine and no order of adding changes."""
    return float(f"{value:.{_DIGITS}g}") + 0.0 if math.isfinite(value) else None
