"""A judge is as good as its agreement with people beyond chance."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sklearn.metrics import cohen_kappa_score

from mlspec.evidence import Verdict

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
GATE = {
    "id": "judge",
    "type": "judge-agreement",
    "source": "labels",
    "judge": "judge",
    "human": "human",
}
SOURCE = [{"name": "labels", "file": "labels.csv"}]


@pytest.fixture
def judged(evaluation):
    def run(pairs, **gate):
        rows = [(f"c{n}", *pair) for n, pair in enumerate(pairs)]
        evaluation.write("labels.csv", rows, ("id", "judge", "human"))
        return evaluation.result(GATE | gate, sources=SOURCE)

    return run


def pairs(both=0, only_judge=0, only_human=0, neither=0):
    table = (both, (1, 1)), (only_judge, (1, 0)), (only_human, (0, 1)), (neither, (0, 0))
    return [pair for count, pair in table for _ in range(count)]


def test_a_judge_that_agrees_beyond_chance_passes_with_its_rates(judged):
    found = judged(pairs(90, 5, 10, 95))

    assert (Verdict.PASS, "") == (found.verdict, found.reason_code)
    assert "kappa of judge and human >= 0.6" == found.require
    assert 0.85 == pytest.approx(found.estimate)
    assert 0.6 < found.interval.lower < found.estimate < found.interval.upper
    facts = dict(found.facts)
    assert (0.925, 0.9, 0.95) == pytest.approx(
        (facts["agreement"], facts["sensitivity"], facts["specificity"])
    )
    assert 0.5 == pytest.approx(facts["correctedRate"])
    assert facts["correctedRateLower"] < 0.5 < facts["correctedRateUpper"]


def test_high_agreement_where_one_answer_is_rare_is_no_kappa(judged):
    found = judged(pairs(2, 3, 8, 387))

    assert 0.97 < dict(found.facts)["agreement"]
    assert (Verdict.FAIL, "requirement-missed") == (found.verdict, found.reason_code)


def test_a_judge_that_always_says_the_same_fails(judged):
    found = judged(pairs(0, 0, 20, 380))

    assert (Verdict.FAIL, 0.0) == (found.verdict, found.estimate)
    assert "correctedRate" not in dict(found.facts)


def test_an_interval_around_the_floor_is_inconclusive(judged):
    found = judged(pairs(40, 10, 10, 60), atLeast=0.66)

    assert (Verdict.INCONCLUSIVE, "interval-straddles") == (found.verdict, found.reason_code)


@pytest.mark.parametrize("decide", ["bound", "point"])
@pytest.mark.parametrize("count", [3, 99])
def test_few_labels_validate_nothing(judged, count, decide):
    found = judged(pairs(count - 1, 0, 0, 1), decide=decide)

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (found.verdict, found.reason_code)


def test_a_hundred_equal_labels_are_enough_and_not_certain(judged):
    found = judged(pairs(50, 0, 0, 50))

    assert (Verdict.PASS, "wilson-agreement") == (found.verdict, found.interval.method)
    assert found.interval.lower < 1


def test_cases_without_a_label_count_only_for_the_rate(judged):
    found = judged([*pairs(90, 5, 10, 95), *[(1, "")] * 300])

    assert (("rows", 200),) == found.counts
    facts = dict(found.facts)
    assert (0.4, 395 / 500) == pytest.approx((facts["labelShare"], facts["yesRate"]))
    assert facts["correctedRate"] == pytest.approx((0.79 + 0.95 - 1) / (0.9 + 0.95 - 1))


def test_grades_are_weighed_by_the_square_of_their_distance(judged):
    grades = [(n % 5, min(4, n % 5 + (n % 7 == 0))) for n in range(300)]
    expected = cohen_kappa_score(*zip(*grades, strict=True), weights="quadratic")

    found = judged(grades, weighting="quadratic")

    assert (Verdict.PASS, "quadratic kappa of judge and human >= 0.6") == (
        found.verdict,
        found.require,
    )
    assert expected == pytest.approx(found.estimate)
    assert "sensitivity" not in dict(found.facts)


def test_a_score_becomes_a_verdict_at_the_stated_threshold(judged):
    scores = [((0.9, 0.2)[human == 0], human) for human in (0, 1) for _ in range(100)]

    assert 1.0 == judged(scores, judgeAtLeast=0.5).estimate


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([(1, 1)] * 120, "one-class"),
        ([(1, "")] * 120, "nothing-measured"),
        ([*pairs(60, 0, 0, 60), ("", 1)], "judge-silent"),
        ([*pairs(60, 0, 0, 60), ("nan", 1)], "judge-silent"),
        ([*pairs(60, 0, 0, 60), ("inf", 1)], "not-finite"),
        ([*pairs(60, 0, 0, 60), ("yes", 1)], "not-a-number"),
        ([*pairs(60, 0, 0, 60), (1, "no")], "not-a-number"),
        ([], "empty-file"),
        ([(n / 500, n % 2) for n in range(500)], "judge-not-verdict"),
    ],
)
def test_labels_that_cannot_be_compared_are_not_evaluated(judged, rows, code):
    found = judged(rows)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_a_silent_judge_with_a_threshold_stays_silent(judged):
    found = judged([*pairs(60, 0, 0, 60), ("", 1)], judgeAtLeast=0.5)

    assert (Verdict.NOT_EVALUATED, "judge-silent") == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        ({"source": "other"}, "source-missing"),
        ({"judge": "jugde"}, "missing-column"),
        ({"human": "people"}, "missing-column"),
        ({"key": "case"}, "missing-column"),
        ({"human": "judge"}, "judge-is-human"),
    ],
)
def test_a_gate_that_names_what_is_not_there_is_not_evaluated(judged, gate, code):
    found = judged(pairs(90, 5, 10, 95), **gate)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_a_case_that_stands_twice_is_not_evaluated(evaluation):
    rows = [(f"c{n // 2}", 1, n % 2) for n in range(300)]
    evaluation.write("labels.csv", rows, ("id", "judge", "human"))

    found = evaluation.result(GATE, sources=SOURCE)

    assert (Verdict.NOT_EVALUATED, "duplicate-key") == (found.verdict, found.reason_code)


def test_labels_of_another_digest_are_not_evaluated(evaluation):
    evaluation.write("labels.csv", [("a", 1, 1)], ("id", "judge", "human"))

    found = evaluation.result(GATE, sources=[SOURCE[0] | {"digest": "sha256:" + "0" * 64}])

    assert (Verdict.NOT_EVALUATED, "digest-mismatch") == (found.verdict, found.reason_code)


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_the_judge_of_halueval_agrees_hardly_beyond_chance(evaluation):
    with (DATA / "halueval_general" / "labels_and_judge.csv").open(newline="") as stream:
        rows = [each for each in csv.DictReader(stream) if each["split"] == "eval"]
    table = [
        (each["case_id"], each["judge_hallucination"], each["human_hallucination"]) for each in rows
    ]
    evaluation.write("labels.csv", table, ("id", "judge", "human"))
    judge, human = ([int(row[place]) for row in table] for place in (1, 2))

    found = evaluation.result(GATE, sources=SOURCE)

    assert (Verdict.FAIL, "requirement-missed") == (found.verdict, found.reason_code)
    assert cohen_kappa_score(judge, human) == pytest.approx(found.estimate)
    assert (0.27, 0.80, 0.37) == pytest.approx(
        (found.estimate, dict(found.facts)["agreement"], dict(found.facts)["sensitivity"]),
        abs=0.01,
    )
