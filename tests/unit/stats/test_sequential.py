"""Published bounds, the cost of looking, and the numbers of rows the design names."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mlspec import stats
from mlspec.stats import Bounds, Share

FIFTHS = [0.2, 0.4, 0.6, 0.8, 1.0]
UNKNOWN = Bounds(-math.inf, math.inf)


@pytest.mark.parametrize(
    ("spending", "expected"),
    [
        ("obrien-fleming", [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
        ("pocock", [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]),
    ],
)
def test_bounds_of_five_looks_are_the_published_ones(spending, expected):
    found = stats.spending_bounds(FIFTHS, level=0.95, spending=spending)

    assert expected == pytest.approx(found, abs=2e-4)


def test_one_look_at_the_end_costs_nothing():
    assert 1.959964 == pytest.approx(stats.spending_bounds([1.0], level=0.95)[0], abs=1e-6)


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock"])
def test_all_looks_together_err_as_often_as_the_level_says(spending):
    bounds = stats.spending_bounds([0.1, 0.3, 0.35, 1.0], level=0.9, spending=spending)
    steps = np.sqrt([0.1, 0.2, 0.05, 0.65])
    walks = np.cumsum(np.random.default_rng(2).normal(size=(100_000, 4)) * steps, axis=1)

    crossed = np.abs(walks) > bounds * np.sqrt([0.1, 0.3, 0.35, 1.0])

    assert 0.1 == pytest.approx(crossed.any(axis=1).mean(), abs=0.004)


@pytest.mark.parametrize("fractions", [[0.5, 0.5], [0.5, 0.4], [0.0, 1.0], [0.5, 1.1], [math.nan]])
def test_looks_have_to_move_on(fractions):
    assert np.isnan(stats.spending_bounds(fractions, level=0.9)).all()


def test_a_look_at_almost_nothing_may_not_reject():
    found = stats.spending_bounds([1e-4, 1.0], level=0.95)

    assert math.inf == found[0]
    assert 1.96 == pytest.approx(found[1], abs=1e-3)
    assert 0 == stats.spending_bounds([], level=0.95).size


@pytest.mark.parametrize("share", [0.5, 0.1, 0.02])
def test_looking_after_every_observation_keeps_the_error_of_the_mixture_test(share):
    noise = np.random.default_rng(4)
    alarms = 0
    for _ in range(60):
        first, second = (np.cumsum(noise.random(600) < share) for _ in range(2))
        alarms += any(
            stats.msprt_shares(Share(a, n), Share(b, n), scale=0.05, level=0.95).p < 0.05
            for n, (a, b) in enumerate(zip(first, second, strict=True), 1)
        )

    assert alarms <= 6


def test_a_large_difference_is_found_early():
    found = stats.msprt_shares(Share(300, 1000), Share(200, 1000), scale=0.05, level=0.95)

    assert found.p < 0.001
    assert 0 < found.bounds.lower < 0.1 < found.bounds.upper


def test_nothing_is_known_sequentially_without_variance():
    same = np.ones(9)

    for found in (
        stats.msprt_shares(Share(0, 0), Share(1, 2), scale=0.1, level=0.9),
        stats.msprt_means(same, same + 1, scale=0.1, level=0.9),
        stats.msprt_means(same[:1], same, scale=0.1, level=0.9),
        stats.msprt(math.nan, 1.0, scale=0.1, level=0.9),
    ):
        assert (1.0, UNKNOWN) == (found.p, found.bounds)


def test_means_are_compared_by_their_own_spread():
    noise = np.random.default_rng(1).normal(size=(2, 2000))

    found = stats.msprt_means(noise[0] + 0.3, noise[1], scale=0.1, level=0.9)

    assert found.p < 0.01
    assert found.bounds.lower < 0.3 < found.bounds.upper


def test_an_uneven_split_is_noticed_at_scale():
    assert stats.sample_ratio_p(stats.vector([50_500, 49_500]), np.ones(2)) < 0.002
    assert stats.sample_ratio_p(stats.vector([505, 495]), np.ones(2)) > 0.7


@pytest.mark.parametrize(
    ("counts", "shares"), [([5], [1]), ([], []), ([0, 0], [1, 1]), ([5, 5], [1, 0])]
)
def test_no_split_has_no_p(counts, shares):
    assert math.isnan(stats.sample_ratio_p(stats.vector(counts), stats.vector(shares)))


def test_arms_of_very_different_size_are_compared_exactly():
    arms = [Share(0, 5), Share(500_000, 10**6), Share(3, 4), Share(0, 0), Share(499_900, 10**6)]

    found = stats.chance_of_best(arms)

    assert 1 == pytest.approx(found.sum(), abs=1e-9)
    assert [0.0027, 0.0515, 0.5927, 0.3119, 0.0412] == pytest.approx(found, abs=7e-4)


def test_the_rows_that_the_design_names():
    assert 3710 == stats.pairs_for_accuracy(0.01, 0.06, level=0.9)
    assert 11_129 == stats.rows_for_margin(0.9, 0.01, level=0.9)
    assert 299 == stats.rows_for_quantile(0.99, level=0.9)
    assert 368 == stats.rows_for_quantile(0.99, level=0.95)
    assert 299 == stats.rows_for_zero_failures(0.01, level=0.9)


def test_drift_needs_the_rows_that_simulation_showed():
    needed = stats.rows_for_psi(0.1, bins=10, reference=10_000, level=0.9, power=0.9)

    assert 200 == pytest.approx(needed, rel=0.05)
    assert math.inf == stats.rows_for_psi(0.1, bins=10, reference=50, level=0.9)


def test_no_number_of_rows_decides_at_the_limit_itself():
    assert math.inf == stats.rows_for_share(0.9, 0.9, level=0.9)
    assert math.inf == stats.rows_for_auc(0.9, 0.9, positive_share=0.5, level=0.9)
    assert math.inf == stats.rows_for_auc(0.95, 0.9, positive_share=0, level=0.9)
    assert math.inf == stats.rows_for_auc(0.9, 0.9 + 1e-12, positive_share=0.5, level=0.9)
    assert math.inf == stats.rows_for_zero_failures(0, level=0.9)
    assert math.inf == stats.pairs_for_accuracy(0, 0.1, level=0.9)


def test_the_rows_for_an_area_are_the_fewest_that_suffice():
    needed = stats.rows_for_auc(0.93, 0.92, positive_share=0.24, level=0.9)

    scale = 1.644854 + 0.841621
    enough, fewer = (
        scale * math.sqrt(stats.hanley_mcneil(0.93, n * 0.24, n * 0.76))
        for n in (needed, needed - 1)
    )
    assert enough <= 0.01 < fewer


def test_the_variance_of_an_area_worked_out_by_its_authors():
    error = math.sqrt(stats.hanley_mcneil(0.893, 51, 58))

    assert 0.032 == pytest.approx(error, abs=1e-3)
    assert math.isnan(stats.hanley_mcneil(0.9, 0, 10))


def test_power_without_rows_or_distance_is_none():
    assert 0.0 == stats.power_of_share(0.95, 0.9, rows=0, level=0.9)
    assert 0.0 == stats.power_of_share(0.9, 0.9, rows=10**6, level=0.9)
    assert 0.0 == stats.power_of_share(0.999, 0.99, rows=10, level=0.9)
    assert 1.0 == stats.power_of_share(0.5, 0.0, rows=1, level=0.9)


def test_one_heavy_weight_is_worth_one_row():
    assert 1.0 == pytest.approx(stats.effective_sample_size(stats.vector([1e9, 1, 1])), abs=1e-6)
    assert 3.0 == pytest.approx(stats.effective_sample_size(stats.vector([1e300] * 3)))


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [math.nan, 1]])
def test_weights_that_are_none_have_no_sample_size(weights):
    assert math.isnan(stats.effective_sample_size(stats.vector(weights)))


def test_propensities_have_to_be_chances():
    assert 0.0 == stats.minimum_propensity(stats.vector([0.5, 0.0]))
    for wrong in ([], [1.5], [math.nan, 0.5], [-0.1]):
        assert math.isnan(stats.minimum_propensity(stats.vector(wrong)))


def test_one_action_carries_no_information():
    assert 0.0 == stats.action_entropy(np.ones(5))
    assert math.isnan(stats.action_entropy(stats.vector([])))
    assert math.isnan(stats.action_entropy(stats.vector([math.nan])))


def test_estimates_need_probabilities():
    for wrong in ([], [1.2], [math.nan]):
        scores = stats.vector(wrong)
        for found in (
            stats.estimated_accuracy(scores, scores, level=0.9),
            stats.estimated_roc_auc(scores, scores, level=0.9),
        ):
            assert math.isnan(found.value)
            assert Bounds(0.0, 1.0) == found.bounds


def test_an_estimate_is_no_more_certain_than_labels_would_be():
    scores = np.random.default_rng(1).beta(0.3, 0.6, size=2000)
    labels = (np.random.default_rng(2).random(2000) < scores).astype(float)

    estimated = stats.estimated_roc_auc(scores, scores, level=0.9)
    realised = stats.delong(labels, scores, level=0.9)

    assert realised.area == pytest.approx(estimated.value, abs=0.02)
    assert math.sqrt(realised.variance) == pytest.approx(estimated.error, rel=0.15)


def test_certain_scores_in_the_right_order_are_not_certainty():
    sure = stats.vector([0.0] * 20 + [1.0] * 20)

    found = stats.estimated_roc_auc(sure, sure, level=0.9)

    assert 1.0 == found.value
    assert found.bounds.lower < 0.9
