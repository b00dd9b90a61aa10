"""Answers to the queries of values and of scores are judged as the rows themselves are."""

from __future__ import annotations

import json
import random

import duckdb
import pytest
from pydantic import TypeAdapter

from mlspec.api.profiles import ProfileRequest, make_profile
from mlspec.api.queries import QueryRequest, make_query
from mlspec.errors import EvidenceMissingError
from mlspec.evidence import Verdict
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all

ROWS = 3000
FLOORS = [
    {"id": "auc", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6},
    {"id": "auc-high", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.99},
    {"id": "right", "type": "metric-threshold", "metric": "accuracy", "atLeast": 0.5},
    {"id": "brier", "type": "metric-threshold", "metric": "brier", "atMost": 0.25},
    {"id": "ece", "type": "calibration", "metric": "ece", "atMost": 0.1},
    {"id": "mce", "type": "calibration", "metric": "mce", "bins": 4, "atMost": 0.2},
    {"id": "slope", "type": "calibration", "metric": "slope", "atLeast": 0.5, "atMost": 2},
]


def ask(root, request, file):
    """Run the query on DuckDB over a file, and return the document with the answer."""
    document = make_query(request, None)
    connection = duckdb.connect()
    source = f"read_csv('{root / file}', header=true)"
    connection.execute(f"CREATE TABLE {request.table} AS SELECT * FROM {source}")
    found = connection.execute(document["query"])
    names = [each[0].upper() for each in found.description]
    lines = [dict(zip(names, line, strict=True)) for line in found.fetchall()]
    return {**document, "lines": lines, "snapshot": "v1"}


def judge(root, gates, **inputs):
    return evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python(gates),
        EvaluationInputs.model_validate(inputs),
        root,
        binding=Binding("model/m", "sha256:1", "1", "2026-11-21T00:00:00+00:00"),
    )


def write(root, file, header, rows):
    lines = [",".join(map(str, line)) for line in [header, *rows]]
    (root / file).write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def scored(tmp_path):
    noise = random.Random(3)
    rows = []
    for n in range(ROWS):
        score = round(noise.random(), 3)
        rows.append((f"r{n}", int(noise.random() < score), score, int(score >= 0.3)))
    write(tmp_path, "rows.csv", ("id", "label", "score", "flagged"), rows)
    return tmp_path


def answered(root, **more):
    document = ask(root, QueryRequest("duckdb", "predictions", "scores", **more), "rows.csv")
    (root / "scores.json").write_text(json.dumps(document), "utf-8")
    return document


def test_scores_that_an_engine_counted_are_judged_like_the_rows(scored):
    answered(scored)

    near = judge(scored, FLOORS, predictions="rows.csv")
    far = judge(scored, FLOORS, predictions="scores.json")

    for ours, theirs in zip(near.results, far.results, strict=True):
        assert (ours.gate, ours.verdict, ours.counts) == (
            theirs.gate,
            theirs.verdict,
            theirs.counts,
        )
        assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-12)
        if ours.interval is not None and "bootstrap" not in ours.interval.method:
            assert ours.interval == theirs.interval
    assert {"pass", "fail"} == {each.verdict for each in far.results}
    assert [("v1", ROWS)] == [(each.snapshot, each.rows) for each in far.materials]


def test_predicted_classes_are_counted_where_the_model_states_them(scored):
    answered(scored, prediction="flagged")
    inputs = {"prediction": "flagged"}

    near = judge(scored, FLOORS[2:3], predictions="rows.csv", **inputs)
    far = judge(scored, FLOORS[2:3], predictions="scores.json", **inputs)

    assert near.results == far.results
    answered(scored)
    (without,) = judge(scored, FLOORS[2:3], predictions="scores.json", **inputs).results
    assert "missing-column" == without.reason_code


@pytest.mark.parametrize(
    ("gate", "more"),
    [
        ({"type": "champion-challenger", "metric": "roc-auc", "margin": 0.1}, {}),
        ({"type": "test-set-use", "atMost": 5}, {}),
        (
            {"type": "slices", "metric": "accuracy", "atLeast": 0.5, "by": [{"column": "flagged"}]},
            {},
        ),
        (FLOORS[0], {"labels": "rows.csv"}),
    ],
)
def test_what_needs_keys_or_columns_is_not_evaluated(scored, gate, more):
    answered(scored)
    gate = {"id": "g", "mode": "non-inferiority"} | gate if "margin" in gate else {"id": "g"} | gate

    (found,) = judge(scored, [gate], predictions="scores.json", champion="rows.csv", **more).results

    assert Verdict.NOT_EVALUATED is found.verdict
    assert found.reason_code in {"keys-missing", "missing-column", "other-question"}


def test_two_counts_are_no_pairs(scored):
    document = answered(scored)
    (scored / "champion.json").write_text(json.dumps({**document, "snapshot": "v2"}), "utf-8")
    gate = {"id": "g", "type": "champion-challenger", "metric": "roc-auc"}
    gate |= {"mode": "non-inferiority", "margin": 0.1}

    (found,) = judge(scored, [gate], predictions="scores.json", champion="champion.json").results

    assert "other-question" == found.reason_code
    assert "--table champion=NAME" in found.reason


@pytest.mark.parametrize("cell", ["", "nan", "inf"])
@pytest.mark.parametrize("column", [1, 2])
def test_a_row_without_score_or_label_is_told_and_never_left_out(scored, cell, column):
    lines = (scored / "rows.csv").read_text("utf-8").splitlines()
    cells = lines[7].split(",")
    cells[column] = cell
    lines[7] = ",".join(cells)
    (scored / "rows.csv").write_text("\n".join(lines) + "\n", "utf-8")
    answered(scored)

    near = judge(scored, FLOORS[:1], predictions="rows.csv").results[0]
    far = judge(scored, FLOORS[:1], predictions="scores.json").results[0]

    assert Verdict.NOT_EVALUATED is near.verdict is far.verdict
    assert "not-finite" == far.reason_code
    assert "1 rows lack" in far.reason


LATENCY = {"id": "fast", "type": "latency", "source": "load", "column": "ms"}


@pytest.fixture
def timed(tmp_path):
    noise = random.Random(5)
    rows = [(round(noise.gammavariate(3, 2), 2), "ab"[n % 3 == 0]) for n in range(ROWS)]
    write(tmp_path, "load.csv", ("ms", "role"), rows)
    return tmp_path


def timed_answer(root, **more):
    request = QueryRequest("duckdb", "calls", "quantiles", ("ms",), digits=2, **more)
    document = ask(root, request, "load.csv")
    (root / "load.json").write_text(json.dumps(document), "utf-8")
    return document


def latency(root, file, gate):
    more = {"format": "aggregates"} if file.endswith(".json") else {}
    (found,) = judge(root, [gate], sources=[{"name": "load", "file": file} | more]).results
    return found


@pytest.mark.parametrize(
    "limits",
    [{"p50Ms": 10, "p95Ms": 20, "p99Ms": 30}, {"p99Ms": 17}, {"p50Ms": 1}, {"p95Ms": 12.6}],
)
@pytest.mark.parametrize("where", [None, {"column": "role", "equals": "b"}])
def test_quantiles_of_values_that_an_engine_counted_are_those_of_the_rows(timed, limits, where):
    gate = LATENCY | limits | ({} if where is None else {"where": where})
    timed_answer(timed, where=None if where is None else (where["column"], where["equals"]))

    near, far = (latency(timed, file, gate) for file in ("load.csv", "load.json"))

    assert near == far
    assert far.verdict is not Verdict.NOT_EVALUATED


def test_values_of_other_rows_or_columns_are_not_taken(timed):
    timed_answer(timed)
    where = LATENCY | {"p50Ms": 10, "where": {"column": "role", "equals": "b"}}

    found = latency(timed, "load.json", where)
    assert "other-question" == found.reason_code
    assert found.reason.endswith("`query`, `where` differ")
    other = latency(timed, "load.json", LATENCY | {"p50Ms": 10, "column": "s"})
    assert "other-question" == other.reason_code
    assert other.reason.endswith("`columns`, `query` differ")


@pytest.mark.parametrize(
    ("cell", "code"), [("", "empty-cell"), ("inf", "not-finite"), ("-1", "negative-value")]
)
def test_a_value_that_is_none_makes_the_counts_useless(timed, cell, code):
    with (timed / "load.csv").open("a") as stream:
        stream.write(f"{cell},a\n")
    timed_answer(timed)

    found = latency(timed, "load.json", LATENCY | {"p50Ms": 10})

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize("method", ["psi", "jensen-shannon", "missing-rate"])
def test_a_reference_and_a_current_side_can_be_counted_values(tmp_path, method):
    for seed, name in enumerate(("then", "now")):
        noise = random.Random(seed)
        rows = [
            (round(noise.gauss(0, 1), 2), 0 if n % 3 else round(noise.random(), 2))
            for n in range(ROWS)
        ]
        write(tmp_path, f"{name}.csv", ("x", "heap"), [*rows, ("", "nan"), ("", 1)])
        request = QueryRequest("duckdb", f"t_{name}", "quantiles", ("heap", "x"), digits=2)
        document = ask(tmp_path, request, f"{name}.csv")
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")
    gate = {"id": "d", "type": "data-drift", "reference": "then", "current": "now"}
    gate |= {"features": [{"name": "*", "atMost": 0.1}], "method": method}

    def sources(kind, **more):
        return [{"name": name, "file": f"{name}.{kind}"} | more for name in ("then", "now")]

    (near,) = judge(tmp_path, [gate], sources=sources("csv")).results
    (far,) = judge(tmp_path, [gate], sources=sources("json", format="aggregates")).results

    assert Verdict.PASS is far.verdict
    if method == "jensen-shannon":  # its resamples are seeded by the digests of the files
        assert [e.estimate for e in near.parts] == [e.estimate for e in far.parts]
    else:
        assert near == far


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d["lines"].append(d["lines"][0]), "duplicate-key"),
        (lambda d: d.update(lines=[]), "empty-file"),
        (lambda d: d.update(digits=10), "malformed-report"),
        (lambda d: d.pop("digits"), "malformed-report"),
        (lambda d: d["lines"][0].update(ROW_COUNT=0), "malformed-report"),
        (lambda d: d["lines"][0].update(FEATURE=1), "malformed-report"),
        (lambda d: d["lines"][0].update(KIND=3), "malformed-report"),
        (lambda d: d["lines"][0].update(VALUE_UNITS="1 s"), "malformed-report"),
        (lambda d: d["lines"][0].pop("KIND"), "malformed-report"),
        (lambda d: d.update(columns=["ms", "ms"]), "duplicate-name"),
        (lambda d: d.update(columns=["ms", "other"]), "incomplete-report"),
        (lambda d: d.pop("snapshot"), "snapshot-missing"),
        (lambda d: d.update(shape="scores"), "malformed-report"),
    ],
)
def test_values_that_no_engine_counts_are_not_evaluated(timed, change, code):
    document = timed_answer(timed)
    change(document)
    (timed / "load.json").write_text(json.dumps(document), "utf-8")

    found = latency(timed, "load.json", LATENCY | {"p50Ms": 10})

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d["lines"].append(d["lines"][0]), "duplicate-key"),
        (lambda d: d.update(lines=[]), "empty-file"),
        (lambda d: d["lines"][0].update(ROW_COUNT=20_000_000), "too-large"),
        (lambda d: d["lines"][0].update(LABEL=None), "malformed-report"),
        (lambda d: d.update(columns={"score": "s", "label": "label"}), "missing-column"),
        (lambda d: d.update(shape="quantiles", columns=["score"]), "malformed-report"),
        (lambda d: d.update(shape="counts", features=[]), "malformed-report"),
    ],
)
def test_scores_that_no_engine_counts_are_not_evaluated(scored, change, code):
    document = answered(scored)
    change(document)
    (scored / "scores.json").write_text(json.dumps(document), "utf-8")

    (found,) = judge(scored, FLOORS[:1], predictions="scores.json").results

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize("columns", [(), ("x",)])
def test_a_profile_is_made_of_the_values_that_an_engine_counted(tmp_path, columns):
    noise = random.Random(8)
    rows = [(round(noise.gauss(0, 1), 2) if n % 7 else "", n % 2) for n in range(ROWS)]
    write(tmp_path, "t.csv", ("x", "flag"), rows)
    document = ask(tmp_path, QueryRequest("duckdb", "t", "quantiles", ("x", "flag")), "t.csv")
    (tmp_path / "t.json").write_text(json.dumps(document), "utf-8")

    near = make_profile(ProfileRequest(str(tmp_path / "t.csv"), columns))
    far = make_profile(ProfileRequest(str(tmp_path / "t.json"), columns))

    assert near.features == far.features
    assert ROWS == far.rows
    (tmp_path / "t.json").write_text(json.dumps({**document, "snapshot": ""}), "utf-8")
    with pytest.raises(EvidenceMissingError) as refused:
        make_profile(ProfileRequest(str(tmp_path / "t.json")))
    assert ("snapshot-missing",) == refused.value.details
