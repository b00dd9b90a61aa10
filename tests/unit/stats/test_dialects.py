"""Names of tables as engines write them: understood, or refused, and never more than a name."""

from __future__ import annotations

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from mlspec.stats.engines._dialects import DIALECTS, in_dialect, table_name


def parts_of(written, dialect):
    """Return the parts of the one table that a printed query reads."""
    query = in_dialect(f"SELECT 1 AS x FROM {table_name(written, dialect)}", dialect)
    parsed = sqlglot.parse(query, read=dialect)
    assert 1 == len(parsed)
    (table,) = parsed[0].find_all(exp.Table)
    return [each.name for each in table.parts]


@pytest.mark.parametrize(
    ("written", "dialect", "parts"),
    [
        ("orders", "trino", ["orders"]),
        ("ml.features.week", "snowflake", ["ml", "features", "week"]),
        ('ml."Week 1; --"', "snowflake", ["ml", "Week 1; --"]),
        ("my-project.ds.table", "bigquery", ["my-project", "ds", "table"]),
        ("`my-project.ds.week`", "bigquery", ["my-project", "ds", "week"]),
        ("my-project.ds.`a--b`", "bigquery", ["my-project", "ds", "a--b"]),
        ("my-project.ds.events_2026-11", "bigquery", ["my-project", "ds", "events_2026-11"]),
        ("`my-catalog`.s.t", "databricks", ["my-catalog", "s", "t"]),
        ("s.2026_week", "spark", ["s", "2026_week"]),
    ],
)
def test_a_name_is_read_as_the_engine_reads_it(written, dialect, parts):
    assert parts == parts_of(written, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "written",
    [
        *("a--b", "a;b", "a b", "", ".", "a.", "a..b", 'a"', '""', "`", "a'b", "a\nb", "a/*b*/"),
        *("a\\b", "a$1", "a.b.c.d.e", '"a""b"', "`a``b`", "(SELECT 1)", "a, b"),
    ],
)
def test_what_is_no_name_is_refused(written, dialect):
    with pytest.raises(ValueError, match=r"\w"):
        table_name(written, dialect)


@pytest.mark.parametrize("dialect", [each for each in DIALECTS if each != "bigquery"])
def test_a_hyphen_has_to_be_quoted_where_the_engine_wants_it(dialect):
    with pytest.raises(ValueError, match="has to stand in quotes there"):
        table_name("my-project.ds.week", dialect)


@pytest.mark.parametrize(("written", "dialect"), [("`a`.b", "trino"), ('"a".b', "bigquery")])
def test_the_quotes_of_another_engine_are_none(written, dialect):
    with pytest.raises(ValueError, match="quote"):
        table_name(written, dialect)


@given(st.text('aB1-._$"`; \\', max_size=10), st.sampled_from(DIALECTS))
@settings(max_examples=150)
def test_whatever_is_accepted_is_one_table_of_those_words(written, dialect):
    try:
        name = table_name(written, dialect)
    except ValueError:
        return
    parsed = sqlglot.parse(in_dialect(f"SELECT 1 AS x FROM {name}", dialect), read=dialect)

    assert 1 == len(parsed)
    (table,) = parsed[0].find_all(exp.Table)
    mark = "`" if dialect in {"bigquery", "databricks", "spark"} else '"'
    assert written.replace(mark, "").replace(".", "") == "".join(
        each.name.replace(".", "") for each in table.parts
    )
