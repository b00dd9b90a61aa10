"""One cell in every format: what it is as a key, a number, a measured value and a category."""

from __future__ import annotations

import io
import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.evidence.reading import content, read

from mlspec.evidence import Frame, Reason

FORMATS = ("csv", "jsonl", "json-rows", "parquet")


def text_of(value):
    """Return a value as a cell of a CSV file."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def written(file_format, values):
    """Return a file with a key and one column of these values."""
    rows = [{"id": f"r{place}", "x": each} for place, each in enumerate(values)]
    match file_format:
        case "csv":
            return "".join(f"{line}\n" for line in ["id,x", *(
                f"{each['id']},{text_of(each['x'])}" for each in rows
            )])  # fmt: skip
        case "jsonl":
            return "".join(f"{json.dumps(each)}\n" for each in rows)
        case "json-rows":
            return json.dumps(rows)
        case _:
            sink = io.BytesIO()
            pq.write_table(pa.Table.from_pylist(rows), sink)
            return sink.getvalue()


def column(file_format, method, values, name="x"):
    """Return a column as one of the readings of a frame; a reason as its code."""
    frame = read(file_format, written(file_format, values), columns=("id", "x"), file="t.file")
    assert isinstance(frame, Frame), frame
    found = getattr(frame, method)(name)
    if isinstance(found, Reason):
        assert found.sentence.startswith("`t.file`: ")
        return found.code
    return [None if isinstance(each, float) and math.isnan(each) else each for each in found]


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize(
    ("method", "values", "expected"),
    [
        ("numbers", [1, 2.5], [1.0, 2.5]),
        ("numbers", [1.5, None], "empty-cell"),
        ("numbers", ["a", "b"], "not-a-number"),
        ("measured", [1, None], [1.0, None]),
        ("measured", [10**17 + 1, 10**17], [1e17, 1e17]),
        ("measured", ["a", "b"], "not-a-number"),
        ("texts", ["a", None], ["a", None]),
        ("texts", [10**17 + 1, 10**17], [str(10**17 + 1), str(10**17)]),
        ("keys", [7, 8], ["7", "8"]),
        ("keys", ["a", "é"], ["a", "é"]),
        ("keys", ["a", None], "empty-cell"),
    ],
)
def test_a_column_is_the_same_in_every_format(file_format, method, values, expected):
    assert column(file_format, method, values) == expected


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "json-rows"])
@pytest.mark.parametrize("method", ["numbers", "measured"])
def test_a_whole_number_beyond_all_floats_is_not_finite(file_format, method):
    assert column(file_format, method, [10**400, 1]) == "not-finite"


@pytest.mark.parametrize("file_format", ["jsonl", "json-rows", "parquet"])
@pytest.mark.parametrize(
    ("method", "values", "expected"),
    [
        ("measured", [True, None], [1.0, None]),
        ("numbers", [True, False], "not-a-number"),
        ("texts", [True, None], ["True", None]),
        ("texts", [0.5, 1.5], "not-categories"),
        ("texts", [[1], [2]], "not-categories"),
        ("measured", [[1], [2]], "not-a-number"),
        ("keys", [0.5, 1.5], "key-type"),
        ("keys", [True, False], "key-type"),
        ("keys", ["", "a"], "empty-cell"),
    ],
)
def test_formats_with_types_take_none_for_another(file_format, method, values, expected):
    assert column(file_format, method, values) == expected


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("method", ["keys", "numbers", "measured", "texts"])
def test_a_column_that_is_not_there_is_named_with_the_close_one(file_format, method):
    frame = read(file_format, written(file_format, [1, 2]), columns=("id", "x"), file="t.file")
    found = getattr(frame, method)("idx")

    assert (found.code, found.sentence) == (
        "missing-column",
        "`t.file`: there is no column `idx`; did you mean `id`?",
    )


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("a",), "there is only `a`"),
        (("a", "b"), "there are `a`, `b`"),
        (tuple("abcdef"), "there are `a`, `b`, `c`, `d` and 2 more"),
    ],
)
def test_where_no_column_is_close_the_first_ones_are_told(names, told):
    frame = read("json-rows", [dict.fromkeys(names, 1)], columns=names, file="t.json")

    assert f"`t.json`: there is no column `customer`; {told}" == frame.keys("customer").sentence


def test_rows_without_any_column_have_none():
    frame = read("json-rows", [{}], columns=("x",), file="t.json")

    assert frame.keys("x").sentence.endswith("there is none at all")


def test_the_file_stands_in_front_of_a_reason_once():
    frame = read("jsonl", written("jsonl", [1]), columns=("x",), file="t.file")
    once = frame.reason(Reason("a", "it is so"))

    assert once == Reason("a", "`t.file`: it is so")
    assert frame.reason(once) == once


def test_parquet_columns_of_categories_are_read_as_their_values():
    table = pa.table({"x": pa.array(["a", "b", "a"]).dictionary_encode()})
    sink = io.BytesIO()
    pq.write_table(table, sink)

    frame = read("parquet", sink.getvalue(), columns=("x",))

    assert ("a", "b", "a") == frame.texts("x") == frame.keys("x")


def test_a_file_that_is_not_there_as_a_table_is_told_with_its_name():
    found = read("json-rows", content("{}").content, file="t.json")

    assert found.sentence.startswith("`t.json`: ")
