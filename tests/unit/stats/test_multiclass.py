"""What the multiclass metrics and relative errors say where a part is undefined."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mlspec import stats

LABELS = stats.vector([0, 0, 1, 1, 2, 2])


def test_avoiding_a_class_does_not_raise_the_mean_precision():
    never_two = stats.vector([0, 0, 1, 1, 0, 1])

    assert math.isnan(stats.macro_precision(LABELS, never_two))
    assert math.isnan(stats.weighted_precision(LABELS, never_two))
    assert 2 / 3 == pytest.approx(stats.macro_recall(LABELS, never_two))
    assert 0.5333 == pytest.approx(stats.macro_f1(LABELS, never_two), abs=1e-4)


def test_a_class_that_is_only_predicted_has_no_recall_and_an_f1_of_zero():
    invented = stats.vector([0, 0, 1, 1, 2, 7])

    assert math.isnan(stats.macro_recall(LABELS, invented))
    assert 5 / 6 == pytest.approx(stats.weighted_recall(LABELS, invented))
    assert 2 / 3 == pytest.approx(stats.macro_f1(LABELS, invented))
    assert 8 / 9 == pytest.approx(stats.weighted_f1(LABELS, invented))


def test_a_constant_prediction_correlates_with_nothing():
    assert math.isnan(stats.mcc(LABELS, np.zeros(6)))
    assert 1.0 == pytest.approx(stats.mcc(LABELS, LABELS + 3 - 3))


@pytest.mark.parametrize(
    "metric",
    [
        "macro-f1",
        "macro-precision",
        "macro-recall",
        "mape",
        "mcc",
        "median-absolute-error",
        "specificity",
        "wape",
        "weighted-f1",
        "weighted-precision",
        "weighted-recall",
    ],
)
def test_no_rows_and_nan_have_no_value(metric):
    nothing, unknown = stats.vector([]), stats.vector([0, math.nan])

    assert math.isnan(stats.statistic(metric, nothing, nothing).value())
    assert math.isnan(stats.statistic(metric, unknown, stats.vector([0, 1])).value())


def test_one_label_of_zero_leaves_the_relative_error_undefined_in_every_resample():
    statistic = stats.statistic("mape", stats.vector([0, 1]), stats.vector([1, 1]))

    assert np.isnan(statistic(np.array([[0.0, 2.0]]))).all()


def test_many_classes_are_resampled_in_little_memory():
    labels = np.arange(3000.0) % 1000
    statistic = stats.statistic("macro-f1", labels, np.roll(labels, 1000))

    found = stats.percentile_bootstrap(statistic, seed=1, level=0.5, resamples=20)

    assert math.isinf(found.lower)
