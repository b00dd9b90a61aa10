"""Parquet through pyarrow, which is an extra and imported when a file is opened."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mlspec import stats
from mlspec.errors import MissingExtraError
from mlspec.evidence._columns import finite, missing_column, not_infinite, repeated_column
from mlspec.evidence._file import MAX_BYTES, MAX_ROWS, FileContent, shown
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import ModuleType

    from mlspec.stats import FloatVector

__all__ = ["ParquetColumns", "open_parquet", "parquet_names"]

_Arrow = Any
"""A value of pyarrow, which publishes no types."""


@dataclass(frozen=True, slots=True)
class ParquetColumns:
    """The wanted columns of a Parquet file as Arrow arrays."""

    names: tuple[str, ...]
    rows: int
    table: _Arrow

    def keys(self, column: str) -> tuple[str, ...] | Reason:
        """Return a column of text or whole numbers as keys."""
        array = self._array(column)
        if isinstance(array, Reason):
            return array
        types = _arrow("pyarrow.types")
        if not (types.is_integer(array.type) or _is_text(types, array.type)):
            kind = shown(str(array.type))
            return Reason("key-type", f"column {shown(column)} holds {kind}, which is no key")
        keys = tuple(map(str, array.to_pylist()))
        if "" in keys:
            row = keys.index("") + 1
            return Reason("empty-cell", f"column {shown(column)}, row {row} is empty")
        return keys

    def numbers(self, column: str) -> FloatVector | Reason:
        """Return a column of integers or floats as finite numbers."""
        array = self._array(column)
        if isinstance(array, Reason):
            return array
        types = _arrow("pyarrow.types")
        if not (types.is_integer(array.type) or types.is_floating(array.type)):
            kind = shown(str(array.type))
            return Reason("not-a-number", f"column {shown(column)} holds {kind}, not numbers")
        return finite(column, stats.vector(array.to_numpy()))

    def measured(self, column: str) -> FloatVector | Reason:
        """Return a column of numbers or truth values, NaN where a value is null."""
        array = self._with_nulls(column)
        if isinstance(array, Reason):
            return array
        types = _arrow("pyarrow.types")
        if types.is_boolean(array.type):
            array = array.cast("int8")
        if not (types.is_integer(array.type) or types.is_floating(array.type)):
            kind = shown(str(array.type))
            return Reason("not-a-number", f"column {shown(column)} holds {kind}, not numbers")
        # not safe: arrow refuses whole numbers beyond 2**53, which as floats are their neighbours
        floats = array.cast("float64", safe=False)
        return not_infinite(column, stats.vector(floats.to_numpy(zero_copy_only=False)))

    def texts(self, column: str) -> tuple[str | None, ...] | Reason:
        """Return a column of text, whole numbers or truth values as text, None where it is null."""
        array = self._with_nulls(column)
        if isinstance(array, Reason):
            return array
        types = _arrow("pyarrow.types")
        is_whole = types.is_integer(array.type) or types.is_boolean(array.type)
        if not (is_whole or _is_text(types, array.type)):
            kind = shown(str(array.type))
            return Reason("not-categories", f"column {shown(column)} holds {kind}, not categories")
        return tuple(None if each is None else str(each) for each in array.to_pylist())

    def _with_nulls(self, column: str) -> _Arrow | Reason:
        if column not in self.table.column_names:
            return missing_column(column, self.names)
        return _plain(self.table.column(column))

    def _array(self, column: str) -> _Arrow | Reason:
        array = self._with_nulls(column)
        if isinstance(array, Reason):
            return array
        if array.null_count:
            row = array.is_null().to_pylist().index(True) + 1
            count = f"{array.null_count} of {self.rows} rows"
            sentence = f"column {shown(column)}: {count} are null, first row {row}"
            return Reason("empty-cell", sentence)
        return array


def open_parquet(content: FileContent, wanted: Iterable[str]) -> ParquetColumns | Reason:
    """Open a Parquet file and read the wanted columns that it has.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    pyarrow = _arrow("pyarrow")
    parquet = _arrow("pyarrow.parquet")
    try:
        file = parquet.ParquetFile(pyarrow.BufferReader(content.content))
        names = tuple(file.schema_arrow.names)
        kept = [name for name in sorted(set(wanted)) if name in names]
        problem = repeated_column(names) or _size_problem(file.metadata, kept)
        if problem is not None:
            return problem
        table = file.read(columns=kept)
        table.validate(full=True)  # damaged text would raise only when it is looked at
        return ParquetColumns(names, table.num_rows, table)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        return Reason("malformed-parquet", f"the file is not sound Parquet: {_first_line(error)}")


def parquet_names(path: Path) -> tuple[str, ...]:
    """Return the names of the columns of a Parquet file; none where it is not sound.

    Raises:
        MissingExtraError: pyarrow is not installed.
        OSError: the file can't be read.
    """
    parquet, pyarrow = _arrow("pyarrow.parquet"), _arrow("pyarrow")
    try:
        return tuple(parquet.read_schema(path).names)
    except (pyarrow.ArrowException, ValueError):
        return ()


def _size_problem(metadata: _Arrow, kept: list[str]) -> Reason | None:
    if metadata.num_rows > MAX_ROWS:
        return Reason("too-large", f"the file has more than {MAX_ROWS} rows")
    chunks = (
        metadata.row_group(group).column(column)
        for group in range(metadata.num_row_groups)
        for column in range(metadata.num_columns)
    )
    size = sum(each.total_uncompressed_size for each in chunks if each.path_in_schema in kept)
    if size > MAX_BYTES:
        return Reason("too-large", f"the columns have more than {MAX_BYTES} bytes unpacked")
    return None


def _plain(array: _Arrow) -> _Arrow:
    """Return an array without dictionary encoding, as one piece."""
    types = _arrow("pyarrow.types")
    if types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    return array.combine_chunks()


def _is_text(types: ModuleType, kind: object) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _arrow(module: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            "reading Parquet needs `pyarrow`, which is not installed",
            hint='run `pip install "mlspec-compiler[parquet]"`, or write the predictions as CSV',
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
