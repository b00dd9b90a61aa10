"""Calibration equals scikit-learn and statsmodels; quantiles equal numpy and the binomial."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from mlspec import stats

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@st.composite
def scored(draw, smallest=1):
    rows = draw(st.integers(smallest, 80))
    noise = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = noise.uniform(size=rows)
    if draw(st.booleans()):
        scores = np.round(scores, 1)
    return (noise.uniform(size=rows) < noise.uniform(size=rows)).astype(float), scores


@given(case=scored(), bins=st.integers(1, 20))
def test_equal_width_bins_equal_the_reference(case, bins):
    labels, scores = case
    edges = stats.equal_width_edges(bins=bins)

    positives, means = calibration_curve(labels, scores, n_bins=bins, strategy="uniform")

    found = stats.reliability(labels, scores, edges, level=0.9)
    assert positives == pytest.approx([each.positives.value for each in found])
    assert means == pytest.approx([each.mean_score for each in found])
    assert scores.size == sum(each.positives.trials for each in found)
    assert all(0 <= each.bounds.lower < each.bounds.upper <= 1 for each in found)


@given(case=scored(), bins=st.integers(1, 20))
def test_equal_mass_bins_never_part_equal_scores_and_differ_by_little_without_ties(case, bins):
    labels, scores = case

    found = stats.reliability(labels, scores, stats.equal_mass_edges(scores, bins=bins), level=0.9)

    assert len(found) <= bins
    assert scores.size == sum(each.positives.trials for each in found)
    if np.unique(scores).size == scores.size >= bins:
        sizes = [each.positives.trials for each in found]
        assert bins == len(found)
        assert max(sizes) - min(sizes) <= 1


@given(case=scored(), bins=st.integers(1, 20), equal=st.sampled_from(["mass", "width"]))
def test_errors_equal_their_definition(case, bins, equal):
    labels, scores = case
    mass = stats.equal_mass_edges(scores, bins=bins)
    edges = mass if equal == "mass" else stats.equal_width_edges(bins=bins)
    curve = stats.reliability(labels, scores, edges, level=0.9)
    gaps = [abs(each.mean_score - each.positives.value) for each in curve]
    weights = [each.positives.trials / scores.size for each in curve]

    expected = sum(gap * weight for gap, weight in zip(gaps, weights, strict=True))
    assert expected == pytest.approx(stats.ece(labels, scores, edges).value(), abs=1e-12)
    assert max(gaps) == pytest.approx(stats.mce(labels, scores, edges).value(), abs=1e-12)
    found = stats.ece_interval(labels, scores, edges, level=0.9)
    assert expected == pytest.approx(found.value, abs=1e-12)
    assert 0 <= found.bounds.lower <= expected <= found.bounds.upper + 1e-12 <= 1 + 1e-9


@given(case=scored(smallest=2))
def test_a_resample_is_the_error_of_the_drawn_rows(case):
    labels, scores = case
    edges = stats.equal_width_edges(bins=5)
    drawn = np.arange(scores.size) // 2
    weights = np.bincount(drawn, minlength=scores.size)[np.newaxis].astype(float)

    for error in (stats.ece, stats.mce):
        expected = error(labels[drawn], scores[drawn], edges).value()
        assert expected == pytest.approx(error(labels, scores, edges)(weights)[0], abs=1e-12)


@given(case=scored(), bins=st.integers(1, 20))
def test_the_parts_of_the_brier_score_add_up(case, bins):
    labels, scores = case

    found = stats.brier_parts(labels, scores, stats.equal_mass_edges(scores, bins=bins))

    total = found.reliability - found.resolution + found.uncertainty + found.within
    assert brier_score_loss(labels, scores, labels=[0, 1]) == pytest.approx(total, abs=1e-12)
    assert min(found.reliability, found.resolution, found.uncertainty) >= 0


@given(case=scored(), bins=st.just(100))
def test_nothing_is_within_bins_of_one_score(case, bins):
    labels, scores = case
    tenths = np.round(scores, 1)

    found = stats.brier_parts(labels, tenths, stats.equal_mass_edges(tenths, bins=bins))

    assert found.within == pytest.approx(0, abs=1e-12)


@given(case=scored(smallest=10), level=LEVELS)
def test_recalibration_equals_the_reference(case, level):
    labels, scores = case
    scores = np.clip(scores, 0.01, 0.99)
    found = stats.recalibration(labels, scores, level=level)
    assume(found.flaw is None)
    assume(abs(found.slope) < 10)

    design = sm.add_constant(np.log(scores / (1 - scores)))
    expected = sm.Logit(labels, design).fit(disp=0, method="newton", tol=1e-12, maxiter=100)

    assert expected.params == pytest.approx([found.intercept, found.slope], rel=1e-6, abs=1e-7)
    ends = [[each.lower, each.upper] for each in (found.intercept_bounds, found.slope_bounds)]
    assert expected.conf_int(1 - level) == pytest.approx(np.array(ends), rel=1e-5, abs=1e-6)


VALUES = st.lists(st.one_of(st.integers(0, 5).map(float), st.floats(-1e9, 1e9)), min_size=1)


@given(values=VALUES, share=st.floats(0.001, 0.999), level=LEVELS)
def test_a_quantile_and_its_ends_are_values_of_the_right_rank(values, share, level):
    ordered, rows, tail = sorted(values), len(values), (1 - level) / 2

    found = stats.quantile(stats.vector(values), share, level=level)

    assert np.quantile(values, share, method="inverted_cdf") == found.value
    lower = max(k for k in range(rows + 1) if k == 0 or binom.cdf(k - 1, rows, share) <= tail)
    upper = min(k for k in range(1, rows + 2) if k > rows or binom.sf(k - 1, rows, share) <= tail)
    assert found.bounds.lower == (ordered[lower - 1] if lower else -math.inf)
    assert found.bounds.upper == (ordered[upper - 1] if upper <= rows else math.inf)
    assert found.bounds.lower <= found.value <= found.bounds.upper


EDGES = (1.0, 2.0, 5.0, 10.0)


@given(
    values=st.lists(st.floats(0.001, 20), min_size=1, max_size=400),
    share=st.floats(0.01, 0.99),
    level=LEVELS,
)
def test_buckets_hold_the_interval_of_the_values(values, share, level):
    upto = [(edge, sum(v <= edge for v in values)) for edge in (*EDGES, math.inf)]
    exact = stats.quantile(stats.vector(values), share, level=level)

    found = stats.histogram_quantile(stats.Histogram.from_cumulative(upto), share, level=level)

    assert found.bounds.lower <= max(exact.bounds.lower, 0.0)
    assert exact.bounds.upper <= found.bounds.upper
    assert found.censored == (exact.value > EDGES[-1])
    assert found.censored or found.bounds.lower <= found.value <= found.bounds.upper
