from __future__ import annotations

import json
import random

import pytest

from mlspec.evidence import Verdict
from mlspec.stats import wilson

COUNTS = {"by": "window", "events": "bad", "trials": "total"}
GATE = {
    "id": "budget",
    "type": "slo-burn",
    "source": "burn",
    "objective": 0.999,
    "counts": COUNTS,
    "pairs": [{"name": "fast", "long": "1h", "short": "5m", "maximumBurn": 14.4}],
}
ALL = {key: value for key, value in GATE.items() if key != "pairs"}


def of_rows(evaluation, rows, gate=GATE, header=("window", "bad", "total")):
    evaluation.write("burn.csv", rows, header)
    return evaluation.result(gate, sources=[{"name": "burn", "file": "burn.csv"}])


def code_of(found):
    return found.parts[0].reason_code if found.parts else found.reason_code


@pytest.mark.parametrize(
    ("long", "short", "verdict"),
    [
        ((100, 1_000_000), (10, 100_000), "pass"),
        ((30_000, 1_000_000), (3000, 100_000), "fail"),
        ((30_000, 1_000_000), (10, 100_000), "pass"),
        ((100, 1_000_000), (99, 1000), "pass"),
        ((30_000, 1_000_000), (144, 10_000), "inconclusive"),
        ((30, 1000), (3, 100), "inconclusive"),
    ],
)
def test_a_pair_is_breached_only_when_both_windows_burn(evaluation, long, short, verdict):
    found = of_rows(evaluation, [("1h", *long), ("5m", *short)])

    assert verdict == found.verdict
    assert "burn over 1h and 5m <= 14.4" == found.require


def test_the_slower_window_decides_with_wilsons_ends(evaluation):
    found = of_rows(evaluation, [("1h", 300, 100_000), ("5m", 90, 9000)])

    assert 3.0 == found.estimate
    assert wilson(300, 100_000, level=0.9).lower / 0.001 == pytest.approx(found.interval.lower)
    assert wilson(300, 100_000, level=0.95).upper / 0.001 == pytest.approx(found.interval.upper)
    assert ("wilson-smaller", 0.9) == (found.interval.method, found.interval.level)


def test_a_breached_pair_passes_no_more_often_than_the_confidence_allows(evaluation):
    noise, passed = random.Random(5), 0
    for _ in range(150):
        bad = [sum(noise.random() < 0.0145 for _ in range(2000)) for _ in range(2)]
        found = of_rows(evaluation, [("1h", bad[0], 2000), ("5m", bad[1], 2000)])
        passed += found.verdict == Verdict.PASS

    assert passed <= 14


def test_all_three_pairs_have_to_keep_their_limit_where_none_is_named(evaluation):
    quiet = [(window, 5, 1_000_000) for window in ("5m", "30m", "1h", "6h", "3d")]
    eroding = [*quiet[:3], ("6h", 4000, 1_000_000), ("3d", 40_000, 10_000_000)]

    fine, lost = of_rows(evaluation, quiet, ALL), of_rows(evaluation, eroding, ALL)

    assert ["fast", "slow", "steady"] == [each.name for each in fine.parts]
    assert (Verdict.PASS, Verdict.FAIL) == (fine.verdict, lost.verdict)
    assert "steady" in lost.reason


def test_a_few_requests_without_errors_prove_nothing(evaluation):
    found = of_rows(evaluation, [("1h", 0, 100), ("5m", 0, 29)])
    more = of_rows(evaluation, [("1h", 0, 100), ("5m", 0, 30)])

    assert "too-few-rows" == code_of(found)
    assert (Verdict.INCONCLUSIVE, "interval-straddles") == (more.verdict, code_of(more))


GOOD = ("1h", 1, 1_000_000)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([GOOD], "no-rows-selected"),
        ([GOOD, ("5m", 0, 0)], "undefined-metric"),
        ([GOOD, ("5m", 9, 8)], "more-events-than-trials"),
        ([GOOD, ("5m", -1, 8)], "negative-value"),
        ([GOOD, ("5m", 1, 800), ("5m", 1, 800)], "duplicate-key"),
        ([GOOD, ("5m", "nan", 800)], "not-finite"),
        ([GOOD, ("5m", 1, "inf")], "not-finite"),
        ([GOOD, ("5m", "", 800)], "empty-cell"),
        ([GOOD, ("5m", "few", 800)], "not-a-number"),
        ([], "empty-file"),
    ],
)
def test_a_window_that_nobody_measured_is_not_evaluated(evaluation, rows, code):
    found = of_rows(evaluation, rows)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, code_of(found))


def test_a_missing_column_is_not_evaluated(evaluation):
    found = of_rows(evaluation, [("1h", 1, 5)], header=("window", "bad", "all"))

    assert (Verdict.NOT_EVALUATED, "missing-column") == (found.verdict, code_of(found))


WATCHED = GATE | {
    "counts": {
        "by": "window",
        "events": "sum(increase(bad_total[$window]))",
        "trials": "sum(increase(all_total[$window]))",
    }
}


def answer(query, *values):
    series = [{"metric": {}, "value": [1795000600, str(value)]} for value in values]
    data = {"resultType": "vector", "result": series}
    return {"query": query, "response": {"status": "success", "data": data}}


def of_answers(evaluation, *answers, gate=WATCHED):
    (evaluation.root / "burn.json").write_text(json.dumps(list(answers)))
    source = {"name": "burn", "file": "burn.json", "format": "prometheus"}
    return evaluation.result(gate, sources=[source])


CALM = [
    answer("sum(increase(bad_total[1h]))", 12.5),
    answer("sum(increase(all_total[1h]))", 100_000.25),
    answer("sum(increase(all_total[5m]))", 9000),
]


def test_queries_name_the_window(evaluation):
    found = of_answers(evaluation, *CALM, answer("sum(increase(bad_total[5m]))", 1))

    assert Verdict.PASS == found.verdict


@pytest.mark.parametrize(
    ("values", "code"),
    [((), "no-series"), ((1, 2), "several-series"), (("NaN",), "not-finite")],
)
def test_an_answer_without_one_number_is_not_evaluated(evaluation, values, code):
    found = of_answers(evaluation, *CALM, answer("sum(increase(bad_total[5m]))", *values))

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, code_of(found))


def test_a_query_without_an_answer_is_not_evaluated(evaluation):
    assert "query-missing" == code_of(of_answers(evaluation, *CALM))
    counts = {key: value for key, value in WATCHED["counts"].items() if key != "trials"}
    without = of_answers(evaluation, *CALM, gate=WATCHED | {"counts": counts})
    assert "trials-missing" == code_of(without)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pairs": [GATE["pairs"][0] | {"short": "1h"}]}, "same-window"),
        ({"pairs": [GATE["pairs"][0] | {"maximumBurn": 1000}]}, "limit-out-of-reach"),
        ({"pairs": [], "objective": 0.9}, "limit-out-of-reach"),
        ({"source": "other"}, "source-missing"),
    ],
)
def test_a_spec_that_can_say_nothing_is_not_evaluated(evaluation, change, code):
    found = of_rows(evaluation, [GOOD, ("5m", 0, 9000)], GATE | change)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize("short", [(0, 1_000_000), (900, 1000)])
def test_a_part_of_a_window_counts_no_more_than_all_of_it(evaluation, short):
    found = of_rows(evaluation, [("1h", 0, 10_000), ("5m", *short)])

    assert ("not-evaluated", "windows-contradict") == (found.verdict, code_of(found))
