"""Numbers that another tool computed, judged as points."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from mlspec.evidence import Verdict
from mlspec.gates import GateSpec, load_gates, problems

FORMATS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "evidence_formats"


@pytest.fixture
def reported(evaluation):
    def run(metrics, at_least=0.8, **more):
        (evaluation.root / "m.json").write_text(json.dumps(metrics))
        return evaluation.floor(
            "auc", at_least, source="metrics", decide="point", metrics="m.json", **more
        )

    return run


def test_a_reported_metric_is_a_point(reported):
    found = reported({"metrics": {"auc": 0.9, "rows": 500}})

    assert (Verdict.PASS, "point", 0.9) == (found.verdict, found.decide, found.estimate)
    assert (None, (("rows", 500),)) == (found.interval, found.counts)


@pytest.mark.parametrize(
    ("metrics", "more", "verdict", "code"),
    [
        ({"auc": 0.7}, {}, Verdict.FAIL, "requirement-missed"),
        ({"f1": 0.9}, {}, Verdict.NOT_EVALUATED, "metric-missing"),
        ({"auc": float("nan")}, {}, Verdict.NOT_EVALUATED, "not-finite"),
        ({"auc": float("inf")}, {}, Verdict.NOT_EVALUATED, "not-finite"),
        ({"auc": "0.9"}, {}, Verdict.NOT_EVALUATED, "not-a-number"),
        ({"auc": True}, {}, Verdict.NOT_EVALUATED, "not-a-number"),
        ({"auc": None}, {}, Verdict.NOT_EVALUATED, "not-a-number"),
        ({"auc": 0.9}, {"minimumRows": 100}, Verdict.NOT_EVALUATED, "row-count-missing"),
        ({"auc": 0.9, "n": 50}, {"minimumRows": 100}, Verdict.INCONCLUSIVE, "too-few-rows"),
        ({"auc": 0.9, "n": 100}, {"minimumRows": 100}, Verdict.PASS, ""),
        ({"auc": 95}, {}, Verdict.NOT_EVALUATED, "reported-out-of-range"),
        ({"auc": 1.0000001}, {}, Verdict.NOT_EVALUATED, "reported-out-of-range"),
        ({"auc": 1}, {}, Verdict.PASS, ""),
        ({"auc": 0.9, "rows": -1}, {}, Verdict.NOT_EVALUATED, "row-count-missing"),
        ({"auc": 0.9, "rows": 0.5}, {}, Verdict.NOT_EVALUATED, "row-count-missing"),
        ({"auc": 0.9, "rows": "0"}, {}, Verdict.NOT_EVALUATED, "row-count-missing"),
        ({"auc": 0.9, "rows": float("nan")}, {}, Verdict.NOT_EVALUATED, "row-count-missing"),
        ({"auc": 0.9, "n": 3}, {}, Verdict.INCONCLUSIVE, "too-few-rows"),
        ({"auc": 0.9, "n": 30}, {}, Verdict.PASS, ""),
        ({"auc": 0.9, "n": 0}, {}, Verdict.NOT_EVALUATED, "nothing-measured"),
        ({"auc": 0.9, "seen": 0}, {"rowsFrom": "seen"}, Verdict.NOT_EVALUATED, "nothing-measured"),
        (
            {"auc": 0.9, "n": 100.5},
            {"minimumRows": 100},
            Verdict.NOT_EVALUATED,
            "row-count-missing",
        ),
    ],
)
def test_a_reported_metric_counts_only_as_a_number(reported, metrics, more, verdict, code):
    found = reported(metrics, **more)

    assert (verdict, code) == (found.verdict, found.reason_code)


@pytest.fixture
def judged(evaluation):
    def run(file, content, form=None, run=None, **gate):
        text = content if isinstance(content, str) else json.dumps(content)
        (evaluation.root / file).write_text(text)
        source = {"name": "told", "file": file, "format": form, "run": run}
        spec = {"id": "r", "type": "metric-threshold", "source": "told", "decide": "point"}
        return evaluation.result(spec | gate, sources=[source])

    return run


def answer(*series, query=None):
    """Return an answer of Prometheus with the values of some series, one point each."""
    result = [
        {"metric": {"instance": str(place)}, "value": [1763683200, value]}
        for place, value in enumerate(series)
    ]
    found = {"status": "success", "data": {"resultType": "vector", "result": result}}
    return found if query is None else {"query": query, "response": found}


def test_a_named_source_of_metrics_reports(judged):
    found = judged("m.json", {"test": {"f1": 0.9}, "n": 500}, metric="test.f1", atLeast=0.8)

    assert (Verdict.PASS, 0.9) == (found.verdict, found.estimate)
    assert (("rows", 500),) == found.counts


def test_the_number_of_rows_may_have_a_name_of_its_own(judged):
    metrics = {"f1": 0.9, "n": 5, "n_test": 500, "half": 2.5}
    gate = {"metric": "f1", "atLeast": 0.8, "minimumRows": 100}

    stated = judged("m.json", metrics, rowsFrom="n_test", **gate)
    absent = judged("m.json", metrics, rowsFrom="n_train", **gate)
    broken = judged("m.json", metrics, rowsFrom="half", **gate)

    assert (Verdict.PASS, (("rows", 500),)) == (stated.verdict, stated.counts)
    assert (Verdict.NOT_EVALUATED, "metric-missing") == (absent.verdict, absent.reason_code)
    assert (Verdict.NOT_EVALUATED, "row-count-missing") == (broken.verdict, broken.reason_code)


def test_one_series_with_one_value_is_a_number(judged):
    found = judged("p.json", answer("0.02"), "prometheus", metric="error-rate", atMost=0.05)

    assert (Verdict.PASS, 0.02) == (found.verdict, found.estimate)
    assert "error-rate <= 0.05" == found.require


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (answer(), "no-series"),
        (answer("0.01", "0.02"), "several-series"),
        (answer("NaN"), "not-finite"),
        (answer("+Inf"), "not-finite"),
        ({"status": "error", "error": "timeout"}, "query-failed"),
        (
            {
                "status": "success",
                "data": {
                    "resultType": "matrix",
                    "result": [{"metric": {}, "values": [[1, "0.01"], [2, "0.9"]]}],
                },
            },
            "several-points",
        ),
    ],
)
def test_an_answer_that_is_no_single_number_is_not_evaluated(judged, content, code):
    found = judged("p.json", content, "prometheus", metric="error-rate", atMost=0.05)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_of_several_answers_the_query_says_which(judged):
    answers = [answer("0.02", query="errors"), answer("5000", query="requests")]
    gate = {"metric": "error-rate", "atMost": 0.05, "minimumRows": 1000}

    found = judged("p.json", answers, "prometheus", query="errors", rowsFrom="requests", **gate)
    silent = judged("p.json", answers, "prometheus", query="errors", **gate)
    absent = judged("p.json", answers, "prometheus", query="error", **gate)

    assert (Verdict.PASS, (("rows", 5000),)) == (found.verdict, found.counts)
    assert (Verdict.NOT_EVALUATED, "row-count-missing") == (silent.verdict, silent.reason_code)
    assert (Verdict.NOT_EVALUATED, "query-missing") == (absent.verdict, absent.reason_code)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("f1,n\n0.9,500\n", ""),
        ("f1,n\n0.9,500\n0.1,500\n", "several-rows"),
        ("f1,n\n", "empty-file"),
        ("f1,n\nNaN,500\n", "not-finite"),
        ("f1,n\nhigh,500\n", "not-a-number"),
        ("auc,n\n0.9,500\n", "missing-column"),
        ("f1,rows\n0.9,500\n", "missing-column"),
    ],
)
def test_a_table_reports_in_one_row(judged, content, code):
    found = judged("m.csv", content, metric="f1", atLeast=0.8, rowsFrom="n", minimumRows=100)

    assert (Verdict.NOT_EVALUATED if code else Verdict.PASS, code) == (
        found.verdict,
        found.reason_code,
    )


def test_evidence_of_another_kind_reports_no_number(judged):
    cases = {"results": {"results": []}}

    found = judged("c.json", cases, "promptfoo", metric="f1", atLeast=0.8)
    asked = judged("m.json", {"f1": 0.9}, metric="f1", atLeast=0.8, query="f1")

    assert Verdict.NOT_EVALUATED == found.verdict
    assert (Verdict.NOT_EVALUATED, "source-of-another-kind") == (asked.verdict, asked.reason_code)


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        ({"decide": "bound"}, "point-not-stated"),
        ({"quantile": 0.5}, "quantile-unused"),
        ({"source": "predictions", "metric": "f1", "query": "x"}, "source-unused"),
        ({"source": "predictions", "metric": "f1", "rowsFrom": "x"}, "source-unused"),
        ({"source": "untold"}, "source-missing"),
        ({"atMost": 1}, "one-bound"),
    ],
)
def test_a_spec_that_contradicts_itself_is_not_evaluated(judged, gate, code):
    found = judged("m.json", {"f2": 0.9}, **({"metric": "f2", "atLeast": 0.8} | gate))

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_the_gate_says_which_source_it_reads():
    gate = load_gates()["metric-threshold"]
    spec = gate.spec(id="r", type="metric-threshold", metric="f2", source="told", atLeast=1)

    (need,) = gate.reads(spec)

    assert ("told", "Metrics") == (need.source, need.gives)


@pytest.mark.skipif(not FORMATS.is_dir(), reason="the shared data are not here")
@pytest.mark.parametrize(
    ("file", "source", "gate", "expected"),
    [
        (
            "mlflow_runs.json",
            {"format": "mlflow", "run": "55c812166f3749ec93929c4b077c6f5f"},
            {"metric": "roc_auc", "atLeast": 0.9},
            (Verdict.PASS, ""),
        ),
        (
            "mlflow_runs.json",
            {"format": "mlflow", "run": "55c812166f3749ec93929c4b077c6f5f"},
            {"metric": "precision_at_k", "atLeast": 0.1},
            (Verdict.NOT_EVALUATED, "not-finite"),
        ),
        (
            "mlflow_runs.json",
            {"format": "mlflow"},
            {"metric": "roc_auc", "atLeast": 0.9},
            (Verdict.NOT_EVALUATED, "ambiguous-runs"),
        ),
        (
            "evidently_report.json",
            {"format": "evidently"},
            {"metric": "DriftedColumnsCount(drift_share=0.5).share", "atMost": 0.9},
            (Verdict.PASS, ""),
        ),
    ],
)
def test_real_reports_are_judged(evaluation, file, source, gate, expected):
    (evaluation.root / file).write_bytes((FORMATS / file).read_bytes())
    spec = {"id": "r", "type": "metric-threshold", "source": "told", "decide": "point"}

    found = evaluation.result(spec | gate, sources=[{"name": "told", "file": file, **source}])

    assert expected == (found.verdict, found.reason_code)


@pytest.mark.parametrize("name", ["mae", "test.MAE", "val/mean_absolute_error"])
def test_an_error_below_zero_is_none(judged, name):
    found = judged("m.json", {name: -3}, metric=name, atMost=5)

    assert (Verdict.NOT_EVALUATED, "reported-out-of-range") == (found.verdict, found.reason_code)


def test_a_bound_outside_the_range_of_a_reported_metric_is_a_mistake():
    adapter = TypeAdapter(GateSpec)
    gate = {"id": "a", "type": "metric-threshold", "source": "metrics", "decide": "point"}

    percent = adapter.validate_python(gate | {"metric": "roc_auc", "atLeast": 95})
    other = adapter.validate_python(gate | {"metric": "bleu", "atLeast": 95})

    assert ["bound-out-of-range"] == [each.reason.code for each in problems(percent)]
    assert not list(problems(other))
