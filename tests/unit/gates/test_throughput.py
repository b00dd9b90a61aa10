from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from mlspec.evidence import Verdict

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

GATE = {
    "id": "keeps-up",
    "type": "throughput",
    "source": "load",
    "windowSeconds": 10,
    "atLeastPerSecond": 5,
}
FAILING = GATE | {"errorColumn": "failed", "maximumErrorShare": 0.1}


def of_file(evaluation, gate, file="load.csv", **source):
    return evaluation.result(gate, sources=[{"name": "load", "file": file} | source])


def write_requests(evaluation, per_second=10.0, *, seconds=400, failing=0.02, seed=1):
    noise = random.Random(seed)
    at, rows = 0.0, []
    while at < seconds:
        rows.append((f"{at:.6f}", int(noise.random() < failing)))
        at += noise.expovariate(per_second)
    evaluation.write("load.csv", rows, ("time", "failed"))
    return rows


def matrix(*points, step=60, **labels):
    values = [[1795000600 + step * place, str(point)] for place, point in enumerate(points)]
    return {"metric": labels, "values": values}


def of_answers(evaluation, gate, **answers):
    entries = [
        {
            "query": query,
            "response": {"status": "success", "data": {"resultType": "matrix", "result": series}},
        }
        for query, series in answers.items()
    ]
    (evaluation.root / "load.json").write_text(json.dumps(entries))
    return of_file(evaluation, gate, "load.json", format="prometheus")


def test_enough_answered_requests_per_second_pass(evaluation):
    write_requests(evaluation)

    found = of_file(evaluation, FAILING)

    assert "requests per second >= 5, error share <= 0.1" == found.require
    assert (Verdict.PASS, Verdict.PASS) == tuple(each.verdict for each in found.parts)
    rate, errors = found.parts
    assert ("student-t", "wilson") == (rate.interval.method, errors.interval.method)
    assert 9.8 == pytest.approx(rate.estimate, abs=0.5)
    assert {"rows", "windows"} == set(dict(rate.counts))


def test_a_service_that_refuses_everything_is_not_fast(evaluation):
    write_requests(evaluation, failing=1.0)

    found = of_file(evaluation, FAILING)

    assert ["fail", "fail"] == [each.verdict for each in found.parts]
    assert 0.0 == found.parts[0].estimate


def test_a_floor_within_the_interval_is_inconclusive(evaluation):
    write_requests(evaluation)
    estimate = of_file(evaluation, GATE).estimate

    bound = of_file(evaluation, GATE | {"atLeastPerSecond": estimate})
    point = of_file(evaluation, GATE | {"atLeastPerSecond": estimate, "decide": "point"})
    missed = of_file(evaluation, GATE | {"atLeastPerSecond": 2 * estimate})

    assert [Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.FAIL] == [
        each.verdict for each in (bound, point, missed)
    ]


def test_a_pause_of_the_service_counts(evaluation):
    rows = write_requests(evaluation)
    steady = of_file(evaluation, GATE).estimate
    kept = [row for row in rows if not 100 <= float(row[0]) < 300]
    evaluation.write("load.csv", kept, ("time", "failed"))

    assert of_file(evaluation, GATE).estimate < 0.6 * steady


def test_too_few_windows_decide_nothing(evaluation):
    write_requests(evaluation, seconds=150)

    found = of_file(evaluation, GATE)

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (found.verdict, found.parts[0].reason_code)
    assert None is found.interval


def test_equal_windows_are_no_certainty_until_there_are_enough(evaluation):
    evaluation.write("load.csv", [(str(each),) for each in range(200)], ("time",))
    few = of_file(evaluation, GATE | {"atLeastPerSecond": 0.85})
    evaluation.write("load.csv", [(str(each),) for each in range(210)], ("time",))
    enough = of_file(evaluation, GATE | {"atLeastPerSecond": 0.85})
    close = of_file(evaluation, GATE | {"atLeastPerSecond": 0.95})

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (few.verdict, few.parts[0].reason_code)
    assert (Verdict.PASS, "poisson") == (enough.verdict, enough.interval.method)
    assert (Verdict.INCONCLUSIVE, 1.0) == (close.verdict, close.estimate)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("", 0), "empty-cell"),
        (("nan", 0), "not-finite"),
        (("soon", 0), "not-a-number"),
        (("5", "maybe"), "not-a-number"),
        (("5", 2), "not-yes-or-no"),
        (("9e99", 0), "too-many-windows"),
    ],
)
def test_one_bad_request_leaves_the_gate_unevaluated(evaluation, row, code):
    rows = write_requests(evaluation)
    evaluation.write("load.csv", [*rows, row], ("time", "failed"))

    found = of_file(evaluation, FAILING)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_moments_are_dates_as_well(evaluation):
    rows = [(f"2026-11-21T00:{each // 60:02}:{each % 60:02}Z",) for each in range(400)]
    evaluation.write("load.csv", rows, ("time",))
    dated = of_file(evaluation, GATE)
    evaluation.write("load.csv", [*rows, ("2026-11-21T00:30:00",)], ("time",))

    assert 1.0 == dated.estimate
    assert "mixed-time-zones" == of_file(evaluation, GATE).reason_code


def test_three_requests_at_one_moment_fill_no_window(evaluation):
    evaluation.write("load.csv", [("5",)] * 3, ("time",))

    found = of_file(evaluation, GATE)

    assert (Verdict.NOT_EVALUATED, "undefined-metric") == (
        found.verdict,
        found.parts[0].reason_code,
    )


def test_a_limit_of_failures_needs_to_know_them(evaluation):
    write_requests(evaluation)

    found = of_file(evaluation, GATE | {"maximumErrorShare": 0.1})

    assert (Verdict.NOT_EVALUATED, "errors-missing") == (found.verdict, found.reason_code)


WATCHED = GATE | {"query": "all", "errorQuery": "bad", "maximumErrorShare": 0.1}


def test_rates_at_equal_steps_are_windows(evaluation):
    requests = matrix(*[10 + place % 3 for place in range(30)])
    errors = matrix(*[0.1] * 30)

    found = of_answers(evaluation, WATCHED, all=[requests], bad=[errors])

    assert Verdict.PASS == found.verdict
    assert 10.9 == found.parts[0].estimate
    assert (("rows", 19800), ("windows", 30)) == found.parts[0].counts
    assert 1 / 110 == pytest.approx(found.parts[1].estimate)


STEADY = matrix(*[10] * 30)


@pytest.mark.parametrize(
    ("requests", "errors", "code"),
    [
        ([], [STEADY], "no-series"),
        ([STEADY, STEADY], [STEADY], "several-series"),
        ([matrix(*[10] * 29, "NaN")], [STEADY], "not-finite"),
        ([matrix(*[10] * 29, "+Inf")], [STEADY], "not-finite"),
        ([matrix(*[10] * 29, -1)], [STEADY], "negative-value"),
        ([matrix(10)], [STEADY], "steps-differ"),
        ([STEADY], [matrix(*[0] * 30, step=30)], "steps-differ"),
        ([STEADY], [matrix(*[0] * 29)], "steps-differ"),
    ],
)
def test_answers_that_do_not_fit_are_not_evaluated(evaluation, requests, errors, code):
    found = of_answers(evaluation, WATCHED, all=requests, bad=errors)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize(("requests", "errors"), [(0, 0), (10, 11)])
def test_a_share_that_cannot_be_is_not_evaluated(evaluation, requests, errors):
    found = of_answers(
        evaluation, WATCHED, all=[matrix(*[requests] * 30)], bad=[matrix(*[errors] * 30)]
    )

    assert "undefined-metric" == found.parts[1].reason_code
    assert Verdict.PASS != found.verdict


def test_another_kind_of_evidence_is_not_evaluated(evaluation):
    (evaluation.root / "load.json").write_text('{"requests": 3}')

    assert "source-of-another-kind" == of_file(evaluation, GATE, "load.json").reason_code
    assert "source-missing" == evaluation.result(GATE).reason_code


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_a_trace_of_requests_in_production(evaluation):
    text = (DATA / "azure_llm_trace" / "conv.csv").read_text()
    (evaluation.root / "load.csv").write_text(text)
    gate = GATE | {"timeColumn": "TIMESTAMP", "windowSeconds": 60}
    rows = len(list(csv.reader(text.splitlines()))) - 1

    found = of_file(evaluation, gate)

    windows = dict(found.counts)["windows"]
    assert rows / (60 * (windows + 1)) < found.estimate < rows / (60 * windows)
    assert 58 == windows
    assert Verdict.PASS == found.verdict
    close = of_file(evaluation, gate | {"atLeastPerSecond": 5.5})
    assert Verdict.INCONCLUSIVE == close.verdict


def test_rates_without_errors_are_a_throughput(evaluation):
    gate = GATE | {"query": "all"}

    found = of_answers(evaluation, gate, all=[STEADY])
    silent = of_answers(evaluation, WATCHED, all=[STEADY], bad=[])

    assert (Verdict.PASS, 10.0) == (found.verdict, found.estimate)
    assert (Verdict.NOT_EVALUATED, "no-series") == (silent.verdict, silent.reason_code)


def test_a_query_for_errors_does_not_help_a_table(evaluation):
    write_requests(evaluation)

    found = of_file(evaluation, WATCHED)

    assert (Verdict.NOT_EVALUATED, "errors-missing") == (
        found.verdict,
        found.parts[1].reason_code,
    )
