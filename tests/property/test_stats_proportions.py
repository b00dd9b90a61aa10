"""Intervals of proportions, counts and means equal those of scipy and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, ttest_1samp, ttest_ind
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import confint_proportions_2indep

from mlspec import stats

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
CLOSE = {"rel": 1e-9, "abs": 1e-11}


@st.composite
def shares(draw, *, fewest=0):
    trials = draw(st.integers(1, 2000))
    return stats.Share(draw(st.integers(fewest, trials)), trials)


@given(share=shares(), level=LEVELS)
def test_clopper_pearson_equals_the_reference(share, level):
    expected = binomtest(share.successes, share.trials).proportion_ci(level, method="exact")

    found = stats.clopper_pearson(share.successes, share.trials, level=level)

    assert tuple(expected) == pytest.approx((found.lower, found.upper), **CLOSE)


@given(first=shares(), second=shares(), level=LEVELS)
def test_newcombe_equals_the_reference(first, second, level):
    expected = confint_proportions_2indep(
        first.successes,
        first.trials,
        second.successes,
        second.trials,
        method="newcomb",
        alpha=1 - level,
    )

    found = stats.newcombe(first, second, level=level)

    assert tuple(np.clip(expected, -1, 1)) == pytest.approx((found.lower, found.upper), abs=1e-9)
    assert found.lower <= first.value - second.value <= found.upper
    assert found.lower < found.upper


@given(first=shares(fewest=1), second=shares(fewest=1), level=LEVELS)
def test_the_log_interval_of_a_ratio_equals_the_reference(first, second, level):
    assume(first.successes < first.trials or second.successes < second.trials)
    expected = confint_proportions_2indep(
        first.successes,
        first.trials,
        second.successes,
        second.trials,
        compare="ratio",
        method="log",
        alpha=1 - level,
    )

    found = stats.katz_log(first, second, level=level)

    assert tuple(expected) == pytest.approx((found.lower, found.upper), **CLOSE)


@given(first=shares(), second=shares(), level=LEVELS)
def test_a_ratio_of_shares_is_never_certain_and_holds_the_estimate(first, second, level):
    for interval in (stats.katz_log, stats.mover_ratio):
        found = interval(first, second, level=level)

        assert 0 <= found.lower < found.upper
        assert (found.upper == math.inf) == (second.successes == 0)
        if second.successes:
            ratio = first.value / second.value
            assert found.lower * (1 - 1e-9) <= ratio <= found.upper * (1 + 1e-9)


@given(first=shares(fewest=1), second=shares(fewest=1), level=LEVELS)
def test_swapping_the_shares_inverts_the_ratio(first, second, level):
    for interval in (stats.katz_log, stats.mover_ratio):
        here, there = interval(first, second, level=level), interval(second, first, level=level)

        assert 1 / there.upper == pytest.approx(here.lower, rel=1e-9)
        assert 1 / there.lower == pytest.approx(here.upper, rel=1e-9)


@given(first=shares(), second=shares(fewest=1), level=LEVELS)
def test_the_ends_of_a_ratio_solve_the_equation_of_the_paper(first, second, level):
    a, b = (share.wilson(level=level) for share in (first, second))
    p, q = first.value, second.value
    found = stats.mover_ratio(first, second, level=level)

    for ratio, near, far in ((found.lower, a.lower, b.upper), (found.upper, a.upper, b.lower)):
        left, right = (p - ratio * q) ** 2, (p - near) ** 2 + ratio**2 * (far - q) ** 2
        assert left == pytest.approx(right, rel=1e-6, abs=1e-12)


COUNTS = st.integers(0, 500)
EXPOSURES = st.floats(0.5, 1e6)


@given(first=COUNTS, second=COUNTS, ours=EXPOSURES, theirs=EXPOSURES, level=LEVELS)
def test_the_ratio_of_rates_is_the_exact_binomial_interval_solved_for_it(
    first, second, ours, theirs, level
):
    assume(first + second)
    exact = binomtest(first, first + second).proportion_ci(level, method="exact")
    lower = exact.low / (1 - exact.low) * theirs / ours
    upper = exact.high / (1 - exact.high) * theirs / ours if second else math.inf

    found = stats.poisson_ratio(
        stats.Events(first, ours), stats.Events(second, theirs), level=level
    )

    assert (lower, upper) == pytest.approx((found.lower, found.upper), rel=1e-8)


SAMPLES = st.lists(st.floats(-1e4, 1e4).map(lambda x: round(x, 3)), min_size=2, max_size=30)


@given(values=SAMPLES, level=LEVELS)
def test_the_interval_of_a_mean_equals_the_reference(values, level):
    assume(max(values) - min(values) > 1e-3)

    expected = ttest_1samp(values, 0).confidence_interval(level)

    found = stats.t_mean(stats.vector(values), level=level)
    assert tuple(expected) == pytest.approx((found.lower, found.upper), rel=1e-8, abs=1e-8)


@given(first=SAMPLES, second=SAMPLES, level=LEVELS)
def test_the_interval_of_a_difference_of_means_equals_the_reference(first, second, level):
    assume(max(first) - min(first) > 1e-3 and max(second) - min(second) > 1e-3)

    expected = ttest_ind(first, second, equal_var=False).confidence_interval(level)

    found = stats.welch(stats.vector(first), stats.vector(second), level=level)
    assert tuple(expected) == pytest.approx((found.lower, found.upper), rel=1e-8, abs=1e-8)


@st.composite
def clustered(draw, values):
    rows = draw(st.integers(3, 40))
    codes = draw(st.lists(st.integers(0, 8).map(float), min_size=rows, max_size=rows))
    drawn = draw(st.lists(values, min_size=rows, max_size=rows))
    return stats.vector(drawn), stats.vector(codes)


@given(
    case=clustered(st.floats(-100, 100).map(lambda x: round(x, 2))),
    level=st.sampled_from([0.9, 0.95]),
)
@settings(max_examples=50)
def test_clustered_rows_get_the_robust_error_of_a_regression(case, level):
    values, clusters = case
    assume(np.unique(clusters).size > 1 and np.ptp(values) > 0)
    places = np.unique(clusters, return_inverse=True)[1]

    fit = OLS(values, np.ones(values.size)).fit(
        cov_type="cluster", cov_kwds={"groups": places, "df_correction": True}, use_t=True
    )
    expected = fit.conf_int(1 - level)[0]

    found = stats.clustered_mean(values, clusters, level=level)
    assert tuple(expected) == pytest.approx((found.lower, found.upper), rel=1e-7, abs=1e-9)


@given(case=clustered(st.sampled_from([0.0, 1.0])), level=LEVELS)
def test_a_clustered_share_stays_a_share_and_is_never_certain(case, level):
    values, clusters = case

    found = stats.clustered_share(values, clusters, level=level)

    assert 0 <= found.lower <= values.mean() + 1e-12
    assert values.mean() - 1e-12 <= found.upper <= 1
    assert found.lower < found.upper


@given(values=SAMPLES, level=LEVELS)
def test_one_row_per_cluster_is_the_plain_interval(values, level):
    rows, clusters = stats.vector(values), stats.vector(range(len(values)))

    plain, clustered = (
        stats.t_mean(rows, level=level),
        stats.clustered_mean(rows, clusters, level=level),
    )

    assert (plain.lower, plain.upper) == pytest.approx(
        (clustered.lower, clustered.upper), rel=1e-8, abs=1e-8
    )
