"""Sequential tests, arms, power and estimates agree with references and with simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, binom, chisquare, entropy, norm
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import (
    proportion_confint,
)

from mlspec import stats

LEVELS = st.sampled_from([0.8, 0.9, 0.95])


@given(
    difference=st.floats(-3, 3),
    variance=st.floats(1e-4, 10),
    scale=st.floats(0.05, 3),
    level=LEVELS,
)
def test_the_always_valid_p_is_the_mixture_likelihood_ratio(difference, variance, scale, level):
    against = norm.pdf(difference, 0, math.sqrt(variance))
    mixed = norm.pdf(difference, 0, math.sqrt(variance + scale**2))
    assume(mixed > 1e-250)

    found = stats.msprt(difference, variance, scale=scale, level=level)

    assert min(1, against / mixed) == pytest.approx(found.p, rel=1e-6, abs=1e-200)
    middle = (found.bounds.lower + found.bounds.upper) / 2
    assert difference == pytest.approx(middle, abs=1e-9)
    assume(abs(found.p - (1 - level)) > 1e-9)
    assert (found.p < 1 - level) == (not found.bounds.lower <= 0 <= found.bounds.upper)


@given(
    counts=st.lists(st.integers(0, 500), min_size=2, max_size=5),
    parts=st.lists(st.floats(0.1, 1), min_size=5, max_size=5),
)
def test_the_sample_ratio_test_equals_the_reference(counts, parts):
    assume(sum(counts))
    shares = np.array(parts[: len(counts)])

    expected = chisquare(counts, sum(counts) * shares / shares.sum()).pvalue

    found = stats.sample_ratio_p(stats.vector(counts), shares)
    assert expected == pytest.approx(found, rel=1e-8, abs=1e-300)


@st.composite
def arm(draw):
    trials = draw(st.sampled_from([0, 1, 7, 300, 10_000]))
    return stats.Share(draw(st.integers(0, trials)), trials)


@given(first=arm(), second=arm())
@example(first=stats.Share(0, 0), second=stats.Share(10_000, 10_000))
@settings(max_examples=30)
def test_the_better_of_two_arms_equals_the_integral_over_both(first, second):
    a, b = (beta(1 + x.successes, 1 + x.trials - x.successes) for x in (first, second))
    marks = sorted({float(q) for d in (a, b) for q in d.ppf([1e-9, 0.5, 1 - 1e-9])})
    low, high = a.ppf([1e-13, 1 - 1e-13])
    inside = [mark for mark in marks if low < mark < high]

    expected = quad(lambda x: a.pdf(x) * b.cdf(x), low, high, points=inside, limit=300)[0]

    found = stats.chance_of_best([first, second])
    assert expected == pytest.approx(found[0], abs=1e-6)
    assert 1 == pytest.approx(found.sum(), abs=1e-8)


@given(arms=st.lists(arm(), min_size=1, max_size=4))
@settings(max_examples=20)
def test_some_arm_is_best(arms):
    assert 1 == pytest.approx(stats.chance_of_best(arms).sum(), abs=1e-8)


SHARES = st.floats(0.02, 0.98)


@given(share=SHARES, limit=SHARES, rows=st.integers(1, 400), level=LEVELS)
def test_power_is_the_chance_of_the_counts_whose_bound_clears_the_limit(share, limit, rows, level):
    assume(share != limit)
    counts = np.arange(rows + 1)
    lower, upper = proportion_confint(counts, rows, 1 - level, method="wilson")
    clears = lower >= limit if share > limit else upper <= limit
    assume((np.abs(lower - limit) > 1e-9).all() and (np.abs(upper - limit) > 1e-9).all())

    expected = binom.pmf(counts, rows, share)[clears].sum()

    found = stats.power_of_share(share, limit, rows=rows, level=level)
    assert expected == pytest.approx(found, abs=1e-9)


@given(share=SHARES, limit=SHARES, level=LEVELS)
def test_the_rows_that_were_asked_for_give_about_the_power(share, limit, level):
    assume(0.05 < abs(share - limit) < 0.3 and 0.1 < min(share, limit) < max(share, limit) < 0.9)

    rows = stats.rows_for_share(share, limit, level=level, power=0.8)

    assert 0.8 == pytest.approx(
        stats.power_of_share(share, limit, rows=int(rows), level=level), abs=0.13
    )


@given(weights=st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_the_effective_sample_size_lies_between_one_row_and_all(weights):
    assume(max(weights) > 0)

    found = stats.effective_sample_size(stats.vector(weights))

    assert 1 - 1e-9 <= found <= len(weights) + 1e-9


@given(actions=st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_the_entropy_of_actions_equals_the_reference(actions):
    expected = entropy(np.bincount(actions), base=2)

    assert expected == pytest.approx(stats.action_entropy(stats.vector(actions)), abs=1e-12)


PROBABILITIES = st.lists(st.integers(0, 20).map(lambda each: each / 20), min_size=2, max_size=12)


@given(probabilities=PROBABILITIES, threshold=st.sampled_from([0.3, 0.5, 0.7]))
def test_estimates_are_expectations_over_the_labels(probabilities, threshold):
    p = stats.vector(probabilities)
    classes = stats.classes_at(p, threshold)
    worlds = np.random.default_rng(1).random((4000, p.size)) < p

    accuracy = stats.estimated_accuracy(p, classes, level=0.9)
    assert (worlds == classes).mean() == pytest.approx(accuracy.value, abs=0.03)
    precision = stats.estimated_precision(p, classes, level=0.9)
    if classes.any():
        assert worlds[:, classes == 1].mean() == pytest.approx(precision.value, abs=0.03)
    else:
        assert math.isnan(precision.value)
    for found in (accuracy, precision, stats.estimated_recall(p, classes, level=0.9)):
        assert math.isnan(found.value) or found.bounds.lower <= found.value <= found.bounds.upper


@given(
    labels=st.lists(st.sampled_from([0.0, 1.0]), min_size=4, max_size=30),
    seed=st.integers(0, 2**31),
)
def test_estimates_from_certain_scores_are_the_metrics_themselves(labels, seed):
    y = stats.vector(labels)
    scores = np.random.default_rng(seed).integers(0, 6, size=y.size) / 5
    classes = stats.classes_at(scores, 0.5)

    found = stats.estimated_accuracy(y, classes, level=0.9).value
    assert stats.accuracy(y, classes) == pytest.approx(found, abs=1e-12)
    found = stats.estimated_precision(y, classes, level=0.9).value
    assert stats.precision(y, classes) == pytest.approx(found, abs=1e-12, nan_ok=True)
    found = stats.estimated_recall(y, classes, level=0.9).value
    assert stats.recall(y, classes) == pytest.approx(found, abs=1e-12, nan_ok=True)
    found = stats.estimated_roc_auc(y, scores, level=0.9)
    if 0 < y.sum() < y.size:
        assert roc_auc_score(y, scores) == pytest.approx(found.value, abs=1e-12)
    else:
        assert math.isnan(found.value)


@given(p=PROBABILITIES, seed=st.integers(0, 2**31))
def test_the_estimated_area_is_that_of_all_weighted_pairs(p, seed):
    scores = np.random.default_rng(seed).integers(0, 4, size=len(p))
    chance = np.array(p)
    weights = np.outer(chance, 1 - chance)
    np.fill_diagonal(weights, 0)
    assume(weights.sum() > 0)
    kernel = (scores[:, None] > scores) + 0.5 * (scores[:, None] == scores)

    found = stats.estimated_roc_auc(stats.vector(p), scores, level=0.9).value

    assert (weights * kernel).sum() / weights.sum() == pytest.approx(found, abs=1e-10)
