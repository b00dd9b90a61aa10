"""Promptfoo, Inspect, DeepEval and Ragas: what did not run stays, and never passes."""

from __future__ import annotations

import json

import pytest
from tests.unit.evidence.reading import fixture, read, read_fixture

from mlspec.evidence import Cases, Provenance, Reason


def by_key(cases):
    assert isinstance(cases, Cases), cases
    return {(each.key, each.epoch): each for each in cases.cases}


def document(name):
    return json.loads(fixture(name).content)


def test_promptfoo_does_not_pass_a_case_without_assertion():
    found = read_fixture("promptfoo", "promptfoo_results.json")

    assert [True, False, False, None] == [each.passed for each in found.cases]
    assert ["0", "1", "2", "3"] == [each.key for each in found.cases]
    assert (("score", 1.0),) == found.cases[0].scores
    assert () == found.cases[3].scores
    assert (4, 4) == (found.planned, found.material.rows)
    assert Provenance("promptfoo", "0.121.20", "2026-11-21T00:40:38Z") == found.provenance


def test_promptfoo_keeps_a_case_that_could_not_be_run():
    output = document("promptfoo_results.json")
    output["results"]["results"][0] |= {"failureReason": 2, "error": "429", "success": False}

    found = read("promptfoo", output)

    assert (None, "429") == (found.cases[0].passed, found.cases[0].error)
    assert 4 == len(found.cases)


def test_promptfoo_says_which_attack_a_red_team_tried():
    output = document("promptfoo_results.json")
    output["results"]["results"][0]["testCase"]["metadata"] = {"pluginId": "harmful:hate"}

    found = read("promptfoo", output)

    assert ["harmful:hate", ""] == [each.family for each in found.cases[:2]]


def test_promptfoo_takes_a_case_that_stands_there_again_for_its_next_epoch():
    output = document("promptfoo_results.json")
    results = output["results"]["results"]
    again = [{**each, "testIdx": each["testIdx"] + 4} for each in results]
    output["results"]["results"] = results + again

    found = read("promptfoo", output)

    assert [("0", 1), ("0", 2)] == sorted((c.key, c.epoch) for c in found.cases if c.key == "0")


def test_promptfoo_does_not_mix_two_models():
    output = document("promptfoo_results.json")
    results = output["results"]["results"]
    other = [{**each, "provider": {"id": "openai:x"}, "promptIdx": 1} for each in results]
    output["results"]["results"] = results + other

    assert "ambiguous-runs" == read("promptfoo", output).code
    assert "run-missing" == read("promptfoo", output, run="nobody").code
    assert 4 == len(read("promptfoo", output, run="openai:x").cases)


def test_inspect_keeps_failed_and_unscored_samples_in_the_denominator():
    found = read_fixture("inspect", "inspect_eval_log_epochs.json")

    cases = by_key(found)
    assert 12 == len(cases) == found.planned
    assert {"ok": True, "bad": False, "half": False, "none": False, "boom": True, "nan": None} == {
        key: cases[key, 1].passed for key in ("ok", "bad", "half", "none", "boom", "nan")
    }
    assert "not scored by letters" == cases["nan", 2].error
    assert (("length", 3.0),) == cases["nan", 2].scores
    assert "tool down" in cases["boom", 2].error
    assert (("length", 4.0), ("letters", 0.5)) == cases["half", 1].scores
    assert Provenance("inspect_ai", "0.3.285", "2026-11-21T14:20:05Z") == found.provenance


@pytest.mark.parametrize("status", ["error", "cancelled", "started"])
def test_inspect_does_not_read_a_log_that_did_not_succeed(status):
    log = document("inspect_eval_log_status_error.json") | {"status": status}

    found = read("inspect", log)

    assert "run-not-finished" == found.code
    assert f"`{status}`" in found.sentence


def test_inspect_does_not_read_an_invalidated_log_or_one_without_samples():
    log = document("inspect_eval_log_epochs.json")

    assert "run-not-finished" == read("inspect", {**log, "invalidated": True}).code
    assert "empty-file" == read("inspect", {**log, "samples": None}).code
    assert "duplicate-key" == read("inspect", {**log, "samples": log["samples"] * 2}).code


@pytest.mark.parametrize(
    ("value", "score", "passed"),
    [
        ("C", 1.0, True),
        ("I", 0.0, False),
        ("P", 0.5, False),
        ("N", 0.0, False),
        (True, 1.0, True),
        ("No", 0.0, False),
        (0.25, 0.25, None),
        ("0.25", 0.25, None),
    ],
)
def test_inspect_reads_the_values_of_a_scorer(value, score, passed):
    found = read("inspect", inspect_log(value))

    assert ((("s", score),), passed) == (found.cases[0].scores, found.cases[0].passed)


@pytest.mark.parametrize("value", [None, "?", "nan", [1], float("inf"), {"a": None}])
def test_inspect_gives_a_value_that_is_no_number_an_error(value):
    found = read("inspect", inspect_log(value))

    assert (None, ()) == (found.cases[0].passed, found.cases[0].scores)
    assert found.cases[0].error.startswith("not scored by s")


def inspect_log(value):
    sample = {"id": 1, "epoch": 1, "scores": {"s": {"value": value}}}
    return {"status": "success", "eval": {}, "samples": [sample]}


@pytest.mark.parametrize("name", ["deepeval_test_run.json", "deepeval_evaluation_result.json"])
def test_deepeval_keeps_a_case_whose_judge_failed(name):
    run = json.loads(fixture(name).content)
    found = read("deepeval", json.dumps(run))

    cases = by_key(found)
    assert (True, "") == (cases["capital-fr", 1].passed, cases["capital-fr", 1].error)
    assert False is cases["capital-it", 1].passed
    assert (("Contains", 0.2), ("Length", 1.0)) == cases["capital-it", 1].scores
    assert (None, "RuntimeError: judge down") == (cases["sum", 1].passed, cases["sum", 1].error)
    assert (None, "Contains gave no finite score") == (
        cases["unscored", 1].passed,
        cases["unscored", 1].error,
    )
    assert (("Length", 1.0),) == cases["sum", 1].scores == cases["unscored", 1].scores
    assert 4 == found.planned


def test_deepeval_tells_repetitions_from_two_cases_of_one_name():
    case = {"name": "a", "input": "x", "metricsData": []}

    repeated = read("deepeval", {"testCases": [case, case]})
    confused = read("deepeval", {"testCases": [case, {**case, "input": "y"}]})

    assert [1, 2] == [each.epoch for each in repeated.cases]
    assert [None, None] == [each.passed for each in repeated.cases]
    assert "duplicate-key" == confused.code


def test_deepeval_lets_a_flaky_metric_decide_nothing():
    metric = {"name": "m", "success": True, "score": 0.9}
    flaky = {"name": "f", "success": False, "error": "boom", "flaky": True}

    found = read(
        "deepeval", {"testCases": [{"name": "a", "input": "", "metricsData": [metric, flaky]}]}
    )

    assert True is found.cases[0].passed


RAGAS = [
    {"user_input": "q1", "response": "a", "retrieved_contexts": ["c"], "faithfulness": 1.0},
    {"user_input": "q2", "response": "b", "retrieved_contexts": [], "faithfulness": None},
    {"user_input": "q1", "response": "c", "retrieved_contexts": ["d"], "faithfulness": 0.5},
]


def ragas_files():
    nan = json.dumps(RAGAS).replace("null", "NaN")
    lines = "\n".join(map(json.dumps, RAGAS))
    header = "user_input,response,retrieved_contexts,faithfulness"
    csv = f"{header}\nq1,a,\"['c']\",1.0\nq2,b,[],\nq1,c,[],0.5\n"
    return [(nan, "r.json"), (lines, "r.jsonl"), (csv, "r.csv")]


@pytest.mark.parametrize(("text", "file"), ragas_files())
def test_ragas_keeps_a_row_that_was_not_scored(text, file):
    found = read("ragas", text, file=file)

    cases = by_key(found)
    assert {("q1", 1), ("q2", 1), ("q1", 2)} == set(cases)
    assert (("faithfulness", 1.0),) == cases["q1", 1].scores
    assert "not scored: faithfulness" == cases["q2", 1].error
    assert {None} == {each.passed for each in found.cases}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "empty-file"),
        ([{"faithfulness": 1.0}], "missing-column"),
        ([{"user_input": "q", "response": "r"}], "malformed-report"),
        ([{"user_input": ["turn"], "faithfulness": 1.0}], "key-type"),
        ('[{"user_input": "q", "faithfulness": Infinity}]', "not-finite"),
        ({"scores": []}, "malformed-rows"),
    ],
)
def test_ragas_rows_without_cases_have_a_reason(rows, code):
    found = read("ragas", rows)

    assert isinstance(found, Reason)
    assert code == found.code


@pytest.mark.parametrize("file_format", ["promptfoo", "inspect", "deepeval"])
@pytest.mark.parametrize("value", [[], {}, 3, {"results": 3}, {"testCases": [3]}, {"status": 1}])
def test_another_document_has_a_reason(file_format, value):
    found = read(file_format, value)

    assert isinstance(found, Reason)
    assert "malformed-report" == found.code
    assert found.sentence.startswith("`evidence.json`: `")


@pytest.mark.parametrize(
    "change",
    [
        {"gradingResult": {"pass": False, "componentResults": [{}]}},
        {"error": "timeout"},
        {"failureReason": 2},
        {"failureReason": 1},
    ],
)
def test_promptfoo_whose_case_contradicts_itself_is_not_read(change):
    output = document("promptfoo_results.json")
    output["results"]["results"][0] |= change

    assert "contradictory-report" == read("promptfoo", output).code


@pytest.mark.parametrize("sums", [{"failures": 40}, {"errors": 4}])
def test_promptfoo_that_counts_failures_which_it_does_not_list_is_not_read(sums):
    output = document("promptfoo_results.json")
    output["results"]["stats"] |= sums

    assert "contradictory-report" == read("promptfoo", output).code
