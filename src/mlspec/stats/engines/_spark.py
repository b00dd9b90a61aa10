"""Tables where Spark runs: pyspark is an extra, and needs Java."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from mlspec.errors import MissingExtraError
from mlspec.stats.engines._csv_shape import mixed_ends_problem, shape_problem
from mlspec.stats.engines._dialects import in_dialect
from mlspec.stats.engines._sql_table import Kind, SqlTable, order_by_rank
from mlspec.stats.engines._table import ColumnError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

__all__ = ["open_spark"]

_Session = Any
"""A session of Spark, whose types are not needed to check this."""
_Frame = Any
"""A data frame of Spark."""
_NUMBERS = frozenset({"tinyint", "smallint", "int", "bigint", "float", "double", "decimal"})
_RELATION = "mlspec_data"
_SETTINGS = {
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""Of a session that is started here: it serves no pages, and leaves the terminal alone."""
_WAREHOUSE = "spark.sql.warehouse.dir"
_CSV = {
    "encoding": "UTF-8",
    "emptyValue": "",
    "escape": '"',
    "header": "true",
    "ignoreLeadingWhiteSpace": "false",
    "ignoreTrailingWhiteSpace": "false",
    "mode": "FAILFAST",
    "multiLine": "true",
    "nullValue": "",
    "quote": '"',
    "sep": ",",
    "unescapedQuoteHandling": "RAISE_ERROR",
}
"""Read what stands in the file, as the other engines do (RFC 4180): a quote is escaped by another
one, cells may hold lines, spaces belong to them, and nothing is cut or filled. Spark's own defaults
escape by a backslash and end a row with every line, so that quoted cells come out otherwise."""


@contextmanager
def open_spark(path: str) -> Iterator[SqlTable]:
    """Open a CSV or Parquet file, a folder of Parquet, or a table of the catalogue.

    A name without a slash and a suffix of files is that of a table, such as `shop.orders`.

    The session that runs is used, as on Databricks; where none does, one is started with what
    `SPARK_CONF_DIR` says, on this machine otherwise, and stopped at the end.

    Raises:
        MissingExtraError: pyspark or Java is not installed.
        ColumnError: the file is not what its suffix says, or a query failed.
    """
    sql = _pyspark()
    active = sql.SparkSession.getActiveSession()
    if active is not None:
        yield _table(active, path)
        return
    with TemporaryDirectory(prefix="mlspec-") as folder:
        session = _started(sql, folder)
        try:
            yield _table(session, path)
        finally:
            session.stop()


def _table(session: _Session, path: str) -> SqlTable:
    errors = import_module("pyspark.errors")

    def lines(query: str) -> Sequence[tuple[object, ...]]:
        try:
            return [tuple(each) for each in session.sql(in_dialect(query, "spark")).collect()]
        except errors.PySparkException as error:
            raise _refused(error) from error

    is_csv = path.lower().endswith(".csv")
    if is_csv and Path(path).is_file():
        _require_shape(path)
    try:
        frame = _frame(session, path)
        frame.createOrReplaceTempView(_RELATION)
        rows = frame.count()
    except errors.PySparkException as error:
        raise _refused(error) from error
    kinds = {name: "cells" if is_csv else _kind(declared) for name, declared in frame.dtypes}
    return SqlTable(_RELATION, kinds, rows, lines, order_by_rank(lines, _RELATION))


def _require_shape(path: str) -> None:
    """Refuse a local file whose lines are no table: Spark would fill or cut them.

    Spark ends rows the way the first one ends. After a line feed alone, the carriage return before
    another one would be read as a part of the last cell.

    Raises:
        ColumnError: a line has more or fewer cells than the header, or none, or rows end in more
            than one way.
    """
    with Path(path).open("rb") as stream:
        problem = shape_problem(stream)
        if problem is None:
            stream.seek(0)
            problem = mixed_ends_problem(stream)
    if problem is not None:
        raise ColumnError(problem.code, problem.sentence)


def _frame(session: _Session, path: str) -> _Frame:
    if path.lower().endswith(".csv"):
        return session.read.options(**_CSV).csv(path)
    if "/" in path or path.lower().endswith(".parquet"):
        return session.read.parquet(path)
    return session.table(path)


def _kind(declared: str) -> Kind:
    base = declared.split("(", maxsplit=1)[0].lower()
    if base in _NUMBERS:
        return "number"
    return {"string": "text", "boolean": "truth"}.get(base, "other")


def _refused(error: Exception) -> ColumnError:
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return ColumnError("unreadable-file", f"Spark refuses: {first[:200]}")


def _started(sql: ModuleType, folder: str) -> _Session:
    """Start a session; without a warehouse of the user, it has the folder, not the current one."""
    errors = import_module("pyspark.errors")
    try:
        builder = sql.SparkSession.builder.appName("mlspec")
        stated = import_module("pyspark").SparkConf().get(_WAREHOUSE)
        for name, value in (_SETTINGS | ({} if stated else {_WAREHOUSE: folder})).items():
            builder = builder.config(name, value)
        return builder.getOrCreate()
    except errors.PySparkRuntimeError as error:
        raise MissingExtraError(
            "Spark can't start: it needs Java", hint="install Java 17 or later, or set `JAVA_HOME`"
        ) from error


def _pyspark() -> ModuleType:
    try:
        return import_module("pyspark.sql")
    except ImportError as error:
        raise MissingExtraError(
            "counting on Spark needs `pyspark`, which is not installed",
            hint='run `pip install "mlspec-compiler[spark]"`',
        ) from error
