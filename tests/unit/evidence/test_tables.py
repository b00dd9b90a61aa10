from __future__ import annotations

import datetime as dt
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlspec.errors import MissingExtraError
from mlspec.evidence import FileContent, Layout, PredictionTable, Reason, read_predictions

LAYOUT = Layout()


def csv(text):
    content = text if isinstance(text, bytes) else text.encode()
    return FileContent("predictions", "p.csv", content, "sha256:0")


def parquet(**columns):
    return parquet_of(pa.table(columns))


def parquet_of(table):
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return FileContent("predictions", "p.parquet", sink.getvalue().to_pybytes(), "sha256:0")


def test_csv_gives_typed_columns_with_keys_and_provenance():
    found = read_predictions(
        csv('\ufeffid,note,label,score\r\nr1,"a,b",1,.5\r\nr2,,0,1e-3'), LAYOUT
    )

    assert isinstance(found, PredictionTable)
    assert ("r1", "r2") == found.keys
    assert [1.0, 0.0] == found.labels.tolist()
    assert [0.5, 0.001] == found.scores.tolist()
    assert found.predictions is None
    assert ("p.csv", 2) == (found.material.file, found.material.rows)


def test_parquet_gives_the_same_as_csv():
    text = csv("id,label,score,class\n7,1,0.25,1\n9,0,0.5,0\n")
    table = parquet(
        id=pa.array([7, 9], pa.int64()),
        label=pa.array([1, 0], pa.int8()),
        score=pa.array([0.25, 0.5], pa.float32()),
        **{"class": pa.array([1, 0]).dictionary_encode()},
    )
    layout = Layout(prediction="class")

    ours, theirs = read_predictions(text, layout), read_predictions(table, layout)

    assert ours.keys == theirs.keys == ("7", "9")
    for name in ("labels", "scores", "predictions"):
        assert getattr(ours, name).tolist() == getattr(theirs, name).tolist()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("id,label,score\n", "empty-file"),
        ("\n1,2,3\n", "empty-file"),
        ("id,label,score\n1,1\n", "ragged-row"),
        ("id,label,score\n1,1,0.5,9\n", "ragged-row"),
        ("id,label,score\n1,1,0.5\n\n", "ragged-row"),
        ("id,label,score,score\n1,1,0.5,0.6\n", "duplicate-column"),
        ("id,label,,score\n1,1,0,0.6\n", "malformed-csv"),
        ('id,label,score\n1,1,"0.5\n', "malformed-csv"),
        ('id,label,score\n1,1,"0.5"x\n', "malformed-csv"),
        ("id,label,score\n1,1," + "9" * 200_000, "malformed-csv"),
        ("key,label,score\n1,1,0.5\n", "missing-column"),
        ("id,label,score\n1,1,0.5\n1,0,0.5\n", "duplicate-key"),
        ("id,label,score\n,1,0.5\n", "empty-cell"),
        (b"id,label,score\n\xff,1,0.5\n", "unreadable-file"),
        ("id;label;score\n1;1;0.5\n", "missing-column"),
    ],
)
def test_a_csv_file_that_is_not_sound_has_a_reason(text, code):
    found = read_predictions(csv(text), LAYOUT)

    assert isinstance(found, Reason)
    assert code == found.code
    assert found.sentence.startswith("`p.csv`: ")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "empty-cell"),
        ("nan", "not-finite"),
        ("NaN", "not-finite"),
        ("-inf", "not-finite"),
        ("Infinity", "not-finite"),
        ("1e999", "not-finite"),
        ("null", "not-a-number"),
        ("true", "not-a-number"),
        ("0x10", "not-a-number"),
        ("1_000", "not-a-number"),
        ("1-2", "not-a-number"),
        ("e", "not-a-number"),
        (" 0.5", "not-a-number"),
        ("٣", "not-a-number"),
        ('"0,5"', "not-a-number"),
    ],
)
def test_a_csv_cell_that_is_no_finite_number_spoils_its_column_alone(cell, code):
    found = read_predictions(csv(f"id,label,score\n1,1,0.5\n2,0,{cell}\n"), LAYOUT)

    assert code == found.scores.code
    assert "row 2" in found.scores.sentence
    assert [1.0, 0.0] == found.labels.tolist()


def test_a_missing_column_names_the_close_one():
    found = read_predictions(csv("id,label,Scores\n1,1,0.5\n"), LAYOUT)

    assert "`p.csv`: there is no column `score`; did you mean `Scores`?" == found.scores.sentence


def test_ten_thousand_rows_keep_their_place_and_name_a_ragged_one():
    lines = [f"r{n},{n % 2},{n}" for n in range(10_000)]
    whole = read_predictions(csv("\n".join(["id,label,score", *lines])), LAYOUT)
    lines[5000] = "r5000,1"
    ragged = read_predictions(csv("\n".join(["id,label,score", *lines])), LAYOUT)

    assert whole.scores.tolist() == [float(n) for n in range(10_000)]
    assert ragged.sentence == "`p.csv`: row 5001 (line 5002) has 2 cells, the header 3"


def test_a_hundred_thousand_columns_are_no_burden():
    names = ",".join(f"c{n}" for n in range(100_000))
    row = "," * 99_999

    found = read_predictions(csv(f"{names}\n{row}\n"), LAYOUT)
    twice = read_predictions(csv(f"{names},c7\n"), LAYOUT)

    assert (found.code, twice.code) == ("missing-column", "duplicate-column")


def test_rows_beyond_the_limit_are_not_kept(monkeypatch):
    monkeypatch.setattr("mlspec.evidence._csv.MAX_ROWS", 1)
    monkeypatch.setattr("mlspec.evidence._parquet.MAX_ROWS", 1)
    columns = {"id": ["a", "b"], "label": [0, 1], "score": [0.1, 0.2]}

    assert "too-large" == read_predictions(csv("id\n1\n2\n"), LAYOUT).code
    assert "too-large" == read_predictions(parquet(**columns), LAYOUT).code


def test_a_parquet_file_that_unpacks_beyond_the_limit_is_not_read(monkeypatch):
    monkeypatch.setattr("mlspec.evidence._parquet.MAX_BYTES", 10_000)
    rows = 100_000
    packed = parquet(id=pa.array(range(rows)), label=np.zeros(rows), score=np.zeros(rows))

    assert "too-large" == read_predictions(packed, LAYOUT).code


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (pa.array([0.5, None]), "empty-cell"),
        (pa.array([0.5, float("nan")]), "not-finite"),
        (pa.array([0.5, float("inf")]), "not-finite"),
        (pa.array(["0.5", "0.6"]), "not-a-number"),
        (pa.array([True, False]), "not-a-number"),
        (pa.array([[0.5], [0.6]]), "not-a-number"),
        (pa.array([None, None]), "empty-cell"),
        (pa.array([dt.date(2026, 1, 1)] * 2), "not-a-number"),
    ],
)
def test_a_parquet_column_without_finite_numbers_has_a_reason(values, code):
    found = read_predictions(parquet(id=["a", "b"], label=[0, 1], score=values), LAYOUT)

    assert code == found.scores.code
    assert [0.0, 1.0] == found.labels.tolist()


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (pa.array([0.5, 0.6]), "key-type"),
        (pa.array([True, False]), "key-type"),
        (pa.array(["a", "a"]), "duplicate-key"),
        (pa.array(["a", None]), "empty-cell"),
        (pa.array(["a", ""]), "empty-cell"),
    ],
)
def test_a_parquet_key_that_identifies_no_row_has_a_reason(keys, code):
    found = read_predictions(parquet(id=keys, label=[0, 1], score=[0.1, 0.2]), LAYOUT)

    assert code == found.code


def test_a_parquet_table_without_rows_is_empty():
    empty = parquet(id=pa.array([], pa.string()), label=pa.array([], pa.int8()))

    assert "empty-file" == read_predictions(empty, LAYOUT).code


def test_a_column_named_twice_in_parquet_has_a_reason():
    table = pa.table([[1], [1], [0.5]], names=["id", "score", "score"])

    assert "duplicate-column" == read_predictions(parquet_of(table), LAYOUT).code


@pytest.mark.parametrize("content", [b"", b"PAR1", b"id,label\n1,0\n", b"PAR1" * 100])
def test_bytes_that_are_no_parquet_have_a_reason(content):
    found = read_predictions(FileContent("x", "p.parquet", content, ""), LAYOUT)

    assert "malformed-parquet" == found.code


def test_damaged_parquet_never_raises():
    sound = parquet(id=["a", "b"] * 1, label=[0, 1], score=[0.1, 0.2]).content
    for place in range(len(sound)):
        damaged = sound[:place] + bytes([sound[place] ^ 0xFF]) + sound[place + 1 :]

        found = read_predictions(FileContent("x", "p.parquet", damaged, ""), LAYOUT)

        assert isinstance(found, Reason | PredictionTable)


def test_an_unknown_suffix_has_a_reason():
    assert "unknown-format" == read_predictions(FileContent("x", "p.xlsx", b"", ""), LAYOUT).code


def test_a_missing_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(MissingExtraError) as caught:
        read_predictions(FileContent("x", "p.parquet", b"", ""), LAYOUT)

    assert 'pip install "mlspec-compiler[parquet]"' in caught.value.hint


def test_digests_of_keys_and_labels_do_not_depend_on_order_and_format():
    one = read_predictions(csv("id,label,score\na,1,0.5\nb,0,0.4\n"), LAYOUT)
    other = read_predictions(parquet(id=["b", "a"], label=[0, 1]), LAYOUT)
    changed = read_predictions(csv("id,label,score\na,1,0.5\nb,1,0.4\n"), LAYOUT)
    fewer = read_predictions(csv("id,label,score\na,1,0.5\n"), LAYOUT)
    bare = read_predictions(csv("id,score\nb,0.1\na,0.2\n"), LAYOUT)

    keys = [each.material.key_digest for each in (one, other, changed, fewer, bare)]
    labels = [each.material.label_digest for each in (one, other, changed, fewer, bare)]
    assert keys[0] == keys[1] == keys[2] == keys[4] != keys[3]
    assert labels[0] == labels[1]
    assert len({*labels}) == 4
    assert "" == labels[4]
