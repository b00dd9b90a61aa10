"""Rows as JSON objects: a list of them in one document, or one per line."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence._columns import finite, missing_column, not_infinite
from mlspec.evidence._file import MAX_ROWS, FileContent, shown
from mlspec.evidence._json import parse_json
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.stats import FloatVector

__all__ = ["RowColumns", "json_lines", "open_json_lines", "open_json_rows", "rows_of"]

_MAX_NAMES = 10_000
"""Most different names among all rows: each row could bring new ones."""


@dataclass(frozen=True, slots=True)
class RowColumns:
    """The wanted columns of rows that are objects; a name that a row lacks is null there."""

    names: tuple[str, ...]
    rows: int
    cells: Mapping[str, Sequence[Json]]

    def keys(self, column: str) -> tuple[str, ...] | Reason:
        """Return a column of text or whole numbers as keys."""
        cells = self._full(column)
        if isinstance(cells, Reason):
            return cells
        for row, cell in enumerate(cells, 1):
            if isinstance(cell, bool) or not isinstance(cell, int | str):
                return Reason("key-type", f"{_where(column, row)}: {_kind(cell)} is no key")
            if cell == "":
                return Reason("empty-cell", f"{_where(column, row)} is empty")
        return tuple(map(str, cells))

    def numbers(self, column: str) -> FloatVector | Reason:
        """Return a column as finite numbers."""
        cells = self._full(column)
        return cells if isinstance(cells, Reason) else _numbers(column, cells)

    def measured(self, column: str) -> FloatVector | Reason:
        """Return a column of numbers or truth values, NaN where a value is null."""
        cells = self._cells(column)
        if isinstance(cells, Reason):
            return cells
        values = [_measured(cell) for cell in cells]
        if None in values:
            row = values.index(None) + 1
            kind = _kind(cells[row - 1])
            return Reason("not-a-number", f"{_where(column, row)}: {kind} is not a number")
        return not_infinite(column, stats.vector([each for each in values if each is not None]))

    def texts(self, column: str) -> tuple[str | None, ...] | Reason:
        """Return a column of text, whole numbers or truth values as text, None where it is null."""
        cells = self._cells(column)
        if isinstance(cells, Reason):
            return cells
        for row, cell in enumerate(cells, 1):
            if not isinstance(cell, str | int | None):
                what = f"{_where(column, row)}: {_kind(cell)} is no category"
                return Reason("not-categories", what)
        return tuple(None if cell is None else str(cell) for cell in cells)

    def _cells(self, column: str) -> Sequence[Json] | Reason:
        cells = self.cells.get(column)
        return missing_column(column, self.names) if cells is None else cells

    def _full(self, column: str) -> Sequence[Json] | Reason:
        cells = self._cells(column)
        if isinstance(cells, Reason) or None not in cells:
            return cells
        count = f"{cells.count(None)} of {len(cells)} rows"
        first = cells.index(None) + 1
        return Reason("empty-cell", f"column {shown(column)}: {count} are null, first row {first}")


def open_json_lines(content: FileContent, wanted: Iterable[str]) -> RowColumns | Reason:
    """Open a file with one JSON object per line; empty lines count for nothing."""
    return rows_of(json_lines(content.content), wanted)


def open_json_rows(content: FileContent, wanted: Iterable[str]) -> RowColumns | Reason:
    """Open a JSON file that is a list of objects."""
    found = parse_json(content.content)
    if isinstance(found, Reason):
        return found
    if not isinstance(found, list):
        return Reason("malformed-rows", "the JSON is not a list of objects")
    return rows_of(found, wanted)


def json_lines(content: bytes) -> Iterator[Json | Reason]:
    """Yield the JSON value of each line that is not empty; a line that has none is a reason."""
    for number, line in enumerate(io.BytesIO(content), 1):
        if line.strip():
            value = parse_json(line)
            if isinstance(value, Reason):
                value = Reason(value.code, f"line {number} of the file: {value.sentence}")
            yield value


def rows_of(found: Iterable[Json | Reason], wanted: Iterable[str]) -> RowColumns | Reason:
    """Return the wanted columns of rows; no more of a row is kept."""
    names: dict[str, None] = {}
    cells: dict[str, list[Json]] = {name: [] for name in sorted(set(wanted))}
    count = 0
    for each in found:
        count += 1
        if not isinstance(each, dict) or count > MAX_ROWS:
            return _refused(each, count)
        names.update(dict.fromkeys(each))
        if len(names) > _MAX_NAMES:
            return Reason("too-large", f"the rows have more than {_MAX_NAMES} different names")
        for name, kept in cells.items():
            kept.append(each.get(name))
    there = {name: kept for name, kept in cells.items() if name in names}
    return RowColumns(tuple(names), count, there)


def _refused(row: Json | Reason, number: int) -> Reason:
    if number > MAX_ROWS:
        return Reason("too-large", f"the file has more than {MAX_ROWS} rows")
    return (
        row if isinstance(row, Reason) else Reason("malformed-rows", f"row {number} is no object")
    )


def _numbers(column: str, cells: Sequence[Json]) -> FloatVector | Reason:
    values: list[float] = []
    for row, cell in enumerate(cells, 1):
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            kind = _kind(cell)
            return Reason("not-a-number", f"{_where(column, row)}: {kind} is not a number")
        values.append(_float(cell))
    return finite(column, stats.vector(values))


def _measured(cell: Json) -> float | None:
    """Return a cell as number, NaN for null; None where it is none."""
    if cell is None:
        return math.nan
    return _float(cell) if isinstance(cell, int | float) else None


def _float(cell: float) -> float:
    try:
        return float(cell)
    except OverflowError:
        return math.inf


def _where(column: str, row: int) -> str:
    return f"column {shown(column)}, row {row}"


def _kind(cell: Json) -> str:
    """Return what a cell is, in a word; text is shown."""
    match cell:
        case str():
            return shown(cell)
        case bool():
            return "a truth value"
        case int() | float():
            return shown(str(cell)) if isinstance(cell, float) else "a number"
        case list():
            return "a list"
        case None:
            return "null"
        case _:
            return "an object"
