"""A JSON file whose format nobody stated is taken for metrics; what it is instead is told."""

from __future__ import annotations

import json

import pytest
from tests.unit.evidence.reading import fixture, read

from mlspec.evidence import Metrics, Reason, load_readers
from mlspec.evidence._reader import resembled

FIXTURES = {
    "cyclonedx_bom.json": "cyclonedx",
    "dbt_run_results.json": "dbt",
    "evidently_report.json": "evidently",
    "great_expectations_checkpoint.json": "great-expectations",
    "great_expectations_result.json": "great-expectations",
    "inspect_eval_log_epochs.json": "inspect",
    "inspect_eval_log_status_error.json": "inspect",
    "modelscan_infected.json": "modelscan",
    "promptfoo_results.json": "promptfoo",
    "soda_scan_results.json": "soda",
}


@pytest.mark.parametrize(("file", "meant"), FIXTURES.items())
def test_the_report_of_a_tool_is_no_metrics_and_the_format_is_named(file, meant):
    found = read("metrics", fixture(file).content)

    assert isinstance(found, Reason)
    assert found.code == "malformed-metrics"
    assert found.sentence.endswith(f"looks like `{meant}`; state `format: {meant}`")


@pytest.mark.parametrize(
    "document",
    [
        {"auc": 0.9},
        {"results": {"auc": 0.9}, "summary": 1},
        {"metrics": {"auc": 0.9}, "model": "x"},
        [{"info": {"status": "FINISHED"}, "data": {"metrics": {"auc": 0.9}}}],
        {"run": {"info": {"status": "FINISHED"}, "data": {"metrics": {"auc": 0.9}}}},
    ],
)
def test_metrics_and_runs_stay_what_they_are(document):
    assert isinstance(read("metrics", document), Metrics)


@pytest.mark.parametrize("document", [None, 3, "x", [], [{"evalId": 1, "results": 2}], {}])
def test_what_is_neither_resembles_nothing(document):
    assert resembled(document) is None


def test_no_two_formats_have_the_same_marks():
    marked = [each for each in load_readers().values() if each.marks]

    for each in marked:
        document = dict.fromkeys(each.marks)
        assert resembled(json.loads(json.dumps(document))) == each.format
