"""Multiclass metrics and further errors equal those of scikit-learn where nothing is 0/0."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics as reference

from mlspec import stats

CLOSE = {"rel": 1e-10, "abs": 1e-12}


@st.composite
def classified(draw, *, classes=4):
    rows = draw(st.integers(1, 40))
    kind = st.integers(0, classes - 1).map(float)
    columns = (draw(st.lists(kind, min_size=rows, max_size=rows)) for _ in range(2))
    return tuple(stats.vector(each) for each in columns)


@given(case=classified())
@pytest.mark.parametrize("average", ["macro", "weighted"])
@pytest.mark.parametrize("part", ["precision", "recall", "f1"])
def test_averages_equal_the_reference_unless_a_class_is_undefined(part, average, case):
    labels, classes = case
    theirs = getattr(reference, f"{part}_score")
    parts = theirs(labels, classes, average=None, zero_division=np.nan)
    support = np.array([np.sum(labels == each) for each in np.unique(np.concatenate(case))])
    undefined = np.isnan(parts).any() if average == "macro" else np.isnan(parts[support > 0]).any()

    found = stats.statistic(f"{average}-{part}", labels, classes).value()

    expected = theirs(labels, classes, average=average, zero_division=np.nan)
    assert pytest.approx(found, **CLOSE, nan_ok=True) == (math.nan if undefined else expected)


@given(case=classified())
def test_correlation_equals_the_reference_where_both_vary(case):
    found = stats.mcc(*case)

    if all(np.ptp(each) > 0 for each in case):
        assert reference.matthews_corrcoef(*case) == pytest.approx(found, **CLOSE)
    else:
        assert math.isnan(found)


@given(case=classified(classes=2))
def test_two_classes_give_the_binary_metrics(case):
    labels, classes = case

    expected = reference.recall_score(labels, classes, pos_label=0, zero_division=np.nan)

    assert expected == pytest.approx(stats.specificity(labels, classes), **CLOSE, nan_ok=True)
    if 0 < labels.sum() < labels.size:
        found = stats.statistic("macro-recall", labels, classes).value()
        assert stats.balanced_accuracy(labels, classes) == pytest.approx(found, **CLOSE)


VALUES = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda each: round(each, 3))


@st.composite
def regressions(draw):
    rows = draw(st.integers(1, 40))
    columns = (draw(st.lists(VALUES, min_size=rows, max_size=rows)) for _ in range(2))
    return tuple(stats.vector(each) for each in columns)


@given(case=regressions(), quantile=st.sampled_from([0.05, 0.5, 0.9]))
def test_median_and_quantile_errors_equal_the_reference(case, quantile):
    median = reference.median_absolute_error(*case)
    pinball = reference.mean_pinball_loss(*case, alpha=quantile)

    assert median == pytest.approx(stats.median_absolute_error(*case), **CLOSE)
    assert pinball == pytest.approx(stats.pinball(*case, quantile=quantile).value(), **CLOSE)


@given(case=regressions())
def test_relative_errors_equal_the_reference_or_are_undefined(case):
    labels, estimates = case

    if labels.all():
        expected = reference.mean_absolute_percentage_error(labels, estimates)
        assert expected == pytest.approx(stats.mape(labels, estimates), **CLOSE)
    else:
        assert math.isnan(stats.mape(labels, estimates))
    if labels.any():
        expected = np.abs(labels - estimates).sum() / np.abs(labels).sum()
        assert expected == pytest.approx(stats.wape(labels, estimates), **CLOSE)
    else:
        assert math.isnan(stats.wape(labels, estimates))


CLASS_METRICS = [
    "macro-f1",
    "macro-precision",
    "macro-recall",
    "mcc",
    "weighted-f1",
    "weighted-precision",
    "weighted-recall",
]


@given(case=classified(), copies=st.lists(st.integers(1, 3), min_size=40, max_size=40))
@pytest.mark.parametrize("metric", [*CLASS_METRICS, "median-absolute-error", "mape", "wape"])
def test_a_weight_counts_a_row_as_often_as_it_is_repeated(metric, case, copies):
    labels, outputs = case
    counts = copies[: labels.size]

    weighted = stats.statistic(metric, labels, outputs)(np.array([counts], dtype=float))[0]
    repeated = stats.statistic(metric, np.repeat(labels, counts), np.repeat(outputs, counts))

    assert weighted == pytest.approx(repeated.value(), **CLOSE, nan_ok=True)


@given(case=classified(), names=st.permutations([0.0, 1.0, 2.0, 3.0]))
@pytest.mark.parametrize("metric", CLASS_METRICS)
def test_the_numbers_of_the_classes_are_names_only(metric, case, names):
    renamed = [np.array(names)[each.astype(int)] for each in case]

    here = stats.statistic(metric, *case).value()
    there = stats.statistic(metric, *renamed).value()

    assert here == pytest.approx(there, **CLOSE, nan_ok=True)


@given(case=classified())
def test_a_resample_without_a_class_has_no_macro_mean(case):
    labels, classes = case
    assume(np.unique(labels).size > 1)
    known = np.where(np.isin(classes, labels), classes, labels)
    weights = np.stack([np.ones(labels.size), (labels != labels[0]).astype(float)])

    found = stats.statistic("macro-recall", labels, known)(weights)

    assert math.isfinite(found[0])
    assert math.isnan(found[1])
