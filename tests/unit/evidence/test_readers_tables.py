"""Tables in four formats give the same frame; joining is by key."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.evidence.reading import content, read

from mlspec.evidence import (
    Frame,
    Layout,
    Reason,
    join_frame,
    load_readers,
    read_predictions,
    reader_of,
    unknown_format,
)
from mlspec.evidence._moment import from_milliseconds, from_seconds, moment

ROWS = [
    {"id": "a", "ms": 1.5, "n": 1, "group": "x"},
    {"id": "b", "ms": None, "n": 2, "group": None},
    {"id": "c", "ms": 3.0, "n": 3, "group": "y"},
]
COLUMNS = ("id", "ms", "n", "group")


def parquet():
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(ROWS), sink)
    return sink.getvalue().to_pybytes()


FILES = {
    "csv": "id,ms,n,group\na,1.5,1,x\nb,,2,\nc,3.0,3,y\n",
    "parquet": parquet(),
    "jsonl": "\n".join(map(json.dumps, ROWS)) + "\n\n",
    "json-rows": json.dumps(ROWS),
}


def frame(file_format="jsonl"):
    found = read(file_format, FILES[file_format], columns=COLUMNS)
    assert isinstance(found, Frame), found
    return found


@pytest.mark.parametrize("file_format", FILES)
def test_every_table_format_gives_the_same_frame(file_format):
    found = frame(file_format)

    assert COLUMNS == found.names
    assert (3, 3) == (found.rows, found.material.rows)
    assert ("a", "b", "c") == found.keys("id")
    assert [1.0, 2.0, 3.0] == found.numbers("n").tolist()
    np.testing.assert_array_equal([1.5, np.nan, 3.0], found.measured("ms"))
    assert ("x", None, "y") == found.texts("group")
    assert ("x", "empty-cell") == (found.texts("group")[0], found.numbers("ms").code)
    assert "missing-column" == found.texts("other").code


@pytest.mark.parametrize("text", ["", "[]", "id,n\n"])
@pytest.mark.parametrize("file_format", ["csv", "jsonl", "json-rows"])
def test_a_table_without_rows_is_a_reason(file_format, text):
    found = read(file_format, text, columns=COLUMNS)

    assert isinstance(found, Reason)


@pytest.mark.parametrize(
    ("rows", "method", "code"),
    [
        ([{"v": True}], "numbers", "not-a-number"),
        ([{"v": "1"}], "numbers", "not-a-number"),
        ([{"v": 10**400}], "numbers", "not-finite"),
        ('[{"v": NaN}]', "numbers", "not-finite"),
        ('[{"v": -Infinity}]', "measured", "not-finite"),
        ([{"v": 1}, {"v": "x"}], "measured", "not-a-number"),
        ([{"v": {}}], "measured", "not-a-number"),
        ([{"v": 1.5}], "texts", "not-categories"),
        ([{"v": []}], "texts", "not-categories"),
        ([{"v": 1.0}], "keys", "key-type"),
        ([{"v": True}], "keys", "key-type"),
        ([{"v": ""}], "keys", "empty-cell"),
        ([{"v": "a"}, {"w": "b"}], "keys", "empty-cell"),
    ],
)
def test_a_cell_of_another_kind_is_a_reason(rows, method, code):
    found = getattr(read("json-rows", rows, columns=("v",)), method)("v")

    assert isinstance(found, Reason)
    assert code == found.code


def test_truth_values_are_numbers_where_measured_and_categories_as_in_parquet():
    found = read("json-rows", [{"v": True}, {"v": False}], columns=("v",))

    assert [1.0, 0.0] == found.measured("v").tolist()
    assert ("True", "False") == found.texts("v")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1}\n{"a": 1, "a": 2}', "duplicate-name"),
        ('{"a": 1}\n{', "malformed-json"),
        ("3", "malformed-rows"),
        (b"\xff", "unreadable-file"),
    ],
)
def test_a_line_that_is_no_row_is_named(text, code):
    found = read("jsonl", text)

    assert code == found.code
    assert "evidence.json" in found.sentence


def test_predictions_are_read_by_the_same_readers():
    lines = '{"id": 1, "label": 1, "score": 0.5}\n{"id": 2, "label": 0, "score": 0.25}'

    found = read_predictions(content(lines, "p.jsonl"), Layout())

    assert (("1", "2"), [0.5, 0.25]) == (found.keys, found.scores.tolist())
    refused = read_predictions(content("{}", "p.json"), Layout())
    assert "known are .csv, .jsonl, .ndjson, .parquet" in refused.sentence


def test_rows_are_joined_by_key_and_never_by_their_order():
    joined = join_frame(("c", "a"), frame(), "id", ["n"])

    assert ("c", "a") == joined.keys("id")
    assert (2, COLUMNS) == (joined.rows, joined.names)
    assert [3.0, 1.0] == joined.numbers("n").tolist()
    assert [3.0, 1.5] == joined.measured("ms").tolist()
    assert ("y", "x") == joined.texts("group")
    assert "missing-column" == joined.texts("other").code


@pytest.mark.parametrize(
    ("keys", "key", "columns", "code"),
    [
        (("a", "z"), "id", (), "row-set-mismatch"),
        (("a", "a"), "id", (), "duplicate-key"),
        (("a",), "who", (), "missing-column"),
        (("a",), "id", ("nope",), "missing-column"),
    ],
)
def test_rows_that_cannot_be_joined_are_a_reason(keys, key, columns, code):
    found = join_frame(keys, frame(), key, columns)

    assert code == found.code
    assert found.sentence.startswith("`evidence.json`: ")


def test_a_key_that_stands_twice_in_the_table_is_a_reason():
    twice = read("json-rows", [{"id": 1}, {"id": "1"}], columns=("id",))

    assert "duplicate-key" == join_frame(("1",), twice, "id").code


def test_each_suffix_belongs_to_one_format():
    suffixes = [suffix for reader in load_readers().values() for suffix in reader.suffixes]

    assert len(set(suffixes)) == len(suffixes)
    assert "metrics" == reader_of(None, ".json").format
    assert "promptfoo" == reader_of("promptfoo", ".json").format
    assert None is reader_of(None, ".xlsx")


@pytest.mark.parametrize(
    ("file_format", "sentence"),
    [
        ("promptfo", "`f.xlsx`: there is no format `promptfo`; did you mean `promptfoo`?"),
        ("zzz", "`f.xlsx`: there is no format `zzz`"),
        (None, "`f.xlsx`: the suffix `.xlsx` tells no format; name it in `format`"),
    ],
)
def test_a_format_that_no_reader_knows_names_the_close_one(file_format, sentence):
    found = unknown_format(content("", "f.xlsx"), file_format)

    assert ("unknown-format", sentence) == (found.code, found.sentence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T00:40:38.942Z", "2026-11-21T00:40:38Z"),
        ("2026-11-21T02:40:38.123456789+02:00", "2026-11-21T00:40:38Z"),
        ("20261121T004055.414914Z", "2026-11-21T00:40:55Z"),
        ("2026-11-21T14:19:30.397518", ""),
        ("0001-01-01T00:00:00+23:59", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_moment_without_a_time_zone_is_none(text, expected):
    assert expected == moment(text)


def test_a_number_that_is_no_moment_is_none():
    assert ("1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z") == (
        from_seconds(1),
        from_milliseconds(1999),
    )
    assert ["", "", ""] == [from_seconds(each) for each in (1e300, float("nan"), -1e12)]


def test_rows_beyond_the_limits_are_not_kept(monkeypatch):
    monkeypatch.setattr("mlspec.evidence._rows.MAX_ROWS", 2)
    monkeypatch.setattr("mlspec.evidence._rows._MAX_NAMES", 3)

    assert "too-large" == read("jsonl", '{"a": 1}\n' * 3).code
    assert "too-large" == read("json-rows", [{"a": 1, "b": 2}, {"c": 3, "d": 4}]).code


def test_every_format_is_documented_with_what_becomes_a_reason():
    page = Path(__file__).parents[3] / "docs" / "pages" / "evidence-formats.md"
    if not page.exists():
        pytest.skip("the documentation is not beside the tests")
    rows = [line.split("|") for line in page.read_text(encoding="utf-8").splitlines()]

    documented = {row[1].strip(" `") for row in rows if len(row) == 5 and row[1].startswith(" `")}
    assert set() == set(load_readers()) - documented
