"""The three shapes of query that gates need, in SQL that translates to every engine.

Written in DuckDB's dialect. NaN is not NULL: everywhere, a value is missing where it is NULL or
NaN, and never compared before that is known. No name or value reaches the text unquoted.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.stats._binning import BinCounts, NumericBins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlspec.stats._binning import CategoryBins

__all__ = [
    "FINITE",
    "INFINITE",
    "INFINITE_BIN",
    "MISSING",
    "MISSING_BIN",
    "categories_query",
    "counted",
    "counts_query",
    "kind_query",
    "moments_query",
    "name",
    "number",
    "order_query",
    "scores_query",
    "text",
    "values_query",
]

_DECIMAL = r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity)"
MISSING_BIN = -1
"""Bin of the rows without a value."""
INFINITE_BIN = -2
"""Bin of the rows whose number is infinite: they lie in no bin of a reference."""
FINITE, MISSING, INFINITE = 0, 1, 2
"""What a value is, in the answer to `values_query`."""


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


def values_query(
    table: str, columns: Sequence[str], digits: int, where: tuple[str, str] | None = None
) -> str:
    """Return a query of rows per rounded value of each column: quantiles and bins follow from it.

    Its lines: `feature` (the place among `columns`), `kind` (`FINITE`, `MISSING` or `INFINITE`),
    `value_units` (in units of 10^-digits, NULL for the other kinds) and `row_count`. Rounded by
    floor(x 10^digits + 1/2), because engines disagree about halves. `where` is a column and the
    text that it has in the rows which count.
    """
    selects = [_values(table, place, each, digits, where) for place, each in enumerate(columns)]
    return " UNION ALL ".join(selects)


def _values(table: str, place: int, column: str, digits: int, where: tuple[str, str] | None) -> str:
    x = _number(column)
    kind = f"CASE WHEN {_is_missing(x)} THEN {MISSING} WHEN {_is_finite(x)} THEN {FINITE} "
    kind += f"ELSE {INFINITE} END"
    units = f"CASE WHEN {_is_finite(x)} THEN {_units(x, digits)} END"
    chosen = "" if where is None else f" WHERE CAST({name(where[0])} AS VARCHAR) = {text(where[1])}"
    return (
        f"SELECT {place} AS feature, {kind} AS kind, {units} AS value_units, "
        f"COUNT(*) AS row_count FROM {table}{chosen} GROUP BY {kind}, {units}"
    )


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

    Its columns are `feature` (the place among `bins`), `bin` (`MISSING_BIN`, `INFINITE_BIN`, or the
    place of a bin, the bin after the last one being that of new categories) and `row_count`.
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


def scores_query(
    table: str, score: str, label: str, digits: int, prediction: str | None = None
) -> str:
    """Return a query of rows per rounded score, label and, where there is one, predicted class.

    Scores are in units of 10^-digits, rounded as by `values_query`. The rows in which one of the
    columns holds no finite number are one line of NULL: they are told, not left out.
    """
    scores, labels = _number(score), _number(label)
    others = {"label": labels}
    others |= {} if prediction is None else {"prediction": _number(prediction)}
    whole = " AND ".join(_is_finite(each) for each in (scores, *others.values()))
    columns = {"score_units": _units(scores, digits), **others}
    cases = {as_: f"CASE WHEN {whole} THEN {each} END" for as_, each in columns.items()}
    selected = ", ".join(f"{case} AS {as_}" for as_, case in cases.items())
    return (
        f"SELECT {selected}, COUNT(*) AS row_count FROM {table} "
        f"GROUP BY {', '.join(cases.values())} ORDER BY {', '.join(cases)}"
    )


def _units(x: str, digits: int) -> str:
    return f"FLOOR({x} * {number(10.0**digits)} + {number(0.5)})"


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
    return BinCounts(counts, rows.get(MISSING_BIN, 0), new, rows.get(INFINITE_BIN, 0))


def _case(column: str, bins: NumericBins | CategoryBins) -> str:
    if isinstance(bins, NumericBins):
        return _numeric_case(_number(column), bins)
    return _category_case(f"CAST({name(column)} AS VARCHAR)", bins)


def _numeric_case(x: str, bins: NumericBins) -> str:
    start = len(bins.edges) + 1
    spikes = [f"WHEN {x} = {number(each)} THEN {start + n}" for n, each in enumerate(bins.spikes)]
    edges = [f"WHEN {x} <= {number(each)} THEN {n}" for n, each in enumerate(bins.edges)]
    missing = f"WHEN {_is_missing(x)} THEN {MISSING_BIN}"
    infinite = f"WHEN NOT {_is_finite(x)} THEN {INFINITE_BIN}"
    whens = " ".join([missing, infinite, *spikes, *edges])
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
