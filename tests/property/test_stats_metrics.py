"""Metrics equal those of scikit-learn and scipy; where they differ, the difference is meant."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from sklearn import metrics as reference

from mlspec import stats

CLOSE = {"rel": 1e-10, "abs": 1e-12}


@st.composite
def binary_cases(draw, *, levels=6):
    """Labels and scores on a coarse grid: ties, one class and constant scores are common."""
    rows = draw(st.integers(1, 40))
    labels = draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=rows, max_size=rows))
    grid = st.integers(0, levels).map(lambda step: step / levels)
    scores = draw(st.lists(grid, min_size=rows, max_size=rows))
    return stats.vector(labels), stats.vector(scores)


@st.composite
def regression_cases(draw):
    rows = draw(st.integers(2, 40))
    value = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda each: round(each, 3))
    labels = draw(st.lists(value, min_size=rows, max_size=rows))
    estimates = draw(st.lists(value, min_size=rows, max_size=rows))
    return stats.vector(labels), stats.vector(estimates)


@given(case=binary_cases())
def test_accuracy_equals_the_reference(case):
    labels, scores = case
    classes = stats.classes_at(scores, 0.5)

    expected = reference.accuracy_score(labels, classes)

    assert expected == pytest.approx(stats.accuracy(labels, classes), **CLOSE)


@given(case=binary_cases())
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (stats.precision, reference.precision_score),
        (stats.recall, reference.recall_score),
        (stats.f1, reference.f1_score),
    ],
)
def test_ratios_equal_the_reference_and_are_nan_where_it_fills_in(ours, theirs, case):
    labels, scores = case
    classes = stats.classes_at(scores, 0.5)

    expected = theirs(labels, classes, zero_division=np.nan)

    assert expected == pytest.approx(ours(labels, classes), **CLOSE, nan_ok=True)


@given(case=binary_cases())
def test_balanced_accuracy_equals_the_reference_where_both_classes_occur(case):
    labels, scores = case
    classes = stats.classes_at(scores, 0.5)
    found = stats.balanced_accuracy(labels, classes)

    if 0 < labels.sum() < labels.size:
        assert reference.balanced_accuracy_score(labels, classes) == pytest.approx(found, **CLOSE)
    else:
        assert math.isnan(found)


@given(case=binary_cases())
def test_area_under_the_curve_equals_both_references(case):
    labels, scores = case
    found = stats.roc_auc(labels, scores)
    positives, negatives = scores[labels == 1], scores[labels == 0]

    if positives.size and negatives.size:
        u = mannwhitneyu(positives, negatives, method="asymptotic").statistic
        assert u / (positives.size * negatives.size) == pytest.approx(found, **CLOSE)
        assert reference.roc_auc_score(labels, scores) == pytest.approx(found, **CLOSE)
    else:
        assert math.isnan(found)


@given(case=binary_cases())
def test_average_precision_equals_the_reference_where_there_are_positives(case):
    labels, scores = case
    found = stats.average_precision(labels, scores)

    if labels.any():
        expected = reference.average_precision_score(labels, scores)
        assert expected == pytest.approx(found, **CLOSE)
    else:
        assert math.isnan(found)


@given(case=binary_cases())
def test_log_loss_equals_the_reference_on_clipped_probabilities(case):
    labels, scores = case
    clipped = np.clip(scores, 1e-15, 1 - 1e-15)

    expected = reference.log_loss(labels, clipped, labels=[0, 1])

    assert expected == pytest.approx(stats.log_loss(labels, scores), **CLOSE)


@given(case=binary_cases())
def test_brier_score_equals_the_reference(case):
    labels, scores = case

    expected = reference.brier_score_loss(labels, scores, pos_label=1)

    assert expected == pytest.approx(stats.brier(labels, scores), **CLOSE)


@given(case=regression_cases())
def test_errors_of_a_regression_equal_the_reference(case):
    labels, estimates = case

    mae = reference.mean_absolute_error(labels, estimates)
    rmse = reference.root_mean_squared_error(labels, estimates)

    assert mae == pytest.approx(stats.mae(labels, estimates), **CLOSE)
    assert rmse == pytest.approx(stats.rmse(labels, estimates), **CLOSE)


@given(case=regression_cases())
def test_explained_share_equals_the_reference_where_labels_vary(case):
    labels, estimates = case
    assume(np.ptp(labels) > 0)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = reference.r2_score(labels, estimates)

    assert expected == pytest.approx(stats.r2(labels, estimates), rel=1e-9, abs=1e-9)


@given(
    label=st.floats(-1e9, 1e9),
    estimates=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
)
def test_explained_share_of_equal_labels_is_undefined(label, estimates):
    labels = stats.vector([label] * len(estimates))

    assert math.isnan(stats.r2(labels, stats.vector(estimates)))


@given(case=binary_cases(), order=st.randoms(use_true_random=False))
@pytest.mark.parametrize("metric", ["accuracy", "average-precision", "brier", "f1"])
def test_the_order_of_rows_does_not_matter(metric, case, order):
    labels, scores = case
    outputs = stats.classes_at(scores, 0.5) if metric in {"accuracy", "f1"} else scores
    places = list(range(labels.size))
    order.shuffle(places)

    here = stats.statistic(metric, labels, outputs).value()
    there = stats.statistic(metric, labels[places], outputs[places]).value()

    assert here == pytest.approx(there, **CLOSE, nan_ok=True)


@given(case=binary_cases(), copies=st.lists(st.integers(0, 3), min_size=40, max_size=40))
@pytest.mark.parametrize(
    "metric",
    ["accuracy", "average-precision", "balanced-accuracy", "brier", "f1", "log-loss", "precision"],
)
def test_a_weight_counts_a_row_as_often_as_it_is_repeated(metric, case, copies):
    labels, scores = case
    reads_classes = metric in {"accuracy", "balanced-accuracy", "f1", "precision"}
    outputs = stats.classes_at(scores, 0.5) if reads_classes else scores
    counts = copies[: labels.size]
    assume(sum(counts))

    weighted = stats.statistic(metric, labels, outputs)(np.array([counts], dtype=float))[0]
    repeated = stats.statistic(metric, np.repeat(labels, counts), np.repeat(outputs, counts))

    assert weighted == pytest.approx(repeated.value(), **CLOSE, nan_ok=True)
