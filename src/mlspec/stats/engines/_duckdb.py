"""Files far larger than memory, through DuckDB, which is an extra."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from mlspec.errors import MissingExtraError
from mlspec.secrets import masked
from mlspec.stats.engines._csv_shape import header_problem, may_have_empty_lines, shape_problem
from mlspec.stats.engines._s3 import PREFIX, s3fs
from mlspec.stats.engines._sql import name, number, text
from mlspec.stats.engines._sql_table import Kind, SqlTable, order_by_rank
from mlspec.stats.engines._table import ColumnError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import ModuleType
    from typing import BinaryIO

    from mlspec.stats.engines._sql_table import Lines, Order

__all__ = ["MEMORY", "open_duckdb"]

MEMORY = "1GB"
"""What DuckDB may use before it spills to a temporary folder."""

_Connection = Any
"""A connection of DuckDB, whose types are not needed to check this."""
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT")
_MORE_NUMBERS = ("UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
_RELATION = "data"
_UNSOUND = "statistics_propagation,filter_pushdown"
"""Optimizers that trust the smallest and largest value which Parquet states.

Writers leave NaN out of those, so DuckDB (2.0.0) takes `isnan(x)` for false everywhere, and every
missing value of a file written by pyarrow disappears.
"""


@contextmanager
def open_duckdb(path: str, spill: str, *, memory: str = MEMORY) -> Iterator[SqlTable]:
    """Open a CSV or Parquet file, local or `s3://`, as a table; closed at the end.

    Args:
        path: the file; its suffix says which of the two it is.
        spill: a folder for what does not fit into memory.
        memory: the limit, such as `1GB`.

    Raises:
        MissingExtraError: DuckDB is not installed.
        ColumnError: the file is not what its suffix says, or a query failed.
    """
    duckdb = _duckdb()
    settings = {"memory_limit": memory, "temp_directory": spill, "preserve_insertion_order": False}
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute(f"SET disabled_optimizers = '{_UNSOUND}'")
    try:
        yield _table(duckdb, connection, path)
    finally:
        connection.close()


def _table(duckdb: ModuleType, connection: _Connection, path: str) -> SqlTable:
    def lines(query: str) -> Sequence[tuple[object, ...]]:
        try:
            found: list[tuple[object, ...]] = connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise _refused(error, path) from error
        return found

    if path.startswith(PREFIX):
        _register_s3(connection)
    is_csv = path.lower().endswith(".csv")
    rows = _view_of_csv(lines, path) if is_csv else _view(lines, _source(path))
    described = lines(f"DESCRIBE {_RELATION}")
    kinds = {str(each[0]): "cells" if is_csv else _kind(str(each[1])) for each in described}
    order = _order(duckdb, connection, lines, path)
    return SqlTable(_RELATION, kinds, rows, lines, order)


def _view(lines: Lines, source: str) -> int:
    """Name the table, and return its rows."""
    lines(f"CREATE OR REPLACE VIEW {_RELATION} AS SELECT * FROM {source}")
    ((rows,),) = lines(f"SELECT COUNT(*) FROM {_RELATION}")
    return int(str(rows))


def _view_of_csv(lines: Lines, path: str) -> int:
    """Name a CSV file, if it has the shape that the reader in memory asks for as well.

    Lines whose ends differ are the one thing that only DuckDB refuses: a file whose every line was
    parsed is read with them.

    Raises:
        ColumnError: it has another shape, or DuckDB can't read it.
    """
    with _bytes_of(path) as stream:
        suspicious = may_have_empty_lines(stream)
    if suspicious:
        _require_shape(path)
    try:
        _refuse_header(lines, path)
        return _view(lines, _source(path))
    except ColumnError as refusal:
        if refusal.code != "unreadable-file":
            raise
        _require_shape(path)
        return _view(lines, _source(path, ", strict_mode=false"))


def _require_shape(path: str) -> None:
    with _bytes_of(path) as stream:
        problem = shape_problem(stream)
    if problem is not None:
        raise ColumnError(problem.code, problem.sentence)


def _bytes_of(path: str) -> AbstractContextManager[BinaryIO]:
    """Open a file for reading, local or of S3.

    Raises:
        ColumnError: it can't be read.
    """
    try:
        if path.startswith(PREFIX):
            remote: AbstractContextManager[BinaryIO] = (
                s3fs().S3FileSystem(skip_instance_cache=True).open(path, "rb")
            )
            return remote
        return Path(path).open("rb")
    except OSError as error:
        raise _refused(error, path) from error


def _refuse_header(lines: Lines, path: str) -> None:
    """Refuse a header that names a column twice or not at all: DuckDB would name it otherwise.

    Raises:
        ColumnError: a name occurs twice, or is empty.
    """
    cells = _STRICT.replace("header=true", "header=false, parallel=false")
    for header in lines(f"SELECT * FROM READ_CSV({_exact(path)}, {cells}) LIMIT 1"):
        problem = header_problem(["" if each is None else str(each) for each in header])
        if problem is not None:
            raise ColumnError(problem.code, problem.sentence)


def _order(duckdb: ModuleType, connection: _Connection, lines: Lines, path: str) -> Order:
    by_rank = order_by_rank(lines, _RELATION)

    def order(column: str, places: Sequence[int]) -> Sequence[float]:
        try:
            return _discrete(connection, column, places)
        except duckdb.OutOfMemoryException:
            return by_rank(column, places)  # slower, but it spills
        except duckdb.Error as error:
            raise _refused(error, path) from error

    return order


def _register_s3(connection: _Connection) -> None:
    """Let DuckDB read `s3://` through s3fs: its own extension would come from the network.

    Credentials, region and endpoint are found as by every client of AWS: the variables `AWS_*`,
    `~/.aws`, or the role of the machine.
    """
    connection.register_filesystem(s3fs().S3FileSystem(skip_instance_cache=True))


def _discrete(connection: _Connection, column: str, places: Sequence[int]) -> Sequence[float]:
    """Return order statistics by `quantile_disc`: p = (place + 1/2) / n is exactly one row."""
    x = f"CAST({name(column)} AS DOUBLE)"
    finite = f"FROM {_RELATION} WHERE ISFINITE({x})"
    (count,) = connection.execute(f"SELECT COUNT(*) {finite}").fetchone()
    shares = ", ".join(number((place + 0.5) / count) for place in places)
    query = f"SELECT QUANTILE_DISC({x}, [{shares}]) {finite}"
    (values,) = connection.execute(query).fetchone()
    return [float(each) for each in values]


_STRICT = (
    "header=true, all_varchar=true, nullstr='', delim=',', quote='\"', escape='\"', comment='', "
    "skip=0, null_padding=false, ignore_errors=false, hive_partitioning=false"
)
"""Read what stands in the file: nothing is guessed, skipped or taken from the path."""


def _exact(path: str) -> str:
    """Return a path as text of SQL that no pattern stands in."""
    return text("".join(f"[{each}]" if each in "*?[" else each for each in path))


def _source(path: str, more: str = "") -> str:
    exact = _exact(path)
    if path.lower().endswith(".parquet"):
        return f"READ_PARQUET({exact}, hive_partitioning=false)"
    if path.lower().endswith(".csv"):
        return f"READ_CSV({exact}, {_STRICT}{more})"
    raise ColumnError("unknown-format", "DuckDB reads `.csv` and `.parquet` here")


def _kind(declared: str) -> Kind:
    base = declared.split("(", maxsplit=1)[0].upper()
    if base in (*_NUMBERS, *_MORE_NUMBERS):
        return "number"
    if base.startswith("ENUM"):
        return "text"
    return {"VARCHAR": "text", "BOOLEAN": "truth"}.get(base, "other")


def _refused(error: Exception, path: str) -> ColumnError:
    """Return what DuckDB says, without the folder of the file: records leave the machine."""
    said = masked(_first(error)).replace(path, PurePath(path).name)
    return ColumnError("unreadable-file", f"DuckDB refuses: {said[:200]}")


def _first(error: Exception) -> str:
    """Return the first line that says something: errors of Python come with their traceback."""
    lines = [each for each in str(error).splitlines() if each and not each[0].isspace()]
    said = [each for each in lines if not each.startswith("Traceback")]
    return said[0] if said else type(error).__name__


def _duckdb() -> ModuleType:
    try:
        return import_module("duckdb")
    except ImportError as error:
        raise MissingExtraError(
            "reading a table out of core needs `duckdb`, which is not installed",
            hint='run `pip install "mlspec-compiler[duckdb]"`',
        ) from error
