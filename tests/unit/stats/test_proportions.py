"""Proportions, counts and means where data are few, zero or all alike."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import chi2

from mlspec import stats
from mlspec.stats import Bounds, Events, Share

NOTHING = Share(0, 0)


def test_no_failure_in_299_trials_proves_less_than_one_percent():
    assert stats.clopper_pearson(0, 299, level=0.9).upper < 0.01
    assert stats.clopper_pearson(0, 298, level=0.9).upper > 0.01


def test_no_failure_in_4_trials_proves_little():
    assert 0.527 == pytest.approx(stats.clopper_pearson(0, 4, level=0.9).upper, abs=1e-3)


def test_the_ends_of_the_exact_interval_mirror_each_other():
    few, many = (stats.clopper_pearson(k, 10**9, level=0.9) for k in (3, 10**9 - 3))

    assert few.upper == pytest.approx(1 - many.lower, rel=1e-6)


def test_nothing_is_known_without_trials():
    half = Share(1, 2)

    assert Bounds(0.0, 1.0) == stats.clopper_pearson(0, 0, level=0.9)
    assert Bounds(-1.0, 1.0) == stats.newcombe(NOTHING, half, level=0.9)
    assert Bounds(0.0, math.inf) == stats.katz_log(half, NOTHING, level=0.9)
    assert Bounds(0.0, math.inf) == stats.katz_log(Share(0, 9), Share(0, 9), level=0.9)
    assert math.isnan(NOTHING.value)


def test_the_difference_of_the_paper():
    found = stats.newcombe(Share(56, 70), Share(48, 80), level=0.95)

    assert (0.0524, 0.3339) == pytest.approx((found.lower, found.upper), abs=1e-4)


def test_a_group_of_a_thousand_without_selections_is_not_zeroed_and_not_unknown():
    found = stats.katz_log(Share(0, 1000), Share(500, 1000), level=0.9)

    assert 0.0 == found.lower
    assert 0.001 < found.upper < 0.01


def test_two_groups_that_are_always_selected_may_still_differ():
    found = stats.katz_log(Share(10, 10), Share(10, 10), level=0.9)

    assert 0.78 == pytest.approx(found.lower, abs=0.01)
    assert 1.27 == pytest.approx(found.upper, abs=0.01)


def test_a_ratio_to_nothing_has_a_floor_only():
    found = stats.katz_log(Share(5, 10), NOTHING, level=0.9)
    zero = stats.katz_log(Share(5, 10), Share(0, 10), level=0.9)

    assert Bounds(0.0, math.inf) == found
    assert 2.083 == pytest.approx(zero.lower, abs=1e-3)
    assert math.inf == zero.upper


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Events(0, 10), Events(0, 10)),
        (Events(3, 0), Events(3, 10)),
        (Events(3, 10), Events(3, 0)),
    ],
)
def test_no_events_or_no_exposure_leave_the_ratio_of_rates_open(first, second):
    assert Bounds(0.0, math.inf) == stats.poisson_ratio(first, second, level=0.9)


def test_no_events_on_one_side_leave_one_end_open():
    none, some = Events(0, 10), Events(5, 10)

    assert Bounds(0.0, pytest.approx(0.8206, abs=1e-4)) == stats.poisson_ratio(
        none, some, level=0.9
    )
    assert math.inf == stats.poisson_ratio(some, none, level=0.9).upper


def test_rates_compare_per_exposure():
    same = stats.poisson_ratio(Events(10, 1.0), Events(1000, 100.0), level=0.9)

    assert same.lower < 1 < same.upper
    assert 10 == Events(1000, 100.0).rate
    assert math.isnan(Events(1, 0).rate)


@pytest.mark.parametrize("rows", [0, 1])
def test_a_spread_needs_two_rows_and_two_clusters(rows):
    few, many = stats.vector([1.0] * rows), stats.vector([1.0, 2.0, 3.0])
    unknown = Bounds(-math.inf, math.inf)

    assert unknown == stats.t_mean(few, level=0.9)
    assert unknown == stats.welch(few, many, level=0.9)
    assert unknown == stats.welch(many, few, level=0.9)
    assert unknown == stats.clustered_mean(many, np.zeros(3), level=0.9)
    assert stats.clustered_share(few, few, level=0.9).upper == 1


def test_clusters_that_are_all_alike_count_as_one_trial_each():
    values, clusters = np.ones(300), np.repeat(np.arange(3.0), 100)

    found = stats.clustered_share(values, clusters, level=0.9)

    assert stats.wilson(3, 3, level=0.9) == found
    assert Bounds(0.0, 1.0) == stats.clustered_share(np.ones(0), np.ones(0), level=0.9)


def test_clusters_with_the_same_share_count_as_one_trial_each():
    answers = np.tile([1.0, 0.0, 1.0], 10)

    found = stats.clustered_share(answers, np.repeat(np.arange(10.0), 3), level=0.9)

    expected = stats.wilson(20 / 3, 10, level=0.9)
    assert (expected.lower, expected.upper) == pytest.approx((found.lower, found.upper), abs=1e-12)


def test_repeated_prompts_widen_the_interval():
    answers = np.repeat([1.0, 0.0, 1.0, 1.0, 0.0, 1.0], 50)

    alone = stats.clustered_share(answers, np.arange(300.0), level=0.9)
    together = stats.clustered_share(answers, np.repeat(np.arange(6.0), 50), level=0.9)

    assert together.upper - together.lower > 5 * (alone.upper - alone.lower)


def test_nan_never_becomes_a_bound():
    rows = stats.vector([1.0, math.nan, 3.0])

    for found in (
        stats.t_mean(rows, level=0.9),
        stats.welch(rows, stats.vector([1.0, 2.0]), level=0.9),
        stats.clustered_mean(rows, stats.vector([0, 1, 2]), level=0.9),
    ):
        assert math.isnan(found.lower)
        assert math.isnan(found.upper)
    assert Bounds(0.0, 1.0) == stats.clustered_share(rows, stats.vector([0, 1, 2]), level=0.9)


@pytest.mark.parametrize("count", [0, 1, 7, 300, 10**7])
@pytest.mark.parametrize("level", [0.9, 0.99])
def test_the_mean_behind_a_count_has_the_ends_of_garwood(count, level):
    tail = (1 - level) / 2

    found = stats.poisson_mean(count, level=level)

    lower = chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    assert lower == pytest.approx(found.lower, rel=1e-9)
    assert chi2.ppf(1 - tail, 2 * count + 2) / 2 == pytest.approx(found.upper, rel=1e-9)
