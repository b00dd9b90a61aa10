"""The same query in the dialect of another engine, through sqlglot, which is an extra."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mlspec.errors import MissingExtraError

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["DIALECTS", "in_dialect", "table_name"]

DIALECTS = ("bigquery", "databricks", "duckdb", "snowflake", "spark", "trino")
"""Engines that queries are printed for."""

_BACKTICKS = frozenset({"bigquery", "databricks", "spark"})
"""Engines that quote names with backticks; the others take double quotes."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DIGITS_FIRST = re.compile(r"[0-9][A-Za-z0-9_]*")
_HYPHENATED = re.compile(r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+")
_MOST_PARTS = 4
_Node = Any
"""A node of a parsed query."""


def in_dialect(query: str, dialect: str) -> str:
    """Return a query of ours in the words of another engine, formatted.

    Raises:
        MissingExtraError: sqlglot is not installed.
    """
    sqlglot = _sqlglot()
    parsed = sqlglot.parse_one(query, read="duckdb")
    if dialect == "snowflake":
        parsed = parsed.transform(_nan_of_snowflake)
    return str(parsed.sql(dialect=dialect, pretty=True))


def table_name(written: str, dialect: str) -> str:
    """Return the name of a table, as the user writes it for the engine, in our dialect.

    Parts are separated by dots, and quoted as the engine quotes names where they are more than
    letters, digits and `_`. BigQuery takes hyphens without quotes, and one pair of backticks
    around the whole path. Parts that need no quotes keep none, as engines fold their case.

    Raises:
        ValueError: it is no name of a table there; the text says why.
        MissingExtraError: sqlglot is not installed.
    """
    exp = _sqlglot().exp
    parts = [_identifier(each, dialect) for each in _parts(written, dialect)]
    if len(parts) > _MOST_PARTS:
        raise ValueError(f"it has more than {_MOST_PARTS} parts")
    names = [exp.to_identifier(each, quoted=quoted).sql(dialect="duckdb") for each, quoted in parts]
    return ".".join(names)


def _parts(written: str, dialect: str) -> list[str]:
    """Split at the dots that stand outside quotes."""
    mark = _mark(dialect)
    part = rf"{mark}[^{mark}]+{mark}|[^.{mark}]+"
    is_sound = re.fullmatch(rf"(?:{part})(?:[.](?:{part}))*", written)
    if not is_sound or not written.isprintable() or "\\" in written:
        raise ValueError(f"it has to be names with dots between them, quoted with {mark}")
    found = re.findall(part, written)
    if dialect == "bigquery" and len(found) == 1 and written[0] == mark:
        return [f"{mark}{each}{mark}" for each in written.strip(mark).split(".")]
    return found


def _identifier(part: str, dialect: str) -> tuple[str, bool]:
    """Return a part of a name without its quotes, and whether it has to be quoted."""
    mark = _mark(dialect)
    if part[0] == mark and part.strip(mark):
        return part.strip(mark), True
    if _PLAIN.fullmatch(part):
        return part, False
    if _DIGITS_FIRST.fullmatch(part) or (dialect == "bigquery" and _HYPHENATED.fullmatch(part)):
        return part, True
    raise ValueError(f"`{part}` has to stand in quotes there: {mark}{part}{mark}")


def _mark(dialect: str) -> str:
    return "`" if dialect in _BACKTICKS else '"'


def _nan_of_snowflake(node: _Node) -> _Node:
    """Snowflake has no function for NaN, but NaN equals itself there."""
    exp = _sqlglot().exp
    if not isinstance(node, exp.IsNan):
        return node
    nan = exp.cast(exp.Literal.string("NaN"), "double")
    return exp.paren(exp.EQ(this=node.this.copy(), expression=nan))


def _sqlglot() -> ModuleType:
    try:
        return import_module("sqlglot")
    except ImportError as error:
        raise MissingExtraError(
            "SQL for other engines needs `sqlglot`, which is not installed",
            hint='run `pip install "mlspec-compiler[sql]"`',
        ) from error
