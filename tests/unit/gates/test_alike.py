"""Rows that all agree are no proof: a perfect sample passes as far as its size carries."""

from __future__ import annotations

import pytest

from mlspec.evidence import Verdict
from mlspec.gates import METRICS

OF_CLASSES = (
    "balanced-accuracy",
    "f1",
    "macro-f1",
    "macro-precision",
    "macro-recall",
    "mcc",
    "weighted-f1",
    "weighted-precision",
    "weighted-recall",
)
OF_ERRORS = ("mae", "mape", "pinball", "rmse", "wape")
PASS, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE


def perfect(evaluation, rows, *, classes=2):
    """Write a model that is right on every row; return what names its columns."""
    lines = [(f"r{n}", n % classes, float(n % classes)) for n in range(rows)]
    evaluation.write("challenger.csv", lines)
    return {"prediction": "score"} if classes > 2 else {}


@pytest.mark.parametrize("metric", [*OF_CLASSES, "average-precision"])
def test_two_hundred_perfect_rows_do_not_prove_what_a_thousand_times_more_would(evaluation, metric):
    perfect(evaluation, 200)

    found = evaluation.floor(metric, 0.999)
    easy = evaluation.floor(metric, 0.7)

    assert (INCONCLUSIVE, "interval-straddles") == (found.verdict, found.reason_code)
    assert "unseen-rows" == found.interval.method
    assert 0.7 < found.interval.lower < 0.99 < found.interval.upper == 1.0 == found.estimate
    assert PASS == easy.verdict


@pytest.mark.parametrize("metric", [*OF_CLASSES, "average-precision"])
def test_many_perfect_rows_pass(evaluation, metric):
    perfect(evaluation, 20_000)

    assert PASS == evaluation.floor(metric, 0.99).verdict


def test_the_smallest_class_limits_what_many_classes_prove(evaluation):
    rows = [(f"r{n}", n % 3 if n % 30 else 3) for n in range(900)]
    evaluation.write("challenger.csv", [(k, y, y) for k, y in rows], ("id", "label", "class"))

    macro = evaluation.floor("macro-recall", 0.9, prediction="class")
    weighted = evaluation.floor("weighted-recall", 0.9, prediction="class")

    # three of 30 rows of the smallest of four classes may be wrong
    assert macro.interval.lower == pytest.approx(1 - 0.09 / 4, abs=0.002)
    assert weighted.interval.lower == pytest.approx(1 - 3 / 900, abs=0.0001)


@pytest.mark.parametrize(("metric", "limit"), [("brier", 0.01), ("log-loss", 0.3)])
def test_a_loss_that_is_nowhere_seen_may_still_be(evaluation, metric, limit):
    perfect(evaluation, 200)

    found = evaluation.ceiling(metric, limit)

    assert INCONCLUSIVE == found.verdict
    assert found.interval.lower == pytest.approx(found.estimate)
    assert found.interval.upper > limit
    perfect(evaluation, 20_000)
    assert PASS == evaluation.ceiling(metric, limit).verdict


@pytest.mark.parametrize("metric", OF_ERRORS)
def test_errors_without_a_largest_value_give_no_interval(evaluation, metric):
    rows = [(f"r{n}", 1 + n % 7, 1.5 + n % 7) for n in range(400)]
    if metric in ("mape", "wape"):
        rows = [(key, label, 1.5 * label) for key, label, _ in rows]
    evaluation.write("challenger.csv", rows)
    more = {"quantile": 0.5} if metric == "pinball" else {}

    found = evaluation.ceiling(metric, 9.0, **more)
    point = evaluation.ceiling(metric, 9.0, decide="point", **more)

    assert (INCONCLUSIVE, "interval-undefined") == (found.verdict, found.reason_code)
    assert "the same in all of them" in found.reason
    assert PASS == point.verdict


def test_a_perfect_regression_explains_nothing_for_certain(evaluation):
    evaluation.write("challenger.csv", [(f"r{n}", n % 7, n % 7) for n in range(400)])

    found = evaluation.floor("r2", 0.5)

    assert (INCONCLUSIVE, "interval-undefined") == (found.verdict, found.reason_code)


def test_a_median_error_has_its_order_statistics(evaluation):
    evaluation.write("challenger.csv", [(f"r{n}", n % 7, n % 7 + 0.5) for n in range(400)])

    found = evaluation.ceiling("median-absolute-error", 0.5)

    assert PASS == found.verdict
    assert (0.5, 0.5) == (found.interval.lower, found.interval.upper)


def two_models(evaluation, rows):
    """Write models that give the same classes by other scores, right on all rows but every 10th."""
    ours = [(f"r{n}", n % 2, abs(n % 2 - (n % 10 == 0)) * 0.8 + 0.1) for n in range(rows)]
    evaluation.write("challenger.csv", ours)
    evaluation.write("champion.csv", [(key, y, s * 0.9 + 0.05) for key, y, s in ours])


@pytest.mark.parametrize("metric", [*OF_CLASSES, "average-precision", "roc-auc"])
def test_the_same_classes_on_few_rows_are_not_the_same_model(evaluation, metric):
    two_models(evaluation, 200)

    found, wide = evaluation.no_worse(metric, 0.001), evaluation.no_worse(metric, 0.3)

    assert (INCONCLUSIVE, 0.0) == (found.verdict, found.estimate)
    assert "unseen-rows" == found.interval.method
    assert found.interval.lower < -0.005 < 0.005 < found.interval.upper
    assert PASS == wide.verdict
    assert INCONCLUSIVE == evaluation.better(metric).verdict


@pytest.mark.parametrize("metric", OF_CLASSES)
def test_the_same_classes_on_many_rows_are_close_enough(evaluation, metric):
    two_models(evaluation, 20_000)

    assert PASS == evaluation.no_worse(metric, 0.001).verdict


def constant_errors(evaluation, rows, ours, theirs):
    """Write two regressions whose errors differ by the same amount on every row."""
    labels = [(f"r{n}", 1 + n % 7) for n in range(rows)]
    evaluation.write("challenger.csv", [(key, label, label + ours) for key, label in labels])
    evaluation.write("champion.csv", [(key, label, label + theirs) for key, label in labels])


OF_MEANS = ["mae", "rmse", "pinball"]


@pytest.mark.parametrize("metric", [*OF_MEANS, "median-absolute-error"])
@pytest.mark.parametrize(("ours", "theirs", "verdict"), [(0.5, 0.7, PASS), (0.7, 0.5, FAIL)])
def test_errors_that_differ_by_a_constant_are_decided_on(evaluation, metric, ours, theirs, verdict):
    constant_errors(evaluation, 400, ours, theirs)
    more = {"quantile": 0.5} if metric == "pinball" else {}

    found = evaluation.better(metric, **more)

    assert (verdict, "unseen-rows") == (found.verdict, found.interval.method)
    assert found.interval.lower <= found.estimate <= found.interval.upper


@pytest.mark.parametrize("metric", OF_MEANS)
def test_a_constant_smaller_than_what_unseen_rows_could_do_is_not_shown(evaluation, metric):
    """About three more rows of 400, each as wrong as any row that was seen, may hide a gain."""
    constant_errors(evaluation, 400, 0.699, 0.7)
    more = {"quantile": 0.5} if metric == "pinball" else {}

    few = evaluation.better(metric, **more)
    constant_errors(evaluation, 40_000, 0.6, 0.7)
    many = evaluation.better(metric, **more)

    assert (INCONCLUSIVE, "interval-straddles") == (few.verdict, few.reason_code)
    assert PASS == many.verdict
    assert (
        many.interval.upper - many.interval.lower < (few.interval.upper - few.interval.lower) / 50
    )


def test_the_interval_of_a_constant_difference_is_as_wide_as_the_largest_error_allows(evaluation):
    constant_errors(evaluation, 400, 0.5, 0.7)
    share = 1 - 0.05 ** (1 / 400)

    found = evaluation.better("mae").interval

    assert found.lower == pytest.approx(-0.2 * (1 - share) - 0.7 * share)
    assert found.upper == pytest.approx(-0.2 * (1 - share) + 0.7 * share)


@pytest.mark.parametrize("metric", sorted(set(METRICS) - {"precision", "recall"}))
def test_no_interval_of_any_metric_is_empty(evaluation, metric):
    perfect(evaluation, 400)
    more = evaluation.suit(metric)
    judge = evaluation.floor if METRICS[metric].higher_is_better else evaluation.ceiling

    found = judge(metric, 0.9, **more)

    width = None if found.interval is None else found.interval.upper - found.interval.lower
    assert metric == "median-absolute-error" or width is None or width > 1e-4
