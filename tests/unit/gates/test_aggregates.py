"""Counts that a warehouse returned: judged like a table, and only in the bins that were asked."""

from __future__ import annotations

import json

import duckdb
import pytest
from pydantic import TypeAdapter

from mlspec.api.profiles import ProfileRequest, make_profile, write_signed
from mlspec.api.queries import QueryRequest, make_query
from mlspec.canonical import digest_bytes
from mlspec.errors import UsageError
from mlspec.evidence import FileContent, Verdict, Wanted, read_record, reader_of, write_record
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all

ROWS = 3000


def write_table(path, shift=0):
    lines = [f"{n},{(n * 7919) % 1000 / 100 + shift},{'abc'[n % 3]}" for n in range(ROWS)]
    path.write_text("id,age,town\n" + "\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def answered(tmp_path):
    """A profile of one table, and what DuckDB returned for another when it ran our query."""
    write_table(tmp_path / "then.csv")
    write_table(tmp_path / "now.csv", shift=0.01)
    profile = make_profile(ProfileRequest(str(tmp_path / "then.csv"), without=("id",)))
    write_signed(tmp_path / "then.json", profile, None)
    document = make_query(QueryRequest("duckdb", "shop.orders"), profile)
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA shop")
    connection.execute(
        f"CREATE TABLE shop.orders AS SELECT * FROM read_csv('{tmp_path / 'now.csv'}')"
    )
    lines = connection.execute(document["query"]).fetchall()
    answer = [{"FEATURE": a, "BIN": b, "ROW_COUNT": n} for a, b, n in lines]
    return tmp_path, {**document, "lines": answer, "snapshot": "v17"}


def judge(root, document, at_most=0.05):
    (root / "counts.json").write_text(json.dumps(document), "utf-8")
    gate = {"id": "d", "type": "data-drift", "reference": "then", "current": "now"}
    gate |= {"features": [{"name": "*", "atMost": at_most}]}
    sources = [
        {"name": "then", "file": "then.json", "format": "profile"},
        {"name": "now", "file": "counts.json", "format": "aggregates"},
    ]
    return evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python([gate]),
        EvaluationInputs.model_validate({"sources": sources}),
        root,
        binding=Binding("m", "sha256:1", "1", ""),
    )


def test_an_answer_is_judged_with_the_numbers_of_the_table(answered):
    root, document = answered

    record = judge(root, document)

    (found,) = record.results
    assert Verdict.PASS is found.verdict
    table = make_profile(ProfileRequest(str(root / "now.csv"), reference=root / "then.json"))
    counted = reader_of("aggregates", ".json").read(
        FileContent("now", "x", (root / "counts.json").read_bytes(), "sha256:1"), Wanted()
    )
    for feature in table.features:
        assert feature.counts == counted.counted(feature).counts
    material = next(each for each in record.materials if each.name == "now")
    assert ("v17", digest_bytes(document["query"].encode()), ROWS) == (
        material.snapshot,
        material.query_digest,
        material.rows,
    )
    assert record == read_record(write_record(record))


def test_an_answer_in_other_bins_is_not_compared(answered):
    root, document = answered
    write_table(root / "then.csv", shift=3)
    profile = make_profile(ProfileRequest(str(root / "then.csv"), without=("id",)))
    write_signed(root / "then.json", profile, None)

    (found,) = judge(root, document).results

    assert Verdict.NOT_EVALUATED is found.verdict
    assert "other-question" == found.reason_code
    assert found.reason.endswith("it is not what the spec asks today: `features`, `query` differ")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d["lines"].pop(), "incomplete-report"),
        (lambda d: d["lines"].append(d["lines"][0]), "duplicate-key"),
        (lambda d: d.update(lines=[]), "empty-file"),
        (lambda d: d.pop("lines"), "malformed-report"),
        (lambda d: d["lines"][0].update(BIN=-3), "malformed-report"),
        (lambda d: d["lines"][0].update(BIN=-1.0), "malformed-report"),
        (lambda d: d["lines"][0].update(BIN="-3"), "malformed-report"),
        (lambda d: d["lines"][0].update(FEATURE=9), "malformed-report"),
        (lambda d: d["lines"][0].update(ROW_COUNT="many"), "malformed-report"),
        (lambda d: d["lines"][0].update(ROW_COUNT=-1), "malformed-report"),
        (lambda d: d.update(query="SELECT 1"), "profile-edited"),
        (lambda d: d.update(_type="other"), "malformed-report"),
        (lambda d: d.update(shape="other"), "malformed-report"),
        (lambda d: d.pop("snapshot"), "snapshot-missing"),
        (lambda d: d.update(snapshot=" "), "snapshot-missing"),
        (lambda d: d.update(collectedAt="yesterday"), "malformed-report"),
        (lambda d: d["features"].append(d["features"][0]), "duplicate-name"),
    ],
)
def test_an_answer_that_no_engine_gives_is_not_evaluated(answered, change, code):
    root, document = answered
    change(document)

    (found,) = judge(root, document).results

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_numbers_that_a_command_line_writes_as_text_are_numbers(answered):
    root, document = answered
    as_numbers = judge(root, document)
    as_text = [{name: str(cell) for name, cell in line.items()} for line in document["lines"]]

    found = judge(root, {**document, "lines": as_text})

    assert as_numbers.results == found.results


def test_text_that_is_no_number_is_named(answered):
    root, document = answered
    document["lines"][0]["BIN"] = "first"

    (found,) = judge(root, document).results

    assert "malformed-report" == found.reason_code
    assert "it is the text `first`" in found.reason


def test_infinite_values_are_in_no_bin_and_pass_nothing(answered):
    root, _ = answered
    table = (root / "now.csv").read_text("utf-8").splitlines()
    table[7] = "6,inf,a"
    table[9] = "8,-inf,a"
    (root / "now.csv").write_text("\n".join(table) + "\n", "utf-8")
    profile = make_profile(ProfileRequest(str(root / "then.csv"), without=("id",)))
    document = make_query(QueryRequest("duckdb", "now"), profile)
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE now AS SELECT * FROM read_csv('{root / 'now.csv'}')")
    lines = connection.execute(document["query"]).fetchall()
    answer = [{"feature": a, "bin": b, "row_count": n} for a, b, n in lines]

    (found,) = judge(root, {**document, "lines": answer, "snapshot": "v17"}).results

    parts = {each.name: (each.verdict, each.reason_code) for each in found.parts}
    assert (Verdict.NOT_EVALUATED, "not-finite") == parts["age"]
    assert Verdict.PASS is parts["town"][0]
    assert Verdict.NOT_EVALUATED is found.verdict


def test_counts_alone_are_no_reference(answered):
    root, document = answered
    (root / "counts.json").write_text(json.dumps(document), "utf-8")
    gate = {"id": "d", "type": "data-drift", "reference": "now", "current": "then"}
    gate |= {"features": [{"name": "*", "atMost": 0.1}]}
    sources = [
        {"name": "then", "file": "then.csv"},
        {"name": "now", "file": "counts.json", "format": "aggregates"},
    ]

    (found,) = evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python([gate]),
        EvaluationInputs.model_validate({"sources": sources}),
        root,
        binding=Binding("m", "sha256:1", "1", ""),
    ).results

    assert "other-question" == found.reason_code
    assert "the spec asks for quantiles" in found.reason


@pytest.mark.parametrize("dialect", ["bigquery", "databricks", "snowflake", "spark", "trino"])
def test_every_dialect_tells_nan_from_null(answered, dialect):
    root, _ = answered
    profile = make_profile(ProfileRequest(str(root / "then.csv"), without=("id",)))
    shapes = {}
    for shape in ("counts", "quantiles", "scores"):
        request = QueryRequest(dialect, "shop.orders", shape)
        shapes[shape] = make_query(request, profile)["query"]

    for query in shapes.values():
        words = query.upper()
        assert "IS NULL" in words or "IS NOT NULL" in words or "NOT" in words
        nan = "CAST('NAN' AS DOUBLE)" if dialect == "snowflake" else "NAN("
        assert nan in words
        assert "ABS(CAST(" in words
        assert "1.7976931348623157E+308" in words
    assert "GROUPING SETS" in shapes["counts"].upper()


@pytest.mark.parametrize("table", ["a; DROP TABLE b", "(SELECT 1)", "", "a b c"])
def test_what_is_no_name_of_a_table_is_refused(table):
    with pytest.raises(UsageError):
        make_query(QueryRequest("trino", table, "scores"), None)


def test_counting_needs_a_reference_and_quantiles_a_column():
    with pytest.raises(UsageError, match="bins of a reference"):
        make_query(QueryRequest("trino", "t"), None)
    with pytest.raises(UsageError, match="no numeric column"):
        make_query(QueryRequest("trino", "t", "quantiles"), None)
