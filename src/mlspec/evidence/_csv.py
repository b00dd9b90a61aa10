"""Comma-separated text, read strictly: UTF-8, one header line, every line as long as it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence._columns import finite, missing_column, repeated_column
from mlspec.evidence._file import MAX_ROWS, FileContent, shown
from mlspec.evidence._reason import Reason
from mlspec.stats.engines._csv_shape import shape_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.stats import FloatVector

__all__ = ["CsvColumns", "open_csv"]

_NUMERIC = frozenset("0123456789+-.eE")
"""With these characters alone, `float` accepts decimal numbers and nothing else."""

_MISSING = frozenset({"", "nan", "+nan", "-nan"})
_PORTION = 1024
_NOT_FINITE = frozenset(
    sign + word for sign in ("", "+", "-") for word in ("nan", "inf", "infinity")
)


@dataclass(frozen=True, slots=True)
class CsvColumns:
    """The wanted columns of a CSV file as text."""

    names: tuple[str, ...]
    rows: int
    cells: Mapping[str, Sequence[str]]

    def keys(self, column: str) -> tuple[str, ...] | Reason:
        """Return a column as keys; an empty cell identifies nothing."""
        cells = self.cells.get(column)
        if cells is None:
            return missing_column(column, self.names)
        return _empty(column, cells) or tuple(cells)

    def numbers(self, column: str) -> FloatVector | Reason:
        """Return a column as finite decimal numbers."""
        cells = self.cells.get(column)
        if cells is None:
            return missing_column(column, self.names)
        return _empty(column, cells) or _numbers(column, cells)

    def measured(self, column: str) -> FloatVector | Reason:
        """Return a column as numbers, NaN where a cell is empty or says NaN."""
        cells = self.cells.get(column)
        return missing_column(column, self.names) if cells is None else _measured(column, cells)

    def texts(self, column: str) -> tuple[str | None, ...] | Reason:
        """Return a column as text, None where a cell is empty."""
        cells = self.cells.get(column)
        if cells is None:
            return missing_column(column, self.names)
        return tuple(cell or None for cell in cells)


def _measured(column: str, cells: Sequence[str]) -> FloatVector | Reason:
    """Return the cells as numbers, NaN for those that are empty or say NaN."""
    full = ["nan" if cell.strip().lower() in _MISSING else cell for cell in cells]
    there = [cell for cell in full if cell != "nan"]
    problem = _numbers(column, there) if there else None
    if isinstance(problem, Reason):
        return _placed(column, cells, problem)
    return stats.vector([float(cell) for cell in full])


def _placed(column: str, cells: Sequence[str], problem: Reason) -> Reason:
    """Return the problem with the row where it stands among all cells."""
    kept = [cell for cell in cells if cell.strip().lower() not in _MISSING]
    bad = next((cell for cell in kept if isinstance(_numbers(column, [cell]), Reason)), "")
    where = f"column {shown(column)}, row {cells.index(bad) + 1}"
    return Reason(problem.code, f"{where}: {shown(bad)} is not a finite number")


def open_csv(content: FileContent, wanted: Iterable[str]) -> CsvColumns | Reason:
    """Open a CSV file and keep the wanted columns that it has."""
    try:
        text = content.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Reason("unreadable-file", f"byte {error.start} is not UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = tuple(next(reader, ()))
        found = _header_problem(header) or _read(reader, header, frozenset(wanted))
    except csv.Error:
        found = None
    return found or _first_fault(content)


def _first_fault(content: FileContent) -> Reason:
    """Return which line keeps a file from being a table, as for a file that an engine counts."""
    problem = shape_problem(io.BytesIO(content.content))
    return Reason(*(problem or ("malformed-csv", "a line can't be parsed")))


def _header_problem(header: tuple[str, ...]) -> Reason | None:
    if not header:
        return Reason("empty-file", "the file has no header line")
    if "" in header:
        return Reason("malformed-csv", f"column {header.index('') + 1} has no name")
    return repeated_column(header)


def _read(
    reader: Iterator[list[str]], header: tuple[str, ...], wanted: frozenset[str]
) -> CsvColumns | Reason | None:
    """Return the cells; None where a line has more or fewer of them than the header."""
    cells: dict[str, list[str]] = {name: [] for name in header if name in wanted}
    places = [(header.index(name), kept) for name, kept in cells.items()]
    rows = 0
    while portion := list(islice(reader, _PORTION)):
        if set(map(len, portion)) != {len(header)}:
            return None
        for place, kept in places:
            kept.extend(map(itemgetter(place), portion))
        rows += len(portion)
        if rows > MAX_ROWS:
            return Reason("too-large", f"the file has more than {MAX_ROWS} rows")
    return CsvColumns(header, rows, cells)


def _empty(column: str, cells: Sequence[str]) -> Reason | None:
    if "" not in cells:
        return None
    count = f"{cells.count('')} of {len(cells)} rows"
    first = cells.index("") + 1
    return Reason("empty-cell", f"column {shown(column)}: {count} are empty, first row {first}")


def _numbers(column: str, cells: Sequence[str]) -> FloatVector | Reason:
    if _NUMERIC.issuperset("".join(cells)):
        try:
            return finite(column, stats.vector([float(cell) for cell in cells]))
        except ValueError:
            pass  # such as `1-2`: the search below names the cell
    place = next(place for place, cell in enumerate(cells) if not _is_number(cell))
    cell = cells[place]
    where = f"column {shown(column)}, row {place + 1}"
    if cell.strip().lower() in _NOT_FINITE:
        return Reason("not-finite", f"{where}: the value is {shown(cell)}")
    return Reason("not-a-number", f"{where}: {shown(cell)} is not a number")


def _is_number(cell: str) -> bool:
    if not _NUMERIC.issuperset(cell):
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True
