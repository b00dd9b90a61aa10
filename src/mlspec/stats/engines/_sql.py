"""The three shapes of query that gates need, in SQL that translates to every engine.

Written in DuckDB's dialect. NaN is not NULL: everywhere, a value is missing where it is NULL or
NaN, and never compared before that is known. No name or value reaches the text unquoted.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.stats._binning import BINS, BinCounts, NumericBins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlspec.stats._binning import CategoryBins

__all__ = [
    "MISSING_BIN",
    "categories_query",
    "counted",
    "counts_query",
    "kind_query",
    "moments_query",
    "name",
    "number",
    "order_query",
    "quantiles_query",
    "scores_query",
    "text",
]

_DECIMAL = r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity)"
MISSING_BIN = -1
"""Bin of the rows without a value."""


def name(column: str) -> str:
    """Return a quoted name."""
    return '"' + column.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a quoted text."""
    return "'" + value.replace("'", "''") + "'"


def number(value: float) -> str:
    """Return a number that no engine takes for a decimal: with an exponent."""
    written = repr(float(value))
    return written if "e" in written else f"{written}e0"


def moments_query(table: str, column: str) -> str:
    """Return a query of one line: rows, finite numbers, missing, mean, deviation, ends."""
    x = _number(column)
    value = f"CASE WHEN {_is_finite(x)} THEN {x} END"
    return (
        f"SELECT COUNT(*) AS row_count, COUNT({value}) AS finite_count, "
        f"SUM(CASE WHEN {_is_missing(x)} THEN 1 ELSE 0 END) AS missing_count, "
        f"AVG({value}) AS mean_value, STDDEV_POP({value}) AS deviation, "
        f"MIN({value}) AS minimum, MAX({value}) AS maximum FROM {table}"
    )


def order_query(table: str, column: str, places: Sequence[int]) -> str:
    """Return a query of the values at these places, from 0, among the finite numbers in order.

    By the running number of rows up to each value: exact everywhere, where quantile functions are
    approximate on some engines and interpolate differently on others.
    """
    spots = " OR ".join(f"(upto > {place} AND upto - n <= {place})" for place in places)
    return (
        f"SELECT v, upto - n AS first_place, upto AS last_place FROM ({_running(table, column)}) "
        f"AS running WHERE {spots} ORDER BY v"
    )


def quantiles_query(table: str, columns: Sequence[str], *, parts: int = BINS) -> str:
    """Return a query of the values between which the quantiles 0, 1/parts ... 1 lie, exactly.

    One line per value: the feature, the value, the places that it fills, and the number of finite
    values. For `parts` quantiles of type 7, the values at both neighbouring places are there.
    """
    spots = [f"FLOOR((total - 1) * {number(part / parts)})" for part in range(parts + 1)]
    wanted = " OR ".join(f"(upto > {spot} AND upto - n <= {spot} + 1)" for spot in spots)
    selects = [
        f"SELECT {text(column)} AS feature, v AS value_at, upto - n AS first_place, "
        f"upto AS last_place, total FROM ({_running(table, column)}) AS running WHERE {wanted}"
        for column in columns
    ]
    return " UNION ALL ".join(selects)


def _running(table: str, column: str) -> str:
    x = _number(column)
    values = f"SELECT {x} AS v, COUNT(*) AS n FROM {table} WHERE {_is_finite(x)} GROUP BY {x}"
    totals = "SUM(n) OVER (ORDER BY v) AS upto, SUM(n) OVER () AS total"
    return f"SELECT v, n, {totals} FROM ({values}) AS counted"


def categories_query(table: str, column: str, most: int) -> str:
    """Return a query of rows per category; one more than `most` tells that there are more."""
    value = f"CAST({name(column)} AS VARCHAR)"
    return (
        f"SELECT {value} AS category, COUNT(*) AS row_count FROM {table} "
        f"GROUP BY {value} LIMIT {most + 1}"
    )


def kind_query(table: str, column: str) -> str:
    """Return a query of one line: how many values of a column of text there are, and are numbers.

    What counts is what the reader of CSV takes for a number: no spaces, no underscores.
    """
    value = name(column)
    is_number = f"REGEXP_MATCHES(LOWER({value}), {text(f'^({_DECIMAL})$')})"
    return f"SELECT COUNT({value}), SUM(CASE WHEN {is_number} THEN 1 ELSE 0 END) FROM {table}"


def counts_query(table: str, bins: Mapping[str, NumericBins | CategoryBins]) -> str:
    """Return a query of rows per feature and bin, all features in one pass.

    Its columns are `feature` (the place among `bins`), `bin` (`MISSING_BIN`, or the place of a bin,
    the bin after the last one being that of new categories) and `row_count`.
    """
    keys = [f"b{place}" for place in range(len(bins))]
    pairs = zip(keys, bins.items(), strict=True)
    cases = [f"{_case(column, each)} AS {key}" for key, (column, each) in pairs]
    which = " ".join(f"WHEN GROUPING({key}) = 0 THEN {place}" for place, key in enumerate(keys))
    sets = ", ".join(f"({key})" for key in keys)
    return (
        f"SELECT CASE {which} END AS feature, COALESCE({', '.join(keys)}) AS bin, "
        f"COUNT(*) AS row_count FROM (SELECT {', '.join(cases)} FROM {table}) AS binned "
        f"GROUP BY GROUPING SETS ({sets}) ORDER BY feature, bin"
    )


def scores_query(table: str, score: str, label: str, digits: int) -> str:
    """Return a query of rows per score, in units of 10^-digits, and label.

    Rounded by floor(x 10^digits + 1/2), because engines disagree about halves.
    """
    scores, labels = _number(score), _number(label)
    units = f"FLOOR({scores} * {number(10.0**digits)} + {number(0.5)})"
    both = f"{_is_finite(scores)} AND {_is_finite(labels)}"
    return (
        f"SELECT {units} AS score_units, {labels} AS label, COUNT(*) AS row_count "
        f"FROM {table} WHERE {both} GROUP BY {units}, {labels} ORDER BY score_units, label"
    )


def counted(
    bins: Mapping[str, NumericBins | CategoryBins], lines: Iterable[tuple[int, int, int]]
) -> dict[str, BinCounts]:
    """Return the counts that the lines of `counts_query` say; a bin without a line has no rows."""
    rows: dict[tuple[int, int], int] = {}
    for feature, place, count in lines:
        rows[int(feature), int(place)] = rows.get((int(feature), int(place)), 0) + int(count)
    return {
        column: _of_feature(each, {bin_: n for (which, bin_), n in rows.items() if which == place})
        for place, (column, each) in enumerate(bins.items())
    }


def _of_feature(bins: NumericBins | CategoryBins, rows: dict[int, int]) -> BinCounts:
    counts = tuple(rows.get(place, 0) for place in range(bins.size))
    new: int | None = rows.get(bins.size, 0)
    if not isinstance(bins, NumericBins) and bins.others is None:
        new = None
    return BinCounts(counts, rows.get(MISSING_BIN, 0), new=new)


def _case(column: str, bins: NumericBins | CategoryBins) -> str:
    if isinstance(bins, NumericBins):
        return _numeric_case(_number(column), bins)
    return _category_case(f"CAST({name(column)} AS VARCHAR)", bins)


def _numeric_case(x: str, bins: NumericBins) -> str:
    start = len(bins.edges) + 1
    spikes = [f"WHEN {x} = {number(each)} THEN {start + n}" for n, each in enumerate(bins.spikes)]
    edges = [f"WHEN {x} <= {number(each)} THEN {n}" for n, each in enumerate(bins.edges)]
    whens = " ".join([f"WHEN {_is_missing(x)} THEN {MISSING_BIN}", *spikes, *edges])
    return f"CASE {whens} ELSE {len(bins.edges)} END"


def _category_case(column: str, bins: CategoryBins) -> str:
    whens = [f"WHEN {column} IS NULL THEN {MISSING_BIN}"]
    named = enumerate(bins.categories)
    whens += [f"WHEN {column} = {text(value)} THEN {place}" for place, value in named]
    if bins.others is None:
        return f"CASE {' '.join(whens)} ELSE {len(bins.categories)} END"
    if bins.others:
        others = ", ".join(map(text, bins.others))
        whens.append(f"WHEN {column} IN ({others}) THEN {len(bins.categories)}")
    return f"CASE {' '.join(whens)} ELSE {bins.size} END"


def _number(column: str) -> str:
    return f"CAST({name(column)} AS DOUBLE)"


def _is_missing(x: str) -> str:
    return f"({x} IS NULL OR ISNAN({x}))"


def _is_finite(x: str) -> str:
    return f"({x} IS NOT NULL AND NOT ISNAN({x}) AND ABS({x}) <= {number(sys.float_info.max)})"
