"""Intervals equal those of scipy, or of the definition written out without any shortcut."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest, norm

from mlspec import stats

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@given(probability=st.floats(1e-12, 1 - 1e-12))
def test_normal_quantile_equals_the_reference(probability):
    assert norm.ppf(probability) == pytest.approx(stats.normal_quantile(probability), abs=1e-9)


@given(trials=st.integers(1, 10**6), share=st.floats(0, 1), level=LEVELS)
def test_wilson_equals_the_reference(trials, share, level):
    successes = round(trials * share)

    expected = binomtest(successes, trials).proportion_ci(level, method="wilson")
    found = stats.wilson(successes, trials, level=level)

    assert tuple(expected) == pytest.approx((found.lower, found.upper), abs=1e-10)
    assert 0 <= found.lower <= successes / trials <= found.upper <= 1
    assert found.lower < found.upper


@st.composite
def two_models(draw):
    positives, negatives = draw(st.integers(2, 12)), draw(st.integers(2, 12))
    rows = positives + negatives
    grid = st.integers(0, 6).map(float)
    first, second = (
        stats.vector(draw(st.lists(grid, min_size=rows, max_size=rows))) for _ in range(2)
    )
    return stats.vector([1.0] * positives + [0.0] * negatives), first, second


def _components(labels, scores):
    """Both averages of the kernel over all pairs, as the paper writes them."""
    positives, negatives = scores[labels == 1], scores[labels == 0]
    kernel = (positives[:, None] > negatives) + 0.5 * (positives[:, None] == negatives)
    return kernel.mean(axis=1), kernel.mean(axis=0)


@given(case=two_models(), level=LEVELS)
def test_delong_equals_its_definition(case, level):
    labels, scores, _ = case
    v10, v01 = _components(labels, scores)
    variance = np.var(v10, ddof=1) / v10.size + np.var(v01, ddof=1) / v01.size
    half = norm.ppf((1 + level) / 2) * math.sqrt(variance)

    found = stats.delong(labels, scores, level=level)

    assert v10.mean() == pytest.approx(found.area, abs=1e-12)
    assert variance == pytest.approx(found.variance, abs=1e-12)
    assume(not found.degenerate)
    expected = max(0, v10.mean() - half), min(1, v10.mean() + half)
    assert expected == pytest.approx((found.bounds.lower, found.bounds.upper), abs=1e-9)


@given(case=two_models(), level=LEVELS)
def test_paired_delong_equals_its_definition(case, level):
    labels, first, second = case
    (a10, a01), (b10, b01) = _components(labels, first), _components(labels, second)
    covariance = np.cov(a10, b10) / a10.size + np.cov(a01, b01) / a01.size
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]

    found = stats.delong_difference(labels, first, second, level=level)

    assert a10.mean() - b10.mean() == pytest.approx(found.difference, abs=1e-12)
    assert variance == pytest.approx(found.variance, abs=1e-12)


@given(case=two_models())
def test_swapping_the_models_mirrors_the_interval(case):
    labels, first, second = case

    here = stats.delong_difference(labels, first, second, level=0.9)
    there = stats.delong_difference(labels, second, first, level=0.9)

    assert here.bounds.lower == pytest.approx(-there.bounds.upper, abs=1e-12)
    assert here.bounds.upper == pytest.approx(-there.bounds.lower, abs=1e-12)


COUNTS = st.integers(0, 60)


@given(first=COUNTS, second=COUNTS)
def test_mcnemar_equals_the_exact_binomial_test(first, second):
    assume(first + second)

    expected = binomtest(first, first + second, 0.5).pvalue

    found = stats.mcnemar_exact(stats.Discordance(first, second, first + second))
    assert expected == pytest.approx(found, rel=1e-9)


@given(first=COUNTS, second=COUNTS, concordant=st.integers(0, 2000), level=LEVELS)
def test_paired_score_interval_holds_the_differences_that_its_test_accepts(
    first, second, concordant, level
):
    rows = first + second + concordant
    assume(rows)
    pairs = stats.Discordance(first, second, rows)
    found = stats.paired_score(pairs, level=level)
    z = norm.ppf((1 + level) / 2)

    assert -1 <= found.lower <= pairs.difference <= found.upper <= 1
    for end, outwards in ((found.lower, -1), (found.upper, 1)):
        if abs(end) < 1 - 1e-6:
            outside = abs(_tango(pairs, end + outwards * 1e-5))
            inside = abs(_tango(pairs, end - outwards * 1e-5))
            assert outside > z - 1e-4
            assert inside < z + 1e-4


def _tango(pairs, difference):
    """The score statistic, its nuisance parameter found by maximising the likelihood."""
    b, c, n = pairs.only_first, pairs.only_second, pairs.rows

    def cost(q):
        terms = ((b, q + difference), (c, q), (n - b - c, 1 - 2 * q - difference))
        return -sum(k * math.log(max(p, 1e-300)) for k, p in terms if k)

    low, high = max(0.0, -difference), (1 - difference) / 2
    q = minimize_scalar(cost, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
    return (b - c - n * difference) / math.sqrt(n * (2 * q + difference - difference**2))


@given(first=st.integers(200, 400), second=st.integers(200, 400))
def test_paired_score_and_wald_agree_when_discordant_pairs_abound(first, second):
    pairs = stats.Discordance(first, second, 20_000)

    score, d = stats.paired_score(pairs, level=0.9), pairs.difference
    spread = math.sqrt(((first + second) / pairs.rows - d * d) / pairs.rows)
    half = stats.two_sided_z(0.9) * spread

    assert (score.lower, score.upper) == pytest.approx((d - half, d + half), abs=5e-5)


@given(first=COUNTS, second=COUNTS, concordant=st.integers(1, 500))
def test_paired_score_interval_is_never_empty(first, second, concordant):
    pairs = stats.Discordance(first, second, first + second + concordant)

    found = stats.paired_score(pairs, level=0.9)

    assert found.upper > found.lower
