"""Bins, and distances between two sides, equal those of numpy and scipy."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats as reference
from scipy.spatial.distance import jensenshannon

from mlspec import stats
from mlspec.stats.engines._numpy import MemoryTable
from mlspec.stats.engines._table import quantile_bins

NAN = math.nan
LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
TIED = st.integers(-3, 3).map(float)
VALUES = st.one_of(TIED, st.floats(-1e6, 1e6))


def bins_of(values):
    """Return the bins of a column, as a profile makes them."""
    table = MemoryTable(values.size, {"x": values})
    return quantile_bins(table, "x", table.moments("x").finite)


def columns(values=VALUES, smallest=1):
    return st.integers(smallest, 60).flatmap(lambda rows: arrays(float, rows, elements=values))


@st.composite
def tables(draw):
    """Counts of two sides over the same bins, each with rows."""
    bins = draw(st.integers(2, 12))
    counts = st.lists(
        st.one_of(st.integers(0, 5), st.integers(0, 10**7)), min_size=bins, max_size=bins
    )
    first, second = draw(counts), draw(counts)
    assume(sum(first) and sum(second))
    return first, second


@given(values=columns(st.one_of(VALUES, st.just(NAN))))
def test_bins_hold_each_row_once(values):
    bins = bins_of(values)
    counts = stats.count_numbers(bins, values)

    assert len(counts.bins) == bins.size
    assert values.size == counts.rows == sum(counts.vector)
    assert np.isnan(values).sum() == counts.missing


@given(values=columns(), others=columns())
def test_bins_are_what_the_definition_says(values, others):
    quantiles = np.quantile(values, np.arange(11) / 10)
    bins = bins_of(values)
    found = stats.count_numbers(bins, others)

    places = Counter(quantiles.tolist())
    assert {value for value, times in places.items() if times > 1} == set(bins.spikes)
    assert {*quantiles[1:-1].tolist()} == set(bins.edges)
    ends = [-math.inf, *bins.edges, math.inf]
    inside = [
        sum(low < v <= high and v not in bins.spikes for v in others)
        for low, high in pairwise(ends)
    ]
    on_spikes = [int((others == spike).sum()) for spike in bins.spikes]
    assert (*inside, *on_spikes) == found.bins


@given(values=columns())
def test_counts_along_the_axis_are_a_distribution_function(values):
    bins = bins_of(values)
    counts = stats.count_numbers(bins, values)

    upto = np.cumsum(bins.along_the_axis(counts.bins))

    assert all((values <= edge).sum() in upto for edge in bins.edges)
    assert all((values < spike).sum() in {0, *upto} for spike in bins.spikes)


@given(
    values=st.lists(st.sampled_from([None, *"abcdefgh"]), max_size=60),
    others=st.lists(st.sampled_from([None, *"abcdefghij"]), max_size=60),
    most=st.integers(0, 5),
)
def test_categories_hold_each_row_once(values, others, most):
    bins = stats.category_bins(Counter(values), most=most)
    found = stats.count_categories(bins, Counter(others))

    known = {value for value in values if value is not None}
    assert known == {*bins.categories, *bins.others}
    assert len(bins.categories) == min(most, len(known))
    assert bins.size == len(found.bins)
    assert len(others) == found.rows == sum(found.vector)
    assert others.count(None) == found.missing
    assert sum(other not in known and other is not None for other in others) == found.new


@given(table=tables(), level=LEVELS)
def test_psi_equals_its_definition(table, level):
    first, second = table
    used = [(n, m) for n, m in zip(first, second, strict=True) if n + m]
    pairs = used if len(used) > 1 else [*used, (0, 0)]
    p = [(n + 0.5) / (sum(first) + len(pairs) / 2) for n, _ in pairs]
    q = [(m + 0.5) / (sum(second) + len(pairs) / 2) for _, m in pairs]

    found = stats.psi(first, second, level=level)
    mirrored = stats.psi(second, first, level=level)

    expected = sum((b - a) * math.log(b / a) for a, b in zip(p, q, strict=True))
    assert expected == pytest.approx(found.value, rel=1e-9, abs=1e-15)
    assert len(pairs) == found.bins
    assert found.value == pytest.approx(mirrored.value, rel=1e-9, abs=1e-15)
    ends = mirrored.bounds.lower, mirrored.bounds.upper
    assert ends == pytest.approx((found.bounds.lower, found.bounds.upper), rel=1e-7, abs=1e-15)
    assert 0 <= found.bounds.lower <= found.bounds.upper


@given(table=tables())
def test_distances_of_counts_equal_the_reference(table):
    first, second = (np.array(side, float) for side in table)
    p, q = first / first.sum(), second / second.sum()

    def found(name):
        return stats.count_distance(name, first, second)

    # scipy's square root turns a rounding error of 1e-16 into one of 1e-8
    assert jensenshannon(p, q, base=2) == pytest.approx(found("jensen-shannon"), abs=3e-8)
    assert abs(p - q).max() == pytest.approx(found("l-infinity"), abs=1e-12)
    used = np.stack([first, second])[:, first + second > 0]
    assume(used.shape[1] > 1)
    test = reference.chi2_contingency(used, correction=False)
    association = math.sqrt(test.statistic / used.sum())
    assert association == pytest.approx(found("cramers-v"), rel=1e-9, abs=1e-9)
    p_value = stats.homogeneity_p(first, second)
    assert test.pvalue == pytest.approx(p_value, rel=1e-6, abs=1e-200)


@given(
    counts=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=20)
)
def test_the_chance_of_sides_as_close_equals_the_reference(counts):
    first, second = (np.array(side) for side in zip(*counts, strict=True))
    used = first + second > 0
    assume(first.sum() and second.sum() and used.sum() > 1)

    test = reference.chi2_contingency([first[used], second[used]], correction=False)

    expected = reference.chi2.cdf(test.statistic, test.dof)
    assert expected == pytest.approx(stats.closeness_p(first, second), rel=1e-6, abs=1e-200)


@given(first=columns(smallest=2), second=columns(smallest=2), level=LEVELS)
def test_kolmogorov_smirnov_equals_the_reference(first, second, level):
    expected = reference.ks_2samp(first, second, method="asymp").statistic

    found = stats.ks(first, second, level=level)

    assert expected == pytest.approx(found.distance, abs=1e-12)
    effective = math.sqrt(first.size * second.size / (first.size + second.size))
    assert reference.kstwobign.sf(effective * expected) == pytest.approx(found.p, rel=1e-9)
    assert 0 <= found.bounds.lower <= expected <= found.bounds.upper + 1e-12


@given(first=columns(), second=columns())
def test_binned_distances_lie_where_they_say(first, second):
    bins = bins_of(first)
    ours, theirs = stats.count_numbers(bins, first), stats.count_numbers(bins, second)
    everything = np.concatenate([first, second])
    unit = float(first.std()) if np.ptp(first) else 0.0

    binned = stats.binned_ks(bins, ours, theirs, level=1e-9)
    ends = stats.Bounds(everything.min(), everything.max())
    moved = stats.binned_wasserstein(bins, ours, theirs, deviation=unit, ends=ends, level=0.9)

    distance = stats.ks(first, second, level=0.9).distance
    assert binned.distance <= distance + 1e-12
    assert binned.bounds.lower - 1e-12 <= distance <= binned.bounds.upper + 1e-12
    if unit:
        exact = stats.wasserstein(first, second, level=0.9).distance
        slack = 1e-9 * max(1.0, exact)
        assert moved.bounds.lower - slack <= exact <= moved.bounds.upper + slack


@given(first=columns(), second=columns(), level=LEVELS)
def test_wasserstein_equals_the_reference(first, second, level):
    found = stats.wasserstein(first, second, level=level)

    if np.ptp(first) == 0:
        assert math.isnan(found.distance)
        return
    expected = reference.wasserstein_distance(first, second) / first.std()
    assert expected == pytest.approx(found.distance, rel=1e-6, abs=1e-9)
    assert 0 <= found.bounds.lower <= found.distance <= found.bounds.upper


@given(p_values=arrays(float, st.integers(1, 20), elements=st.floats(0, 1)))
def test_adjusted_p_equal_the_reference(p_values):
    expected = reference.false_discovery_control(p_values, method="bh")
    assert expected == pytest.approx(stats.benjamini_hochberg(p_values), rel=1e-12)

    order = np.argsort(p_values)
    largest, holm = 0.0, np.empty_like(p_values)
    for done, place in enumerate(order):
        largest = max(largest, min(1.0, (p_values.size - done) * p_values[place]))
        holm[place] = largest
    assert holm == pytest.approx(stats.holm(p_values), rel=1e-12)


@given(
    table=tables(),
    seed=st.integers(0, 2**64 - 1),
    name=st.sampled_from(["jensen-shannon", "cramers-v", "l-infinity"]),
)
def test_resampled_distances_have_finite_ordered_ends(table, seed, name):
    first, second = (
        stats.count_distance_bounds(name, *table, level=0.9, seed=seed, resamples=50)
        for _ in range(2)
    )

    assert first == second
    assert 0 <= first.lower <= first.upper < 3
