from __future__ import annotations

import json

import pytest

from mlspec.evidence import FileContent, Metrics, Reason, read_metrics

RUN = {"info": {"run_id": "abc", "status": "FINISHED"}, "data": {"metrics": {"auc": 0.9}}}


def content(document, file="m.json"):
    text = document if isinstance(document, str | bytes) else json.dumps(document)
    return FileContent("metrics", file, text if isinstance(text, bytes) else text.encode(), "d")


@pytest.mark.parametrize(
    "document",
    [
        {"auc": 0.9},
        {"metrics": {"auc": 0.9}, "model": "x"},
        RUN,
        [RUN],
        {"runs": [RUN]},
        {"run": RUN},
        {**RUN, "data": {"metrics": [{"key": "auc", "value": 0.9, "step": 0}]}},
    ],
)
def test_every_known_shape_gives_the_metric(document):
    found = read_metrics(content(document))

    assert isinstance(found, Metrics)
    assert 0.9 == found.value("auc")


def test_a_run_is_chosen_by_its_identifier():
    other = {"info": {"run_id": "xyz", "status": "FINISHED"}, "data": {"metrics": {"auc": 0.8}}}

    assert 0.8 == read_metrics(content([RUN, other]), run="xyz").value("auc")
    assert "ambiguous-runs" == read_metrics(content([RUN, other])).code
    assert "ambiguous-runs" == read_metrics(content([RUN, RUN]), run="abc").code
    assert "run-missing" == read_metrics(content([RUN, other]), run="none").code
    assert "run-missing" == read_metrics(content({"auc": 0.9}), run="abc").code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("NaN", "not-finite"),
        ("Infinity", "not-finite"),
        ("-Infinity", "not-finite"),
        ("1e999", "not-finite"),
        ("1" + "0" * 400, "not-finite"),
        ("true", "not-a-number"),
        ('"0.9"', "not-a-number"),
        ("null", "not-a-number"),
        ("[0.9]", "not-a-number"),
    ],
)
def test_a_value_that_is_no_finite_number_has_a_reason_and_spoils_no_other(value, code):
    found = read_metrics(content(f'{{"auc": {value}, "f1": 0.5}}'))

    assert code == found.value("auc").code
    assert 0.5 == found.value("f1")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("", "malformed-json"),
        ("{", "malformed-json"),
        ("[" * 100_000, "malformed-json"),
        ("1" * 5000, "malformed-json"),
        (b"\xff\xfe", "unreadable-file"),
        ('{"auc": 0.1, "auc": 0.9}', "duplicate-name"),
        ('{"metrics": {"auc": 0.1, "auc": 0.9}}', "duplicate-name"),
        ("3", "malformed-metrics"),
        ("[]", "empty-file"),
        ('{"runs": []}', "empty-file"),
        ("[3]", "malformed-metrics"),
        ({"info": {}, "data": {}}, "malformed-metrics"),
        ({**RUN, "info": {"status": "FAILED"}}, "run-not-finished"),
        ({**RUN, "info": {}}, "run-not-finished"),
        ({"data": RUN["data"]}, "run-not-finished"),
        ({**RUN, "info": {"status": "FINISHED", "lifecycle_stage": "deleted"}}, "run-deleted"),
        ({**RUN, "info": {"status": "RUNNING"}}, "run-not-finished"),
        ({"data": {"metrics": [{"value": 1}]}}, "malformed-metrics"),
        ({"data": {"metrics": [{"key": "a", "value": 1}] * 2}}, "duplicate-name"),
    ],
)
def test_a_file_without_metrics_has_a_reason(document, code):
    found = read_metrics(content(document))

    assert isinstance(found, Reason)
    assert code == found.code


def test_a_metric_that_is_not_reported_names_the_close_one():
    found = read_metrics(content({"roc_auc": 0.9})).value("roc_auk")

    assert "metric-missing" == found.code
    assert "did you mean `roc_auc`?" in found.sentence


def test_another_suffix_has_a_reason():
    assert "unknown-format" == read_metrics(content("{}", "m.yaml")).code


@pytest.mark.parametrize(
    "rows", [[{"id": "a", "score": 0.5}], [{"id": "a"}, {"id": "b"}], [{"data": 1}, {"data": 2}]]
)
def test_rows_are_told_from_runs_and_the_format_to_state_is_named(rows):
    found = read_metrics(content(rows))

    assert "malformed-metrics" == found.code
    assert "`format: json-rows`" in found.sentence
