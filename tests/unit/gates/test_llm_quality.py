"""The rate over all cases: what has no answer stays in the denominator, and counts against it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from statsmodels.stats.proportion import proportion_confint

from mlspec.evidence import Verdict

FIXTURES = Path(__file__).parents[2] / "fixtures" / "evidence"
DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
GATE = {"id": "quality", "type": "llm-quality", "source": "suite"}
SOURCE = {"name": "suite", "file": "cases.csv"}
HEADER = ("id", "score", "doc", "run")


@pytest.fixture
def suite(evaluation):
    """Judge a table of cases: (score, document, run), or the score alone."""

    def run(rows, *more, **gate):
        lines = [
            row if isinstance(row, tuple) else (f"c{n}", row, "d", 1) for n, row in enumerate(rows)
        ]
        evaluation.write("cases.csv", lines, HEADER)
        bounds = {} if {"atLeast", "atMost"} & set(gate) else {"atLeast": 0.8}
        return evaluation.result(GATE | {"score": "score"} | bounds | gate, sources=[SOURCE, *more])

    return run


def scores(yes, no, *others):
    return [*[1] * yes, *[0] * no, *others]


def test_the_rate_has_wilsons_interval(suite):
    found = suite(scores(180, 20))
    lower, upper = proportion_confint(180, 200, alpha=0.1, method="wilson")

    assert (Verdict.PASS, 0.9, "wilson") == (found.verdict, found.estimate, found.interval.method)
    assert (lower, upper) == pytest.approx((found.interval.lower, found.interval.upper))
    assert "rate of score is >= 0.8" == found.require
    assert {"rows": 200, "results": 200, "clusters": 200} == {
        name: count for name, count in found.counts if count
    }


@pytest.mark.parametrize(
    ("rows", "gate", "verdict", "code"),
    [
        (scores(140, 60), {}, Verdict.FAIL, "requirement-missed"),
        (scores(160, 40), {}, Verdict.INCONCLUSIVE, "interval-straddles"),
        (scores(4, 196), {"atMost": 0.1}, Verdict.PASS, ""),
        (scores(40, 160), {"atMost": 0.1}, Verdict.FAIL, "requirement-missed"),
        (scores(20, 180), {"atMost": 0.1}, Verdict.INCONCLUSIVE, "interval-straddles"),
        (scores(20, 180), {"atMost": 0.1, "decide": "point"}, Verdict.PASS, ""),
        (scores(3, 0), {}, Verdict.INCONCLUSIVE, "too-few-rows"),
        (scores(29, 0), {"decide": "point"}, Verdict.INCONCLUSIVE, "too-few-rows"),
        (scores(190, 10), {"minimumRows": 201}, Verdict.INCONCLUSIVE, "too-few-rows"),
    ],
)
def test_the_bound_decides(suite, rows, gate, verdict, code):
    found = suite(rows, **gate)

    assert (verdict, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize("gate", [{"atLeast": 0.8}, {"atMost": 0.2}])
def test_results_without_an_answer_count_against_the_requirement(suite, gate):
    good = 1 if "atLeast" in gate else 0
    rows = [*[good] * 190, *[""] * 10]

    found = suite(rows, **gate)

    assert (190 / 200, 10) == (
        found.estimate if good else 1 - found.estimate,
        dict(found.counts)["errors"],
    )
    assert (Verdict.PASS, 0.05) == (found.verdict, dict(found.facts)["errorRate"])


def test_too_many_errors_leave_the_rate_open_however_good_the_rest_is(suite):
    found = suite(scores(1000, 0, *[""] * 60))

    assert (Verdict.INCONCLUSIVE, "too-many-errors") == (found.verdict, found.reason_code)
    assert "60 of 1060 results have no answer" in found.reason


def test_planned_cases_that_never_ran_are_in_the_denominator(suite):
    few, many = suite(scores(196, 0), plannedResults=200), suite(scores(150, 0), plannedResults=200)

    assert (0.98, Verdict.PASS, 4) == (few.estimate, few.verdict, dict(few.counts)["missing"])
    assert (Verdict.INCONCLUSIVE, "too-many-errors") == (many.verdict, many.reason_code)


def test_a_plan_beyond_all_bounds_is_refused(suite):
    found = suite(scores(196, 0), plannedResults=10**15)

    assert (Verdict.NOT_EVALUATED, "too-large") == (found.verdict, found.reason_code)


def test_clusters_widen_the_interval(suite):
    rows = [(f"c{n}", int(n // 20 < 18), f"d{n // 20}", 1) for n in range(400)]

    alone, together = suite(rows), suite(rows, cluster="doc")

    assert alone.estimate == together.estimate == 0.9
    assert (Verdict.PASS, Verdict.INCONCLUSIVE) == (alone.verdict, together.verdict)
    assert ("cluster-robust", 20) == (together.interval.method, dict(together.counts)["clusters"])


def test_few_clusters_decide_nothing(suite):
    rows = [(f"c{n}", 1, f"d{n % 9}", 1) for n in range(400)]

    found = suite(rows, cluster="doc")

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (found.verdict, found.reason_code)
    assert "there are 9 clusters" in found.reason


def test_repetitions_of_a_case_are_no_further_cases(suite):
    rows = [(f"c{n // 10}", 1, "d", n % 10) for n in range(200)]

    found = suite(rows, epoch="run")

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (found.verdict, found.reason_code)
    assert "there are 20 rows" in found.reason


def test_a_case_that_lacks_a_repetition_has_no_answer_there(suite):
    rows = [(f"c{n // 2}", 1, "d", n % 2) for n in range(400)][:-1]

    found = suite(rows, epoch="run", minimumEpochs=2)

    assert (Verdict.INCONCLUSIVE, "too-few-epochs") == (found.verdict, found.reason_code)
    assert 1 == dict(found.counts)["missing"]


def test_enough_repetitions_pass(suite):
    rows = [(f"c{n // 2}", 1, "d", n % 2) for n in range(400)]

    assert Verdict.PASS == suite(rows, epoch="run", minimumEpochs=2).verdict


@pytest.mark.parametrize(
    ("rows", "gate", "code"),
    [
        ([("a", 1, "d", 1), ("a", 1, "d", 1)], {}, "duplicate-key"),
        ([("a", 1, "d", 1), ("a", 1, "d", 1)], {"epoch": "run"}, "duplicate-key"),
        ([("", 1, "d", 1)], {}, "empty-cell"),
        ([("a", 1, "", 1)], {"cluster": "doc"}, "empty-cell"),
        ([], {}, "empty-file"),
        (["", "nan"], {}, "nothing-measured"),
        (["yes"], {}, "not-a-number"),
        (["inf"], {}, "not-finite"),
        ([0.7], {}, "score-not-binary"),
        ([1], {"score": "grounded"}, "missing-column"),
        ([1], {"score": None}, "score-missing"),
        ([1], {"key": "case"}, "missing-column"),
        ([1], {"source": "absent"}, "source-missing"),
        ([1], {"atMost": 0.1, "atLeast": 0.1}, "one-rate-bound"),
        ([1], {"atLeast": None}, "one-rate-bound"),
        ([1], {"atLeast": 0.0}, "rate-bound-trivial"),
        ([1], {"atMost": 1.0}, "rate-bound-trivial"),
        ([1], {"scoreAtLeast": 0.5, "scoreAtMost": 0.5}, "one-score-bound"),
        ([1], {"score": None, "scoreAtMost": 0.5}, "one-score-bound"),
        ([1], {"rate": "corrected"}, "judge-missing"),
    ],
)
def test_what_was_not_measured_is_not_evaluated(suite, rows, gate, code):
    found = suite(rows, **gate)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_a_score_counts_on_the_stated_side(suite):
    rows = [0.9] * 190 + [0.2] * 10

    high, low = suite(rows, scoreAtLeast=0.7), suite(rows, scoreAtMost=0.3, atMost=0.1)

    assert (0.95, 0.05) == (high.estimate, low.estimate)
    assert {Verdict.PASS} == {high.verdict, low.verdict}
    assert "rate of score <= 0.3 is <= 0.1" == low.require


JUDGE = {"source": "people", "judge": "judge", "human": "human", "isStochastic": False}
PEOPLE = {"name": "people", "file": "people.csv"}


@pytest.fixture
def validated(suite, evaluation):
    def run(right, wrong, rows, **gate):
        labels = [(f"h{n}", n % 2 if n < right else 1 - n % 2, n % 2) for n in range(right + wrong)]
        evaluation.write("people.csv", labels, ("id", "judge", "human"))
        return suite(rows, PEOPLE, **({"judge": JUDGE} | gate))

    return run


def test_a_judge_that_agrees_with_people_lets_the_rate_decide(validated):
    found = validated(190, 10, scores(180, 20))

    assert Verdict.PASS == found.verdict
    assert 0.9 == pytest.approx(dict(found.facts)["kappa"])
    assert 0.95 == dict(found.facts)["judge.agreement"]


def test_a_judge_that_does_not_agree_with_people_proves_nothing(validated):
    good, bad = validated(130, 70, scores(200, 0)), validated(130, 70, scores(0, 200))

    assert {(Verdict.INCONCLUSIVE, "judge-not-validated")} == {
        (each.verdict, each.reason_code) for each in (good, bad)
    }


def test_the_minimum_of_cases_is_none_of_labels(validated):
    found = validated(120, 0, scores(200, 0), minimumRows=150)

    assert Verdict.PASS == found.verdict


def test_a_judge_with_few_labels_proves_nothing(validated):
    found = validated(99, 0, scores(200, 0))

    assert (Verdict.INCONCLUSIVE, "judge-not-validated") == (found.verdict, found.reason_code)


def test_a_stochastic_judge_has_to_look_twice(validated):
    stochastic = JUDGE | {"isStochastic": True}
    twice = [(f"c{n // 2}", 1, "d", n % 2) for n in range(400)]

    once = validated(190, 10, scores(200, 0), judge=stochastic)
    again = validated(190, 10, twice, judge=stochastic, epoch="run")

    assert (Verdict.INCONCLUSIVE, "too-few-epochs") == (once.verdict, once.reason_code)
    assert Verdict.PASS == again.verdict


def test_a_judge_without_labels_is_not_evaluated(suite):
    found = suite(scores(200, 0), judge=JUDGE)

    assert (Verdict.NOT_EVALUATED, "source-missing") == (found.verdict, found.reason_code)


def test_the_rate_is_corrected_for_the_errors_of_the_judge(validated):
    found = validated(180, 20, scores(180, 20), rate="corrected", atLeast=0.9)

    assert (0.9, 1.0) == pytest.approx((dict(found.facts)["observedRate"], found.estimate))
    assert "rogan-gladen" == found.interval.method
    assert (Verdict.PASS, True) == (found.verdict, found.interval.lower > 0.9)


def test_a_correction_makes_repeated_cases_no_more_certain(validated):
    once = [(f"c{n}", int(n < 90), "d", 1) for n in range(100)]
    often = [(f"c{n // 4}", int(n < 360), "d", n % 4) for n in range(400)]

    few = validated(180, 20, once, rate="corrected")
    many = validated(180, 20, often, rate="corrected", epoch="run")

    assert (few.estimate, few.interval) == (many.estimate, many.interval)


def report(evaluation, file, **gate):
    source = {"name": "suite", "file": file, "format": file.split("_")[0]}
    (evaluation.root / file).write_bytes((FIXTURES / file).read_bytes())
    return evaluation.result(GATE | {"atLeast": 0.8} | gate, sources=[source])


def test_a_promptfoo_case_without_assertion_has_passed_nothing(evaluation):
    found = report(evaluation, "promptfoo_results.json")

    assert (Verdict.INCONCLUSIVE, "too-many-errors") == (found.verdict, found.reason_code)
    assert (0.25, 1, 0) == (
        found.estimate,
        dict(found.counts)["unscored"],
        dict(found.counts)["errors"],
    )


def test_a_promptfoo_report_without_any_assertion_is_not_evaluated(evaluation):
    output = json.loads((FIXTURES / "promptfoo_results.json").read_text())
    for each in output["results"]["results"]:
        each["gradingResult"] = None
        each["testCase"].pop("assert", None)
    (evaluation.root / "p.json").write_text(json.dumps(output))
    source = {"name": "suite", "file": "p.json", "format": "promptfoo"}

    found = evaluation.result(GATE | {"atLeast": 0.1}, sources=[source])

    assert (Verdict.NOT_EVALUATED, "nothing-measured") == (found.verdict, found.reason_code)


def test_an_inspect_log_that_did_not_finish_is_not_evaluated(evaluation):
    found = report(evaluation, "inspect_eval_log_status_error.json")

    assert (Verdict.NOT_EVALUATED, "run-not-finished") == (found.verdict, found.reason_code)


def test_a_score_that_no_case_has_is_named_with_what_is_near(evaluation):
    found = report(evaluation, "promptfoo_results.json", score="scor")

    assert (Verdict.NOT_EVALUATED, "score-missing") == (found.verdict, found.reason_code)
    assert "did you mean `score`" in found.reason


def test_columns_of_a_table_mean_nothing_in_a_report(evaluation):
    found = report(evaluation, "promptfoo_results.json", cluster="doc")

    assert (Verdict.NOT_EVALUATED, "source-of-another-kind") == (found.verdict, found.reason_code)


def test_old_evidence_is_not_evaluated(evaluation):
    file = "promptfoo_results.json"
    (evaluation.root / file).write_bytes((FIXTURES / file).read_bytes())
    source = {"name": "suite", "file": file, "format": "promptfoo", "maximumAgeDays": 7}

    (found,) = evaluation.record(
        GATE | {"atLeast": 0.8}, sources=[source], as_of="2026-12-21T00:00:00+00:00"
    ).results

    assert (Verdict.NOT_EVALUATED, "too-old") == (found.verdict, found.reason_code)


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_the_rate_that_the_judge_of_halueval_gives_is_not_believed(evaluation):
    file = "eval.csv"
    with (DATA / "halueval_general" / "labels_and_judge.csv").open(newline="") as stream:
        header, *rows = csv.reader(stream)
    evaluation.write(file, [row for row in rows if row[-1] == "eval"], header)
    gate = GATE | {
        "score": "judge_hallucination",
        "key": "case_id",
        "atMost": 0.2,
        "judge": {
            "source": "suite",
            "key": "case_id",
            "judge": "judge_hallucination",
            "human": "human_hallucination",
            "isStochastic": False,
        },
    }

    found = evaluation.result(gate, sources=[{"name": "suite", "file": file}])
    alone = evaluation.result(gate | {"judge": None}, sources=[{"name": "suite", "file": file}])

    assert (Verdict.INCONCLUSIVE, "judge-not-validated") == (found.verdict, found.reason_code)
    assert 2253 == dict(found.counts)["rows"]
    assert (Verdict.PASS, found.estimate) == (alone.verdict, alone.estimate)
