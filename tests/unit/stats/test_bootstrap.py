from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import bootstrap

from mlspec import stats


@pytest.fixture
def regression():
    noise = np.random.default_rng(7)
    labels = noise.normal(size=400)
    return labels, labels + noise.normal(size=400), labels + noise.normal(size=400)


def test_the_seed_is_the_start_of_a_digest():
    assert stats.seed_from(["b", "a"], "auc") == stats.seed_from(["a", "b"], "auc")
    assert stats.seed_from(["a"], "auc") != stats.seed_from(["a"], "f1")
    assert 14_558_114_123_838_549_466 == stats.seed_from(["sha256:00"], "floor")


def test_the_same_seed_gives_the_same_interval_to_the_bit(regression):
    labels, estimates, _ = regression
    statistic = stats.statistic("rmse", labels, estimates)

    first, second = (
        stats.percentile_bootstrap(statistic, seed=5, level=0.9, resamples=300) for _ in range(2)
    )

    assert first == second


def test_the_drawn_rows_are_pinned_across_releases_of_numpy():
    rows = stats.vector(range(1000))

    found = stats.percentile_bootstrap(
        stats.statistic("mae", stats.vector([0.0] * 1000), rows), seed=1, level=0.9
    )

    assert (484.203, 513.954) == pytest.approx((found.lower, found.upper), abs=1e-9)


def test_percentiles_agree_with_scipy_up_to_the_noise_of_resampling(regression):
    labels, estimates, _ = regression
    errors = np.abs(labels - estimates)
    expected = bootstrap(
        (errors,), np.mean, confidence_level=0.9, method="percentile", rng=3
    ).confidence_interval

    statistic = stats.statistic("mae", labels, estimates)
    found = stats.percentile_bootstrap(statistic, seed=1, level=0.9, resamples=9999)

    assert (expected.low, expected.high) == pytest.approx((found.lower, found.upper), abs=0.004)


def test_paired_percentiles_agree_with_scipy(regression):
    labels, first, second = regression

    def difference(y, a, b, axis):
        return np.mean(np.abs(a - y), axis=axis) - np.mean(np.abs(b - y), axis=axis)

    expected = bootstrap(
        (labels, first, second),
        difference,
        paired=True,
        confidence_level=0.9,
        method="percentile",
        rng=3,
    ).confidence_interval
    ours, theirs = (stats.statistic("mae", labels, each) for each in (first, second))
    found = stats.paired_bootstrap(ours, theirs, seed=1, level=0.9, resamples=9999)

    assert (expected.low, expected.high) == pytest.approx((found.lower, found.upper), abs=0.004)


def test_pairing_makes_the_interval_of_similar_models_narrower(regression):
    labels, first, _ = regression
    ours = stats.statistic("mae", labels, first)
    theirs = stats.statistic("mae", labels, first + 0.01)

    paired = stats.paired_bootstrap(ours, theirs, seed=1, level=0.9)
    unpaired = stats.unpaired_bootstrap(ours, theirs, seed=1, level=0.9)

    assert paired.upper - paired.lower < (unpaired.upper - unpaired.lower) / 10


def test_a_mean_is_covered_as_often_as_the_level_says():
    noise = np.random.default_rng(11)
    covered = 0
    for trial in range(300):
        values = np.abs(noise.normal(size=200))
        statistic = stats.statistic("mae", np.zeros(200), values)
        found = stats.percentile_bootstrap(statistic, seed=trial, level=0.9, resamples=400)
        covered += found.lower <= math.sqrt(2 / math.pi) <= found.upper

    assert 0.84 < covered / 300 < 0.95


def test_undefined_resamples_widen_the_interval_without_end():
    labels = stats.vector([1.0] * 3 + [0.0] * 300)
    one_positive = stats.vector([1.0] + [0.0] * 302)
    statistic = stats.statistic("precision", labels, one_positive)

    found = stats.percentile_bootstrap(statistic, seed=1, level=0.9)

    assert (-math.inf, math.inf) == (found.lower, found.upper)


def test_the_size_of_a_portion_does_not_show(monkeypatch, regression):
    labels, estimates, _ = regression
    statistic = stats.statistic("rmse", labels, estimates)
    whole = stats.percentile_bootstrap(statistic, seed=5, level=0.9, resamples=50)

    monkeypatch.setattr("mlspec.stats._bootstrap._CELLS", 1)
    single = stats.percentile_bootstrap(statistic, seed=5, level=0.9, resamples=50)

    assert (whole.lower, whole.upper) == pytest.approx((single.lower, single.upper), rel=1e-12)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_no_row_and_one_give_no_interval(rows):
    outputs = stats.vector(range(rows))
    statistic = stats.statistic("mae", stats.vector([0.0] * rows), outputs)

    found = stats.percentile_bootstrap(statistic, seed=1, level=0.9)

    assert math.isfinite(found.lower) == (rows > 1)


def test_models_on_different_numbers_of_rows_have_no_paired_interval():
    one, two = (
        stats.statistic("mae", stats.vector([0.0] * rows), stats.vector([1.0] * rows))
        for rows in (3, 4)
    )

    found = stats.paired_bootstrap(one, two, seed=1, level=0.9)

    assert (-math.inf, math.inf) == (found.lower, found.upper)


def test_too_few_resamples_for_the_level_give_no_interval(regression):
    labels, estimates, _ = regression

    statistic = stats.statistic("mae", labels, estimates)

    found = stats.percentile_bootstrap(statistic, seed=1, level=0.9, resamples=10)
    assert (-math.inf, math.inf) == (found.lower, found.upper)
