"""Agreement, rankings and comparisons of samples equal the references or their definitions."""

from __future__ import annotations

import math
import warnings
from itertools import pairwise, permutations
from statistics import fmean

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from sklearn.metrics import cohen_kappa_score, ndcg_score
from statsmodels.stats.inter_rater import cohens_kappa

from mlspec import stats

WEIGHTINGS = st.sampled_from(["none", "linear", "quadratic"])


@st.composite
def ratings(draw, *, highest=4):
    rows = draw(st.integers(1, 40))
    scale = st.integers(1, highest).map(float)
    columns = (draw(st.lists(scale, min_size=rows, max_size=rows)) for _ in range(2))
    return tuple(stats.vector(each) for each in columns)


@given(case=ratings(), weighting=WEIGHTINGS)
def test_kappa_equals_the_reference_or_is_undefined(case, weighting):
    found = stats.kappa(*case, level=0.9, weighting=weighting)

    both = np.concatenate(case)
    if np.ptp(both) == 0:
        assert math.isnan(found.kappa)
        return
    scale = np.arange(both.min(), both.max() + 1)
    weights = None if weighting == "none" else weighting
    expected = cohen_kappa_score(*case, labels=scale, weights=weights)
    assert expected == pytest.approx(found.kappa, abs=1e-10)
    assert -1 <= found.bounds.lower <= found.kappa + 1e-9
    assert found.kappa - 1e-9 <= found.bounds.upper <= 1


@given(case=ratings(), weighting=WEIGHTINGS)
def test_the_variance_of_kappa_equals_the_reference(case, weighting):
    found = stats.kappa(*case, level=0.95, weighting=weighting)
    assume(not found.degenerate)
    both = np.concatenate(case)
    low, size = both.min(), int(np.ptp(both)) + 1
    table = np.zeros((size, size))
    np.add.at(table, tuple((each - low).astype(int) for each in case), 1)
    expected = cohens_kappa(table, wt=None if weighting == "none" else weighting)

    assert expected.var_kappa == pytest.approx(found.variance, rel=1e-8, abs=1e-12)
    ends = np.clip([expected.kappa_low, expected.kappa_upp], -1, 1)
    assert ends == pytest.approx((found.bounds.lower, found.bounds.upper), abs=1e-7)


@given(case=ratings(), copies=st.lists(st.integers(1, 3), min_size=40, max_size=40))
def test_a_weight_repeats_a_rating(case, copies):
    counts = copies[: case[0].size]
    once = stats.kappa_statistic(*case, weighting="linear")
    repeated = (np.repeat(each, counts) for each in case)

    expected = stats.kappa_statistic(*repeated, weighting="linear").value()

    found = once(np.array([counts], dtype=float))[0]
    assert expected == pytest.approx(found, abs=1e-10, nan_ok=True)


@given(
    true=st.floats(0, 1),
    sensitivity=st.floats(0.6, 1),
    specificity=st.floats(0.6, 1),
    level=st.sampled_from([0.8, 0.95]),
)
def test_the_corrected_rate_undoes_the_errors_of_the_judge(true, sensitivity, specificity, level):
    flagged = true * sensitivity + (1 - true) * (1 - specificity)
    shares = (stats.Share(each * 1e8, 1e8) for each in (flagged, sensitivity, specificity))

    found = stats.rogan_gladen(*shares, level=level)

    assert true == pytest.approx(found.rate, abs=1e-9)
    assert found.bounds.lower - 1e-6 <= true <= found.bounds.upper + 1e-6
    assert found.bounds.upper - found.bounds.lower < 0.01


@st.composite
def searches(draw):
    """Queries 0..5 and documents 0..4, scores with ties; some queries without anything."""
    pairs = st.tuples(st.integers(0, 5), st.integers(0, 4))
    run = draw(st.dictionaries(pairs, st.integers(0, 3), max_size=30))
    judged = draw(st.dictionaries(pairs, st.integers(-1, 3), min_size=1, max_size=30))
    return run, judged


def _ranked(run, judged):
    def columns(table):
        queries, documents = zip(*table, strict=True) if table else ((), ())
        return stats.vector(queries), stats.vector(documents), stats.vector(list(table.values()))

    return stats.rankings(stats.Run(*columns(run)), stats.Judgements(*columns(judged)))


@given(case=searches(), depth=st.integers(1, 6))
def test_scores_of_a_ranking_are_those_of_their_definition(case, depth):
    run, judged = case
    ranked = _ranked(run, judged)
    relevant = {q: {d: g for (p, d), g in judged.items() if p == q and g > 0} for q in range(6)}
    evaluated = [q for q in range(6) if relevant[q]]
    expected = {"recall": [], "precision": [], "success": [], "ndcg": [], "reciprocal": []}
    for query in evaluated:
        found = [(score, d) for (q, d), score in run.items() if q == query]
        orders = [
            [relevant[query].get(d, 0) for _, d in order]
            for order in permutations(found)
            if all(first[0] >= second[0] for first, second in pairwise(order))
        ]
        best = sorted(relevant[query].values(), reverse=True)
        hits = [sum(gain > 0 for gain in gains[:depth]) for gains in orders]
        expected["recall"].append(fmean(hits) / len(best))
        expected["precision"].append(fmean(hits) / depth)
        expected["success"].append(fmean(each > 0 for each in hits))
        expected["ndcg"].append(fmean(_dcg(gains[:depth]) for gains in orders) / _dcg(best[:depth]))
        expected["reciprocal"].append(fmean(1 / _first(gains) for gains in orders))

    assert evaluated == ranked.queries.tolist()
    assert len({q for q, _ in (*run, *judged)}) - len(evaluated) == ranked.excluded
    assert expected["recall"] == pytest.approx(stats.recall_at(ranked, depth))
    assert expected["precision"] == pytest.approx(stats.precision_at(ranked, depth))
    assert expected["success"] == pytest.approx(stats.success_at(ranked, depth))
    assert expected["ndcg"] == pytest.approx(stats.ndcg_at(ranked, depth))
    assert expected["reciprocal"] == pytest.approx(stats.reciprocal_rank(ranked))


def _first(gains):
    return next((place for place, gain in enumerate(gains, 1) if gain > 0), math.inf)


def _dcg(gains):
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))


@given(gains=st.lists(st.integers(0, 4), min_size=2, max_size=15), depth=st.integers(1, 10))
def test_discounted_gain_equals_the_reference(gains, depth):
    assume(any(gains))
    documents = range(len(gains))
    run = {(0, d): -d for d in documents}

    expected = ndcg_score([gains], [[-d for d in documents]], k=depth, ignore_ties=True)

    ranked = _ranked(run, {(0, d): gains[d] for d in documents})
    assert expected == pytest.approx(stats.ndcg_at(ranked, depth)[0], abs=1e-12)


@given(
    documents=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=2, max_size=15),
    depth=st.integers(1, 10),
)
def test_ties_have_the_discounted_gain_of_the_reference(documents, depth):
    scores, gains = zip(*documents, strict=True)
    assume(any(gains))

    expected = ndcg_score([gains], [scores], k=depth)

    ranked = _ranked(
        {(0, d): score for d, score in enumerate(scores)},
        {(0, d): gain for d, gain in enumerate(gains)},
    )
    assert expected == pytest.approx(stats.ndcg_at(ranked, depth)[0], abs=1e-12)


VALUES = st.lists(st.integers(-40, 40).map(lambda each: each / 8), min_size=1, max_size=30)


@given(first=VALUES, second=VALUES)
def test_mann_whitney_equals_the_reference(first, second):
    found = stats.mann_whitney(stats.vector(first), stats.vector(second))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = mannwhitneyu(first, second, method="asymptotic")
    assert expected.statistic == found.u
    if len({*first, *second}) > 1:
        assert expected.pvalue == pytest.approx(found.p, rel=1e-9)
    else:
        assert 1.0 == found.p


@given(first=VALUES, second=VALUES)
def test_the_shift_is_the_median_of_all_differences(first, second):
    found = stats.hodges_lehmann(stats.vector(first), stats.vector(second), level=0.8)

    differences = np.subtract.outer(first, second)
    assert np.median(differences) == pytest.approx(found.shift, abs=1e-12)
    assert found.bounds.lower <= found.shift <= found.bounds.upper


@given(
    first=st.lists(st.floats(-9, 9), min_size=1, max_size=25, unique=True),
    second=st.lists(st.floats(-9, 9), min_size=1, max_size=25, unique=True),
    level=st.sampled_from([0.5, 0.8, 0.95]),
)
def test_the_interval_of_the_shift_leaves_out_what_the_test_refuses(first, second, level):
    assume(not {*first} & {*second})
    p = stats.mann_whitney(stats.vector(first), stats.vector(second)).p
    assume(abs(p - (1 - level)) > 1e-9)

    bounds = stats.hodges_lehmann(stats.vector(first), stats.vector(second), level=level).bounds

    assert (p < 1 - level) == (bounds.lower > 0 or bounds.upper < 0)


@given(seed=st.integers(0, 2**31), rows=st.integers(1, 120), steps=st.sampled_from([3, 40, 10**9]))
@settings(max_examples=40)
def test_the_search_finds_every_order_statistic(seed, rows, steps, monkeypatch_module):
    noise = np.random.default_rng(seed)
    first = np.floor(noise.normal(size=rows) * steps) / steps
    second = np.floor(noise.exponential(size=max(1, rows // 2)) * steps) / steps

    found = stats.hodges_lehmann(first, second, level=0.9)

    differences = np.sort(np.subtract.outer(first, second).ravel())
    assert np.median(differences) == pytest.approx(found.shift, abs=1e-12)
    for end in (found.bounds.lower, found.bounds.upper):
        assert math.isinf(end) or end in differences


@pytest.fixture(scope="module")
def monkeypatch_module():
    """Few differences are gathered, so that the discarding is at work on small samples too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mlspec.stats._two_samples._GATHERED", 8)
        yield
