from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from mlspec.evidence import Verdict
from mlspec.gates import METRICS


def test_a_clear_floor_passes_with_its_numbers(evaluation):
    found = evaluation.floor("roc-auc", 0.6)

    assert Verdict.PASS == found.verdict
    assert ("", "") == (found.reason, found.reason_code)
    assert "roc-auc >= 0.6" == found.require
    assert ("delong", 0.9) == (found.interval.method, found.interval.level)
    assert 0.6 < found.interval.lower < found.estimate < found.interval.upper
    assert {"rows", "positives", "negatives"} == set(dict(found.counts))
    assert 1000 == dict(found.counts)["rows"]


def test_the_bound_decides_and_not_the_estimate(evaluation):
    estimate = evaluation.floor("roc-auc", 0.6).estimate

    inside, beyond = evaluation.floor("roc-auc", estimate), evaluation.floor("roc-auc", 0.9999)

    assert (Verdict.INCONCLUSIVE, "interval-straddles") == (inside.verdict, inside.reason_code)
    assert (Verdict.FAIL, "requirement-missed") == (beyond.verdict, beyond.reason_code)
    assert f"[{beyond.interval.lower:.6g}, {beyond.interval.upper:.6g}]" in beyond.reason


def test_a_point_decides_where_the_spec_says_so(evaluation):
    estimate = evaluation.floor("roc-auc", 0.6).estimate

    met = evaluation.floor("roc-auc", estimate, decide="point")
    missed = evaluation.floor("roc-auc", estimate + 1e-9, decide="point")

    assert (Verdict.PASS, "point") == (met.verdict, met.decide)
    assert Verdict.FAIL == missed.verdict


def test_more_confidence_is_harder_to_meet(evaluation):
    lower = evaluation.floor("roc-auc", 0.6).interval.lower

    assert Verdict.PASS == evaluation.floor("roc-auc", lower).verdict
    assert Verdict.INCONCLUSIVE == evaluation.floor("roc-auc", lower, confidence=0.99).verdict


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_every_metric_is_judged_in_its_own_direction(evaluation, metric):
    found = evaluation.ceiling(metric, 0.999, decide="point")
    assert found.interval is not None
    room = 0.2 * abs(found.estimate)

    if METRICS[metric].higher_is_better:
        easy = evaluation.floor(metric, found.estimate - room)
        hard = evaluation.floor(metric, min(1.0, found.estimate + room))
    else:
        easy = evaluation.ceiling(metric, found.estimate + room)
        hard = evaluation.ceiling(metric, found.estimate - room)

    assert (Verdict.PASS, Verdict.FAIL) == (easy.verdict, hard.verdict)


def test_classes_come_from_the_prediction_column_where_one_is_named(evaluation):
    rows = [(key, label, score, label) for key, label, score in evaluation.read("challenger.csv")]
    evaluation.write("challenger.csv", rows, ("id", "label", "score", "class"))

    named = evaluation.floor("accuracy", 0.5, prediction="class")
    from_score = evaluation.floor("accuracy", 0.5)

    assert 1.0 == named.estimate
    assert from_score.estimate < 1.0


def test_the_threshold_moves_the_predicted_class(evaluation):
    low, high = (
        evaluation.floor("recall", 0.5, positive_threshold=each).estimate for each in (0.1, 0.9)
    )

    assert low > high


def test_many_classes_are_fine_for_accuracy_alone(evaluation):
    rows = [(f"r{n}", n % 3, n % 3 if n % 10 else 9) for n in range(200)]
    evaluation.write("challenger.csv", rows, ("id", "label", "class"))

    accuracy = evaluation.floor("accuracy", 0.8, prediction="class")
    f1 = evaluation.floor("f1", 0.8, prediction="class")

    assert (Verdict.PASS, 0.9) == (accuracy.verdict, accuracy.estimate)
    assert (Verdict.NOT_EVALUATED, "label-not-binary") == (f1.verdict, f1.reason_code)


def test_labels_may_come_from_another_file_in_another_order(evaluation):
    rows = evaluation.read("challenger.csv")
    together = evaluation.floor()
    evaluation.write("scores.csv", [(key, score) for key, _, score in rows], ("id", "score"))
    evaluation.write("labels.csv", sorted((key, label) for key, label, _ in rows), ("id", "label"))

    apart = evaluation.floor(predictions="scores.csv", labels="labels.csv")

    assert together.estimate == apart.estimate
    assert together.interval == apart.interval


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"atMost": 0.9}, "one-bound"),
        ({"atLeast": None}, "one-bound"),
        ({"metric": "rocauc"}, "unknown-metric"),
        ({"atLeast": 0.0}, "bound-out-of-range"),
        ({"atLeast": 92}, "bound-out-of-range"),
        ({"atLeast": None, "atMost": 1.0}, "bound-out-of-range"),
        ({"source": "metrics"}, "point-not-stated"),
    ],
)
def test_a_spec_that_contradicts_itself_is_not_evaluated(evaluation, change, code):
    gate = {"id": "g", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6} | change

    found = evaluation.result(gate)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    "change",
    [
        {"confidence": 0.5},
        {"confidence": 1.0},
        {"atLeast": float("nan")},
        {"atLeast": "0.9"},
        {"minimumRows": -1},
        {"decide": "maybe"},
        {"metric": "a b"},
        {"threshold": 0.9},
    ],
)
def test_a_spec_of_another_shape_does_not_bind(evaluation, change):
    gate = {"id": "g", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6}

    with pytest.raises(ValidationError):
        evaluation.result(gate | change)


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
