from __future__ import annotations

import pytest
import sklearn.metrics
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
    more = evaluation.suit(metric)
    found = evaluation.ceiling(metric, 0.999, decide="point", **more)
    assert found.interval is not None
    room = 0.2 * abs(found.estimate)

    if METRICS[metric].higher_is_better:
        easy = evaluation.floor(metric, found.estimate - room, **more)
        hard = evaluation.floor(metric, min(1.0, found.estimate + room), **more)
    else:
        easy = evaluation.ceiling(metric, found.estimate + room, **more)
        hard = evaluation.ceiling(metric, found.estimate - room, **more)

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


def three_classes(evaluation, rows, **more):
    evaluation.write("challenger.csv", rows, ("id", "label", "class"))
    return {"prediction": "class", **more}


def test_a_metric_of_two_classes_refuses_a_third(evaluation):
    inputs = three_classes(
        evaluation, [(f"r{n}", n % 3, n % 3 if n % 10 else 9) for n in range(200)]
    )

    accuracy = evaluation.floor("accuracy", 0.8, **inputs)

    assert (Verdict.PASS, 0.9) == (accuracy.verdict, accuracy.estimate)
    for metric in ("f1", "balanced-accuracy", "specificity"):
        found = evaluation.floor(metric, 0.8, **inputs)
        assert (Verdict.NOT_EVALUATED, "label-not-binary") == (found.verdict, found.reason_code)


@pytest.mark.parametrize("average", ["macro", "weighted"])
@pytest.mark.parametrize("metric", ["f1", "precision", "recall"])
def test_means_over_classes_are_those_of_scikit_learn(evaluation, average, metric):
    rows = [(f"r{n}", n % 3, n % 3 if n % 7 else (n + 1) % 3) for n in range(600)]
    inputs = three_classes(evaluation, rows)
    _, labels, classes = zip(*rows, strict=True)
    score = getattr(sklearn.metrics, f"{metric}_score")

    found = evaluation.floor(f"{average}-{metric}", 0.8, **inputs)

    assert found.estimate == pytest.approx(score(labels, classes, average=average), abs=1e-11)
    assert (Verdict.PASS, "bootstrap-percentile") == (found.verdict, found.interval.method)


def test_the_correlation_of_many_classes_is_that_of_scikit_learn(evaluation):
    rows = [(f"r{n}", n % 3, n % 3 if n % 7 else (n + 1) % 3) for n in range(600)]
    inputs = three_classes(evaluation, rows)
    _, labels, classes = zip(*rows, strict=True)

    found = evaluation.floor("mcc", -0.5, **inputs)

    expected = sklearn.metrics.matthews_corrcoef(labels, classes)
    assert found.estimate == pytest.approx(expected, abs=1e-11)
    assert Verdict.PASS == found.verdict
    assert Verdict.FAIL == evaluation.floor("mcc", 0.99, **inputs).verdict


@pytest.mark.parametrize("metric", ["macro-f1", "macro-recall", "macro-precision", "mcc"])
def test_a_class_of_five_rows_is_not_decided_on(evaluation, metric):
    rows = [(f"r{n}", 2 if n < 5 else n % 2, 2 if n < 5 else n % 2) for n in range(900)]

    found = evaluation.floor(metric, 0.5, **three_classes(evaluation, rows))

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (found.verdict, found.reason_code)
    assert "there are 5 rows of the smallest class, but 30 are needed" == found.reason


def test_a_class_that_is_never_predicted_has_no_precision_to_average(evaluation):
    rows = [(f"r{n}", n % 3, n % 2) for n in range(900)]
    inputs = three_classes(evaluation, rows)

    found = evaluation.floor("macro-precision", 0.1, **inputs)

    assert (Verdict.NOT_EVALUATED, "undefined-metric") == (found.verdict, found.reason_code)


@pytest.mark.parametrize("metric", ["macro-f1", "weighted-f1", "weighted-recall", "mcc"])
def test_one_class_that_is_always_right_is_no_perfect_classifier(evaluation, metric):
    inputs = three_classes(evaluation, [(f"r{n}", 4, 4) for n in range(900)])

    found = evaluation.floor(metric, 0.5, **inputs)

    assert (Verdict.NOT_EVALUATED, "one-class") == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    ("metric", "few"),
    [
        ("recall", "positives"),
        ("precision", "predicted positives"),
        ("f1", "positives"),
        ("roc-auc", "positives"),
        ("mcc", "rows of the smallest class"),
    ],
)
def test_one_positive_that_is_right_does_not_decide_by_its_point(evaluation, metric, few):
    rows = [(f"r{n}", int(n == 7), 0.1 + 0.8 * (n == 7)) for n in range(1000)]
    evaluation.write("challenger.csv", rows)

    found = evaluation.floor(metric, 0.5, decide="point")

    assert (Verdict.INCONCLUSIVE, "too-few-rows", 1.0) == (
        found.verdict,
        found.reason_code,
        found.estimate,
    )
    assert f"1 of 30 {few}" in found.reason


APART = sorted(
    {name for name, metric in METRICS.items() if metric.reads != "estimates"}
    - {"recall", "specificity"}
)


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("metric", APART)
def test_who_always_says_the_same_is_not_judged_on_rows_of_one_class(evaluation, metric, label):
    rows = [(key, label, 0.9 * label + 0.05) for key, _, _ in evaluation.read("challenger.csv")]
    evaluation.write("challenger.csv", rows)
    judge = evaluation.floor if METRICS[metric].higher_is_better else evaluation.ceiling

    for decide in ("bound", "point"):
        found = judge(metric, 0.5, decide=decide)
        assert (Verdict.NOT_EVALUATED, "one-class") == (found.verdict, found.reason_code)


@pytest.mark.parametrize(("metric", "label"), [("recall", 1), ("specificity", 0)])
def test_a_share_of_one_class_is_judged_on_rows_of_that_class(evaluation, metric, label):
    rows = [(key, y, s) for key, y, s in evaluation.read("challenger.csv") if int(y) == label]
    whole = evaluation.floor(metric, 0.3)
    evaluation.write("challenger.csv", rows)

    alone = evaluation.floor(metric, 0.3)

    assert Verdict.PASS == alone.verdict
    assert (whole.estimate, whole.interval) == (alone.estimate, alone.interval)


def test_specificity_is_a_share_of_the_negatives(evaluation):
    rows = evaluation.read("challenger.csv")
    negatives = [float(score) < 0.5 for _, label, score in rows if label == "0"]

    found = evaluation.floor("specificity", 0.5)

    assert found.estimate == pytest.approx(sum(negatives) / len(negatives), abs=1e-11)
    assert "wilson" == found.interval.method
    evaluation.write("challenger.csv", [(key, 1, score) for key, _, score in rows])
    found = evaluation.floor("specificity", 0.5)
    assert (Verdict.NOT_EVALUATED, "undefined-metric") == (found.verdict, found.reason_code)


def test_a_percentage_error_of_a_label_that_is_zero_is_not_a_number(evaluation):
    mape, wape = evaluation.ceiling("mape", 0.9), evaluation.ceiling("wape", 0.9)

    assert (Verdict.NOT_EVALUATED, "label-zero") == (mape.verdict, mape.reason_code)
    assert wape.estimate is not None


def test_a_pinball_loss_is_that_of_its_quantile(evaluation):
    rows = evaluation.read("challenger.csv")
    labels, scores = ([float(row[place]) for row in rows] for place in (1, 2))

    low, high = (evaluation.ceiling("pinball", 9, quantile=each) for each in (0.1, 0.9))

    for found, quantile in ((low, 0.1), (high, 0.9)):
        expected = sklearn.metrics.mean_pinball_loss(labels, scores, alpha=quantile)
        assert found.estimate == pytest.approx(expected, abs=1e-11)
    assert "pinball of 0.9 <= 9" == high.require


@pytest.mark.parametrize(
    ("change", "code"),
    [({"metric": "pinball"}, "quantile-missing"), ({"quantile": 0.5}, "quantile-unused")],
)
def test_a_quantile_belongs_to_a_pinball_loss(evaluation, change, code):
    gate = {"metric": "mae"} | change
    floor = {"id": "a", "type": "metric-threshold", "atMost": 2, **gate}
    better = {"id": "b", "type": "champion-challenger", "mode": "superiority", **gate}

    for spec in (floor, better):
        found = evaluation.result(spec)
        assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


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
        {"metric": "a\nb"},
        {"metric": "a` b"},
        {"source": "No Name"},
        {"threshold": 0.9},
    ],
)
def test_a_spec_of_another_shape_does_not_bind(evaluation, change):
    gate = {"id": "g", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6}

    with pytest.raises(ValidationError):
        evaluation.result(gate | change)


@pytest.mark.parametrize(
    ("metric", "columns"),
    [
        ("roc-auc", {"score": "label"}),
        ("accuracy", {"prediction": "label"}),
        ("roc-auc", {"key": "score"}),
    ],
)
def test_a_label_or_key_is_no_output_of_the_model(evaluation, metric, columns):
    rows = [(key, label, score) for key, label, score in evaluation.read("challenger.csv")]
    unique = [(f"k{place}", label, place / 2000) for place, (_, label, _) in enumerate(rows)]
    evaluation.write("challenger.csv", unique)

    found = evaluation.floor(metric, **columns)

    assert (Verdict.NOT_EVALUATED, "column-used-twice") == (found.verdict, found.reason_code)
