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

_PART = r'(?:[A-Za-z0-9_$-]+|"[^"]+"|`[^`]+`)'
_NAME = re.compile(rf"{_PART}(?:[.]{_PART}){{0,3}}")
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

    Raises:
        ValueError: it is no name of a table.
        MissingExtraError: sqlglot is not installed.
    """
    if not _NAME.fullmatch(written):
        raise ValueError(written)
    return str(_sqlglot().exp.to_table(written, dialect=dialect).sql(dialect="duckdb"))


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
