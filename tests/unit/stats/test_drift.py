"""Drift on data that trap other tools, and where nothing can be said."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy import stats as reference

from mlspec import stats
from mlspec.stats._resampled_counts import resampled_counts
from mlspec.stats.engines._numpy import MemoryTable
from mlspec.stats.engines._table import quantile_bins

NAN, INF = math.nan, math.inf
DATA = Path(__file__).parents[4] / "shared" / "data"
DISTANCES = ["jensen-shannon", "cramers-v", "l-infinity"]


def bins_of(values):
    """Return the bins of a column, as a profile makes them."""
    table = MemoryTable(values.size, {"x": values})
    return quantile_bins(table, "x", table.moments("x").finite)


def psi_of(first, second):
    bins = bins_of(first)
    ours, theirs = stats.count_numbers(bins, first), stats.count_numbers(bins, second)
    return stats.psi(ours.vector, theirs.vector, level=0.9)


def test_a_constant_feature_is_one_spike():
    bins = bins_of(np.full(5, 3.0))

    assert stats.NumericBins((3.0,), (3.0,)) == bins
    counts = stats.count_numbers(bins, stats.vector([2, 3, 3, 4, NAN, INF, -INF]))
    assert stats.BinCounts((1, 1, 2), missing=1, infinite=2) == counts


@pytest.mark.parametrize("values", [[], [NAN, NAN], [INF, -INF]])
def test_a_feature_without_numbers_has_one_bin(values):
    bins = bins_of(stats.vector(values))

    assert stats.NumericBins(()) == bins
    assert 1 == bins.size
    assert (1, 1) == stats.count_numbers(bins, stats.vector([7, NAN])).vector[::2]


def test_the_ends_of_the_floats_do_not_overflow():
    bins = bins_of(stats.vector([-1.7e308, 0, 1.7e308]))

    assert all(map(math.isfinite, bins.edges))
    assert 0 in bins.edges or min(map(abs, bins.edges)) < 1e300


def test_zero_inflation_has_its_own_bin():
    values = stats.vector([0.0] * 70 + list(range(1, 31)))
    bins = bins_of(values)

    assert (0.0,) == bins.spikes
    assert 70 == stats.count_numbers(bins, values).bins[-1]


def test_blocks_do_not_show(monkeypatch):
    values = np.random.default_rng(3).normal(size=1000)
    bins = bins_of(values)
    whole = stats.count_numbers(bins, values)

    monkeypatch.setattr("mlspec.stats._binning._BLOCK", 7)

    assert whole == stats.count_numbers(bins, values)


def test_the_most_frequent_categories_have_bins_and_ties_go_by_name():
    bins = stats.category_bins(Counter("ccbbaad"), most=2)

    assert stats.CategoryBins(("a", "b"), ("c", "d")) == bins
    counts = stats.count_categories(bins, {"a": 5, "d": 2, "new": 3, None: 4})
    assert stats.BinCounts((5, 0, 2), missing=4, new=3) == counts
    assert 0.3 == counts.new_share.value
    assert 4 / 14 == counts.missing_share.value


def test_a_new_category_cannot_be_told_from_rare_ones_whose_names_are_gone():
    bins = stats.CategoryBins(("a",), others=None)

    counts = stats.count_categories(bins, {"a": 5, "x": 5})

    assert stats.BinCounts((5, 5), new=None) == counts
    assert math.isnan(counts.new_share.value)
    assert 10 == counts.rows


def test_a_category_may_be_called_like_anything():
    bins = stats.category_bins({"__other__": 1, "__missing__": 1, "": 1})

    counts = stats.count_categories(bins, {"__other__": 4, "": 1})
    assert (1, 0, 4, 0, 0) == counts.vector


def test_empty_bins_have_a_finite_price():
    found = stats.psi([120, 0, 340, 0, 40], [100, 25, 300, 0, 75], level=0.9)

    assert 0.256 == pytest.approx(found.value, abs=5e-4)
    assert 4 == found.bins


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([0, 0], [1, 2]),
        ([1, 2], [0, 0]),
        ([], []),
        ([1, NAN], [1, 2]),
        ([1, -1], [1, 2]),
        ([1, INF], [1, 2]),
    ],
)
def test_without_rows_nothing_is_known(first, second):
    found = stats.psi(first, second, level=0.9)

    assert math.isnan(found.value)
    assert stats.Bounds(0.0, INF) == found.bounds
    assert found.thin
    assert math.isnan(stats.homogeneity_p(first, second))
    for name in DISTANCES:
        assert math.isnan(stats.count_distance(name, first, second))
        bounds = stats.count_distance_bounds(name, first, second, level=0.9, seed=1)
        assert stats.Bounds(0.0, INF) == bounds


def test_equal_constants_prove_little_when_there_are_three():
    few, many = (stats.psi([1000], [rows], level=0.9) for rows in (3, 100_000))

    assert few.bounds.upper > 0.5
    assert few.thin
    assert many.bounds.upper < 0.01
    assert 1.0 == stats.homogeneity_p([1000], [3])
    assert 0.0 == stats.count_distance("cramers-v", [1000], [3])
    wide = stats.count_distance_bounds("l-infinity", [1000], [3], level=0.9, seed=1)
    assert wide.upper > 0.2


def test_three_rows_are_thin():
    assert stats.psi([100] * 10, [1, 1, 1] + [0] * 7, level=0.9).thin
    assert not stats.psi([100] * 10, [5] * 10, level=0.9).thin


def test_a_column_that_went_missing_drifts():
    values = np.random.default_rng(1).normal(size=5000)
    gone = np.where(np.arange(5000) % 2, NAN, values)

    assert psi_of(values, gone).bounds.lower > 1


def test_an_outlier_does_not_hide_a_shift():
    values = np.random.default_rng(1).normal(size=5000)
    moved = np.append(values + 2, 1e6)

    assert psi_of(values, moved).bounds.lower > 1


def test_a_point_mass_that_moves_is_seen():
    noise = np.random.default_rng(5)
    before = np.full(20_000, 0.003467)
    before[:400] = noise.uniform(0, 0.01, 400)

    found = psi_of(before, noise.uniform(0.0035, 0.01, 20_000))

    assert found.bounds.lower > 5


def test_huge_counts_neither_overflow_nor_vanish():
    found = stats.psi([10**15, 10**15], [10**15, 2 * 10**15], level=0.9)

    assert found.bounds.lower == pytest.approx(found.value, rel=1e-5)
    bounds = stats.count_distance_bounds(
        "l-infinity", [10**15, 10**15], [10**15, 2 * 10**15], level=0.9, seed=1
    )
    assert (1 / 6, 1 / 6) == pytest.approx((bounds.lower, bounds.upper), rel=1e-5)


@pytest.mark.parametrize("case", [(20, 400, 0.0), (20, 400, 0.3), (10, 1000, 0.8)])
def test_psi_is_covered_as_often_as_the_level_says(case):
    ratio, rows, tilt = case
    noise = np.random.default_rng(17)
    p = np.full(10, 0.1)
    q = p * np.exp(tilt * np.linspace(-1, 1, 10))
    q /= q.sum()
    truth = float(np.sum((q - p) * np.log(q / p)))
    ends = [
        stats.psi(noise.multinomial(ratio * rows, p), noise.multinomial(rows, q), level=0.9).bounds
        for _ in range(400)
    ]

    assert sum(each.lower <= truth <= each.upper for each in ends) >= 0.87 * 400
    assert sum(each.upper < truth for each in ends) <= 0.09 * 400


@pytest.mark.parametrize("name", DISTANCES)
@pytest.mark.parametrize("tilt", [0.0, 0.5])
def test_resampled_intervals_fail_seldom_at_either_end(name, tilt):
    noise = np.random.default_rng(23)
    p = 0.7 ** np.arange(8)
    p, q = p / p.sum(), p * np.exp(tilt * np.linspace(-1, 1, 8))
    q /= q.sum()
    truth = stats.count_distance(name, p * 2000, q * 500)
    ends = [
        stats.count_distance_bounds(
            name,
            noise.multinomial(2000, p),
            noise.multinomial(500, q),
            level=0.9,
            seed=trial,
            resamples=300,
        )
        for trial in range(100)
    ]

    assert sum(each.upper < truth - 1e-9 for each in ends) <= 12
    assert sum(each.lower > truth + 1e-9 for each in ends) <= 12


@pytest.mark.parametrize("rows", [7, 300, 10**6])
def test_resampled_counts_are_multinomial(rows):
    shares = np.array([0.6, 0.25, 0.1, 0.04, 0.01])

    drawn = resampled_counts(shares, rows, np.random.PCG64(3), 20_000)

    assert (drawn.sum(axis=1) == rows).all()
    assert (drawn >= 0).all()
    assert (drawn == np.floor(drawn)).all()
    spread = rows * shares * (1 - shares)
    assert rows * shares == pytest.approx(drawn.mean(axis=0), abs=5 * np.sqrt(spread.max() / 2e4))
    assert spread == pytest.approx(drawn.var(axis=0), rel=0.06)
    exact = reference.binom.cdf(int(rows * 0.04), rows, 0.04)
    assert exact == pytest.approx((drawn[:, 3] <= int(rows * 0.04)).mean(), abs=0.015)


def test_resampled_counts_are_pinned_across_releases_of_numpy():
    drawn = resampled_counts(np.array([0.5, 0.3, 0.2]), 1000, np.random.PCG64(1), 2)

    assert [[512.0, 288.0, 200.0], [537.0, 287.0, 176.0]] == drawn.tolist()


@pytest.mark.parametrize("first", [[], [NAN], [1.0, INF]])
def test_distances_of_no_numbers_are_undefined(first):
    one, two = stats.vector(first), stats.vector([1.0, 2.0])

    for ours, theirs in ((one, two), (two, one)):
        assert math.isnan(stats.ks(ours, theirs, level=0.9).distance)
        assert stats.Bounds(0.0, 1.0) == stats.ks(ours, theirs, level=0.9).bounds
        assert math.isnan(stats.wasserstein(ours, theirs, level=0.9).distance)


def test_rounding_errors_of_a_constant_are_no_unit():
    found = stats.wasserstein(np.full(1000, 0.1), np.full(1000, 0.7), level=0.9)

    assert math.isnan(found.distance)
    assert stats.Bounds(0.0, INF) == found.bounds


def test_a_mean_distance_that_overflows_is_not_known():
    far = stats.vector([-1.7e308, 1.7e308])

    assert math.isnan(stats.wasserstein(far, far, level=0.9).distance)
    assert 0.0 == stats.ks(far, far, level=0.9).distance


def test_few_rows_that_equal_the_reference_prove_little():
    three = stats.vector([1.0, 2.0, 3.0])

    assert stats.wasserstein(three, three, level=0.9).bounds.upper > 0.3
    assert 1.0 == stats.ks(three, three, level=0.9).bounds.upper


def test_counts_alone_do_not_call_a_heavy_tail_calm():
    noise = np.random.default_rng(2)
    first, second = np.exp(3 * noise.normal(size=20_000)), np.exp(3 * noise.normal(0.5, 1, 20_000))
    bins = bins_of(first)
    ours, theirs = stats.count_numbers(bins, first), stats.count_numbers(bins, second)

    found = stats.binned_ks(bins, ours, theirs, level=0.9)

    assert 0.15 < found.bounds.lower < 0.197 < found.bounds.upper
    assert math.isnan(
        stats.binned_ks(bins, ours, stats.BinCounts((0,) * bins.size), level=0.9).distance
    )


def test_counts_without_ends_have_no_mean_distance():
    bins, counts = stats.NumericBins((0.0,)), stats.BinCounts((5, 5))

    unknown, known = stats.Bounds(-INF, 3), stats.Bounds(-1, 1)
    for deviation, ends in ((1.0, unknown), (0.0, known), (INF, known), (NAN, known)):
        found = stats.binned_wasserstein(
            bins, counts, counts, deviation=deviation, ends=ends, level=0.9
        )
        assert math.isnan(found.distance)


def test_the_mean_distance_of_counts_is_that_of_evenly_spread_rows():
    bins = stats.NumericBins((0.0,))
    ours, theirs = stats.BinCounts((10**9, 0)), stats.BinCounts((0, 10**9))

    found = stats.binned_wasserstein(
        bins, ours, theirs, deviation=0.5, ends=stats.Bounds(-1, 1), level=0.9
    )

    assert 2.0 == found.distance
    assert found.bounds.lower < 2 < found.bounds.upper


def test_an_undefined_p_stays_so_and_counts_as_a_test():
    p_values = stats.vector([0.01, NAN, 0.04])

    assert [0.03, 0.06] == pytest.approx(stats.benjamini_hochberg(p_values)[[0, 2]])
    assert [0.03, 0.08] == pytest.approx(stats.holm(p_values)[[0, 2]])
    assert math.isnan(stats.holm(p_values)[1])
    assert 0 == stats.holm(stats.vector([])).size == stats.benjamini_hochberg(p_values[:0]).size


@pytest.fixture(scope="module")
def employment():
    duckdb = pytest.importorskip("duckdb", reason="reads the Parquet files of the shared data")
    if not (DATA / "employment_ma").exists():
        pytest.skip("the real data (../shared/data/employment_ma) are not beside this checkout")
    return [
        duckdb.sql(f"from '{DATA}/employment_ma/window_{year}.parquet'").fetchnumpy()
        for year in (2015, 2016)
    ]


def _categories(column):
    values = column.filled("") if isinstance(column, np.ma.MaskedArray) else column
    missing = np.ma.getmaskarray(column)
    return Counter(None if gone else str(v) for v, gone in zip(values, missing, strict=True))


def test_a_year_of_real_data_hardly_drifts_whatever_p_says(employment):
    before, after = employment
    names = [n for n in before if n.isupper() and n != "AGEP"] + ["RAC1P"]
    found, p_values = {}, []
    for name in names:
        ours, theirs = _categories(before[name]), _categories(after[name])
        bins = stats.category_bins(ours)
        counts = [stats.count_categories(bins, side).vector for side in (ours, theirs)]
        found[name] = stats.psi(*counts, level=0.9)
        p_values.append(stats.homogeneity_p(*counts))
    found["AGEP"] = psi_of(*(np.ma.filled(side["AGEP"], NAN) for side in employment))

    assert max(each.bounds.upper for each in found.values()) < 0.1
    assert min(p_values) < 0.05


def test_half_of_a_real_column_missing_is_drift(employment):
    ages = np.ma.filled(employment[0]["AGEP"], NAN)
    gone = np.where(np.arange(ages.size) % 2, NAN, ages)

    assert psi_of(ages, gone).bounds.lower > 0.25


def test_a_real_zero_inflated_column_has_its_spike():
    duckdb = pytest.importorskip("duckdb", reason="reads the Parquet files of the shared data")
    features = DATA / "adult" / "features_train.parquet"
    if not features.exists():
        pytest.skip("the real data (../shared/data/adult) are not beside this checkout")
    gains = duckdb.sql(f"select capital_gain from '{features}'").fetchnumpy()["capital_gain"]
    gains = np.asarray(gains, float)

    assert stats.NumericBins((0.0,), (0.0,)) == bins_of(gains)
    assert psi_of(gains[::2], gains[1::2]).bounds.upper < 0.01
    assert psi_of(gains, np.where(gains == 0, 1.0, gains)).bounds.lower > 1
