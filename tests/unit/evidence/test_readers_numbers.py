"""Metrics, series and checks: numbers are finite or say why; no rows are no success."""

from __future__ import annotations

import json
import math

import pytest
from tests.unit.evidence.reading import fixture, read, read_fixture

from mlspec.evidence import Expectation, Expectations, Provenance, Reason, SeriesSet

CHALLENGER = "55c812166f3749ec93929c4b077c6f5f"


def test_nested_metrics_are_named_by_the_way_to_them():
    found = read("metrics", {"test": {"auc": 0.9, "by": {"a b": 1}}, "n": 100, "empty": {}})

    assert 0.9 == found.value("test.auc")
    assert 1.0 == found.value("test.by.a b")
    assert 100.0 == found.value("n")
    assert "not-a-number" == found.value("empty").code


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"a": {"b": 1}, "a.b": 2}, "duplicate-name"),
        ({"x" * 2000: 1}, "too-large"),
        ({str(n): n for n in range(100_001)}, "too-large"),
        ([1], "malformed-metrics"),
        ('{"a": "\\ud800"}', "malformed-json"),
    ],
)
def test_metrics_that_cannot_be_named_have_a_reason(document, code):
    assert code == read("metrics", document).code


def test_mlflow_keeps_nan_as_a_reason_and_says_when_the_run_ended():
    found = read_fixture("mlflow", "mlflow_runs.json", run=CHALLENGER)

    assert 0.9276016062898798 == found.value("roc_auc")
    assert "not-finite" == found.value("precision_at_k").code
    assert Provenance("mlflow", collected_at="2026-11-21T00:37:27Z") == found.provenance


def test_mlflow_asks_which_run_and_wants_a_finished_one():
    runs = json.loads(fixture("mlflow_runs.json").content)
    runs[0]["info"]["status"] = "RUNNING"

    assert "ambiguous-runs" == read("mlflow", runs).code
    assert "run-missing" == read("mlflow", runs, run="other").code
    assert "run-not-finished" == read("mlflow", runs, run=runs[0]["info"]["run_id"]).code
    assert "malformed-metrics" == read("mlflow", {"auc": 0.9}).code


def test_evidently_keeps_the_method_in_the_name():
    found = read_fixture("evidently", "evidently_report.json")

    name = "ValueDrift(column=windspeed,method=K-S p_value,threshold=0.05)"
    assert 0.7543016458775056 == found.value(name)
    assert 0.6 == found.value("DriftedColumnsCount(drift_share=0.5).share")
    assert "metric-missing" == found.value("ValueDrift(column=windspeed)").code
    assert "evidently" == found.provenance.tool


def test_evidently_with_two_values_of_one_name_or_none_is_a_reason():
    metric = {"metric_name": "m", "value": 1}

    assert "duplicate-name" == read("evidently", {"metrics": [metric, metric]}).code
    assert "empty-file" == read("evidently", {"metrics": []}).code
    assert "malformed-report" == read("evidently", {"metrics": [{"value": 1}]}).code


def test_prometheus_keeps_nan_empty_answers_and_several_series():
    found = read_fixture("prometheus", "prometheus_api_responses.jsonl")

    assert isinstance(found, SeriesSet)
    answers = dict(found.answers)
    assert 6 == len(answers)
    assert () == found.answer("sum(rate(does_not_exist_total[5m]))")
    (nan,) = next(series for query, series in answers.items() if "idle_total" in query)
    assert math.isnan(nan.points[0][1])
    counts = found.answer("model_latency_ms_count")
    assert [3000.0, 3000.0] == [each.points[0][1] for each in counts]
    assert ("role", "champion") in counts[1].labels
    assert "2026-11-18T11:16:40Z" == found.provenance.collected_at
    assert "query-missing" == found.answer("up").code


def answer(kind, result, **more):
    return {"status": "success", "data": {"resultType": kind, "result": result}, **more}


def test_prometheus_reads_one_answer_without_its_query():
    scalar = read("prometheus", answer("scalar", [1.5, "+Inf"]))
    matrix = read(
        "prometheus",
        answer("matrix", [{"metric": {"b": "2", "a": "1"}, "values": [[1, "1"], [2, "1e3"]]}]),
    )

    assert ((1.5, math.inf),) == scalar.answer()[0].points
    assert (("a", "1"), ("b", "2")) == matrix.answer()[0].labels
    assert ((1.0, 1.0), (2.0, 1000.0)) == matrix.answer()[0].points


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"status": "error", "errorType": "bad_data", "error": "parse error"}, "query-failed"),
        (answer("vector", [], warnings=["a store is down"]), "partial-answer"),
        (answer("string", [1, "a"]), "malformed-report"),
        (answer("scalar", [1, 2]), "malformed-report"),
        (answer("scalar", [1, "1_0"]), "malformed-report"),
        (answer("scalar", ["1", "1"]), "malformed-report"),
        (answer("vector", [{"metric": {}, "histogram": [1, {}]}]), "malformed-report"),
        (answer("vector", None), "malformed-report"),
        ([], "empty-file"),
        ("", "empty-file"),
        ("{", "malformed-json"),
        ([{"query": "q", "response": answer("vector", [])}] * 2, "duplicate-name"),
        ([answer("vector", [])] * 2, "duplicate-name"),
    ],
)
def test_prometheus_without_an_answer_is_a_reason(document, code):
    found = read("prometheus", document)

    assert isinstance(found, Reason)
    assert code == found.code


def test_great_expectations_says_how_many_rows_each_check_saw():
    found = read_fixture("great-expectations", "great_expectations_result.json")

    assert (
        Expectation("expect_column_values_to_not_be_null(age)", succeeded=True, rows=6000),
        Expectation("expect_column_values_to_be_between(age)", succeeded=True, rows=6000),
        Expectation("expect_table_row_count_to_be_between", succeeded=True, rows=6000),
    ) == found.checks
    assert 6000 == found.material.rows
    assert "2026-11-21T00:40:55Z" == found.provenance.collected_at


def test_great_expectations_on_an_empty_table_succeeded_in_nothing():
    found = read_fixture("great-expectations", "great_expectations_empty_table_success.json")

    assert [(None, 0), (None, 0)] == [(each.succeeded, each.rows) for each in found.checks]


def test_great_expectations_check_that_raised_did_not_run():
    found = read_fixture("great-expectations", "great_expectations_raised.json")

    assert [(None, None), (False, 3), (True, None)] == [
        (each.succeeded, each.rows) for each in found.checks
    ]
    assert [False, True, False] == [each.is_warning for each in found.checks]


def test_great_expectations_checkpoint_gives_the_checks_of_all_its_validations():
    checkpoint = json.loads(fixture("great_expectations_checkpoint.json").content)
    twice = {**checkpoint, "validation_results": checkpoint["validation_results"] * 2}

    found = read("great-expectations", twice)

    assert [False, False, True] * 2 == [each.succeeded for each in found.checks]
    assert "expect_column_values_to_not_be_null(age)" == found.checks[1].name
    nothing = {**checkpoint, "validation_results": []}
    assert "nothing-checked" == read("great-expectations", nothing).code


def expectation(result, *, success=True, raised=False, severity="critical"):
    config = {"type": "e", "kwargs": {"column": "c"}, "severity": severity}
    exception = {"('metric', 1)": {"raised_exception": raised}}
    return {
        "success": success,
        "expectation_config": config,
        "result": result,
        "exception_info": exception,
    }


@pytest.mark.parametrize(
    ("check", "succeeded", "rows"),
    [
        (expectation({"element_count": 9, "missing_count": 9}), None, 0),
        (expectation({"element_count": 9, "missing_count": 8}), True, 1),
        (expectation({"element_count": 0}, success=False), False, 0),
        (expectation({}), True, None),
        (expectation({}, raised=True, success=False), None, None),
    ],
)
def test_great_expectations_check_that_saw_no_value_did_not_run(check, succeeded, rows):
    found = read("great-expectations", {"results": [check]})

    assert (succeeded, rows) == (found.checks[0].succeeded, found.checks[0].rows)


def test_great_expectations_without_all_its_checks_is_a_reason():
    check = expectation({})

    nothing = {"success": True, "results": [], "statistics": {"evaluated_expectations": 0}}
    part = {"results": [check], "statistics": {"evaluated_expectations": 2}}
    assert "nothing-checked" == read("great-expectations", nothing).code
    assert "incomplete-report" == read("great-expectations", part).code
    assert "malformed-report" == read("great-expectations", {"results": [{}]}).code
    assert (
        read("great-expectations", {"results": [expectation({}, severity="info")]})
        .checks[0]
        .is_warning
    )


def test_soda_does_not_take_an_empty_table_for_a_success_where_rows_are_counted():
    found = read_fixture("soda", "soda_scan_results.json")

    checks = {each.name: each for each in found.checks}
    assert (True, 3) == (checks["people: row_count > 2"].succeeded, found.material.rows)
    assert (False, 3) == (
        checks["people: missing_count(age) = 0"].succeeded,
        checks["people: missing_count(age) = 0"].rows,
    )
    assert checks["people: missing_percent(age) warn when > 10"].is_warning
    assert None is checks["nobody: missing_count(age) = 0"].rows
    assert ("3.5.6", "2026-11-21T14:23:59Z") == (
        found.provenance.version,
        found.provenance.collected_at,
    )


def test_soda_that_counted_no_rows_succeeded_in_nothing():
    scan = json.loads(fixture("soda_scan_results.json").content)
    scan["checks"][0]["diagnostics"]["value"] = 0
    scan["checks"][1]["outcome"] = None

    found = read("soda", scan)

    assert [None, None, False] == [each.succeeded for each in found.checks[:3]]
    assert "incomplete-report" == read("soda", {**scan, "hasErrors": True}).code
    assert "nothing-checked" == read("soda", {**scan, "checks": []}).code


def test_dbt_gives_tests_and_what_went_wrong():
    found = read_fixture("dbt", "dbt_run_results.json")

    assert isinstance(found, Expectations)
    assert [False, None, False, True, True] == [each.succeeded for each in found.checks]
    assert [True, False, False, False, False] == [each.is_warning for each in found.checks]
    assert ("1.10.23", "2026-11-21T14:29:30Z") == (
        found.provenance.version,
        found.provenance.collected_at,
    )


def test_dbt_without_a_test_checked_nothing():
    results = json.loads(fixture("dbt_run_results.json").content)
    models = [each for each in results["results"] if each["unique_id"].startswith("model")]

    assert "nothing-checked" == read("dbt", {**results, "results": models}).code
    skipped = [*models, {"status": "skipped", "unique_id": "test.p.a"}]
    assert None is read("dbt", {**results, "results": skipped}).checks[0].succeeded
    catalog = {"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}}
    assert "malformed-report" == read("dbt", catalog).code


def test_dbt_that_tolerates_rows_which_failed_warns():
    results = json.loads(fixture("dbt_run_results.json").content)
    passed = next(each for each in results["results"] if each["status"] == "pass")
    passed["failures"] = 99

    found = {each.name: each for each in read("dbt", results).checks}

    assert (False, True) == (
        found[passed["unique_id"]].succeeded,
        found[passed["unique_id"]].is_warning,
    )
