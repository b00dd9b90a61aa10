"""What a model decides alone, and what people do with the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError
from statsmodels.stats.proportion import proportion_confint

from mlspec.canonical import digest_bytes
from mlspec.evidence import Verdict
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all, reasons
from mlspec.gates.human_review import REASONS

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

PASS, FAIL = Verdict.PASS, Verdict.FAIL
NO_SOURCES = {"sources": []}
INCONCLUSIVE, NOT_EVALUATED = Verdict.INCONCLUSIVE, Verdict.NOT_EVALUATED


def cases(count=4000, *, wrong=0.02, sure=0.75):
    """Return rows: a share `sure` with confidence 0.95, of them a share `wrong` wrong."""
    rows = []
    for place in range(count):
        confident = place % 100 < 100 * sure
        right = (place // 100) % 100 >= 100 * wrong
        label = place % 2
        score = 0.95 if confident else 0.6
        is_right = right if confident else place % 5 != 0
        rows.append((f"r{place}", label, score if label == is_right else round(1 - score, 6)))
    return rows


def decisions(rows, *, share=1.0, overridden=0.2):
    """Return what people decided of the rows that the model is not sure about."""
    due = [row for row in rows if max(row[2], 1 - row[2]) < 0.9]
    kept = due[: int(len(due) * share)]
    return [
        (key, int(score >= 0.5) if n % 100 >= 100 * overridden else int(score < 0.5))
        for n, (key, _, score) in enumerate(kept)
    ]


@pytest.fixture
def review(evaluation):
    def run(rows, metric="automated-error", log=None, inputs=None, **change):
        evaluation.write("cases.csv", rows)
        gate = {"id": "r", "type": "human-review", "metric": metric, "confidenceThreshold": 0.9}
        read = {"predictions": "cases.csv", "champion": None}
        if log is not None:
            evaluation.write("log.csv", log, ("id", "decision"))
            gate["log"] = "log"
            read["sources"] = [{"name": "log", "file": "log.csv"}]
        return evaluation.result(gate | change, **read | (inputs or {}))

    return run


def outcome(found):
    return found.verdict, found.reason_code


def test_the_error_of_what_is_decided_alone_is_bounded(review):
    rows = cases()
    alone = [row for row in rows if max(row[2], 1 - row[2]) >= 0.9]
    wrong = sum((row[2] >= 0.5) != row[1] for row in alone)

    found = review(rows, atMost=0.1)

    assert (PASS, wrong / len(alone)) == (found.verdict, pytest.approx(found.estimate))
    lower, upper = proportion_confint(wrong, len(alone), alpha=0.1, method="wilson")
    assert (lower, upper) == pytest.approx((found.interval.lower, found.interval.upper))
    assert {"rows": len(alone), "successes": wrong} == dict(found.counts)
    assert 0.75 == dict(found.facts)["automationShare"]


def test_errors_above_the_limit_fail_and_few_rows_allow_both(review):
    assert (FAIL, "requirement-missed") == outcome(review(cases(wrong=0.3), atMost=0.05))
    estimate = review(cases(wrong=0.1), atMost=0.5).estimate
    assert (INCONCLUSIVE, "interval-straddles") == outcome(
        review(cases(wrong=0.1), atMost=estimate)
    )
    assert PASS == review(cases(wrong=0.1), atMost=estimate, decide="point").verdict


def test_no_error_in_few_rows_does_not_pass(review):
    found = review(cases(39, wrong=0.0), atMost=0.9)
    tiny = review(cases(20, wrong=0.0), atMost=0.9)

    assert 0.0 == found.estimate
    assert PASS == found.verdict
    assert (INCONCLUSIVE, "too-few-rows") == outcome(tiny)
    assert INCONCLUSIVE == review(cases(39, wrong=0.0), atMost=0.01).verdict


def test_who_decides_always_the_same_alone_is_not_judged_on_one_class(review):
    found = review([(f"r{n}", 0, 0.01) for n in range(1000)], atMost=0.1)

    assert (NOT_EVALUATED, "one-class") == outcome(found)


def test_rows_decided_alone_that_are_all_of_one_class_prove_nothing(review):
    # it is sure of class 0 alone, and right; all rows of class 1 are left to people
    rows = [(f"r{n}", n % 2, 0.6 if n % 2 else 0.01) for n in range(1000)]

    found = review(rows, atMost=0.1)

    assert (NOT_EVALUATED, "one-class") == outcome(found)
    assert "decides alone" in found.reason


def test_a_model_that_is_never_sure_has_no_error_to_judge(review):
    found = review(cases(sure=0.0), atMost=0.1)

    assert (NOT_EVALUATED, "nothing-automated") == outcome(found)


def test_the_share_of_automation_can_be_held_from_both_sides(review):
    rows = cases()

    assert PASS == review(rows, "automation-share", atLeast=0.5, atMost=0.8).verdict
    assert FAIL == review(rows, "automation-share", atMost=0.5).verdict
    assert FAIL == review(rows, "automation-share", atLeast=0.9).verdict


def test_confidence_is_that_in_the_class_predicted(review):
    # with a threshold of 0.3, a score of 0.35 is class 1 with confidence 0.35
    rows = [(f"r{n}", 1, 0.35) for n in range(100)]

    found = review(
        rows, "automation-share", atMost=0.5, confidenceThreshold=0.6,
        inputs={"positiveThreshold": 0.3},
    )  # fmt: skip

    assert (PASS, 0.0) == (found.verdict, found.estimate)


def test_people_have_to_look_at_the_rest(review):
    rows = cases()

    whole = review(rows, "review-rate", decisions(rows), atLeast=0.9)
    half = review(rows, "review-rate", decisions(rows, share=0.5), atLeast=0.9)
    pending = review(rows, "review-rate", [(key, "") for key, _ in decisions(rows)], atLeast=0.9)
    every = review(cases(sure=1.0), "review-rate", [("r1", 1)], atLeast=0.9)

    assert [PASS, FAIL, FAIL] == [each.verdict for each in (whole, half, pending)]
    assert 1.0 == whole.estimate
    assert 0.0 == pending.estimate
    assert (NOT_EVALUATED, "nothing-to-review") == outcome(every)


def test_overrides_can_be_too_many_or_too_few(review):
    rows = cases()
    limits = {"atLeast": 0.05, "atMost": 0.4}

    some = review(rows, "override-rate", decisions(rows), **limits)
    none = review(rows, "override-rate", decisions(rows, overridden=0.0), **limits)
    many = review(rows, "override-rate", decisions(rows, overridden=0.6), **limits)
    nobody = review(rows, "override-rate", [("r75", "")], **limits)

    assert [PASS, FAIL, FAIL] == [each.verdict for each in (some, none, many)]
    assert 0.2 == some.estimate
    assert (NOT_EVALUATED, "nothing-reviewed") == outcome(nobody)


def test_the_log_is_joined_by_key(review):
    rows = cases()
    log = decisions(rows)

    forwards = review(rows, "override-rate", log, atMost=0.5)
    backwards = review(rows, "override-rate", [*log[::-1], ("zzz", 1)], atMost=0.5)

    assert forwards.estimate == backwards.estimate
    assert (0.0, 1.0) == tuple(dict(each.facts)["otherRows"] for each in (forwards, backwards))


@pytest.mark.parametrize(
    ("log", "code"),
    [
        ([("r1", 1), ("r1", 0)], "duplicate-key"),
        ([("r75", 2)], "label-not-binary"),
        ([("r75", "inf")], "not-finite"),
        ([("r75", "yes")], "not-a-number"),
        ([("other", 1)], "row-set-mismatch"),
        ([], "empty-file"),
    ],
)
def test_a_bad_log_is_not_evaluated(review, log, code):
    assert (NOT_EVALUATED, code) == outcome(review(cases(), "override-rate", log, atMost=0.5))


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda _: [], "empty-file"),
        (lambda rows: [*rows, rows[0]], "duplicate-key"),
        (lambda rows: [("a", 1, "nan"), *rows], "not-finite"),
        (lambda rows: [("a", 1, ""), *rows], "empty-cell"),
        (lambda rows: [("a", 1, "high"), *rows], "not-a-number"),
        (lambda rows: [("a", 1, 1.5), *rows], "score-out-of-range"),
        (lambda rows: [("a", 3, 0.5), *rows], "label-not-binary"),
        (lambda rows: [("a", "", 0.5), *rows], "empty-cell"),
    ],
)
def test_a_bad_prediction_is_not_left_out(review, edit, code):
    assert (NOT_EVALUATED, code) == outcome(review(edit(cases()), atMost=0.1))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "review-bound"),
        ({"atLeast": 0.1}, "review-bound"),
        ({"atMost": 1}, "review-bound"),
        ({"metric": "automation-share", "atLeast": 0.8, "atMost": 0.2}, "review-bound"),
        ({"metric": "review-rate", "atLeast": 0.8}, "review-log-missing"),
        (
            {"metric": "review-rate", "atLeast": 0.8, "log": [("r75", 1)], "inputs": NO_SOURCES},
            "source-missing",
        ),
        ({"atMost": 0.1, "inputs": {"predictionsDigest": digest_bytes(b"")}}, "digest-mismatch"),
        ({"atMost": 0.1, "inputs": {"predictions": "absent.csv"}}, "missing-file"),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_not_evaluated(review, change, code):
    assert (NOT_EVALUATED, code) == outcome(review(cases(), **change))


@pytest.mark.parametrize("change", [{"confidenceThreshold": 0.4}, {"atMost": 1.5}, {"t": 1}])
def test_a_spec_of_another_shape_does_not_bind(review, change):
    with pytest.raises(ValidationError):
        review(cases(100), **{"atMost": 0.1} | change)


def test_every_reason_is_explained():
    assert set(REASONS) <= set(reasons())


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_adult_decided_alone_is_better_than_adult_as_a_whole():
    gates = [
        {
            "id": f"at-{threshold}",
            "type": "human-review",
            "metric": "automated-error",
            "confidenceThreshold": threshold / 100,
            "atMost": 0.08,
        }
        for threshold in (50, 90)
    ]
    record = evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python(gates),
        EvaluationInputs.model_validate(
            {
                "predictions": "challenger_predictions.parquet",
                "labels": "labels.csv",
                "key": "row_id",
            }
        ),
        DATA / "adult",
        binding=Binding("model/adult", "sha256:0", "0"),
    )

    all_rows, sure = record.results

    assert (FAIL, PASS) == (all_rows.verdict, sure.verdict)
    assert 1.0 == dict(all_rows.facts)["automationShare"]
    assert 1 - 0.872 == pytest.approx(all_rows.estimate, abs=1e-3)
