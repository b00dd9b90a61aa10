"""A tally says what its rows say: the same quantiles, bins, moments and profile."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec import stats
from mlspec.stats.engines._numpy import MemoryTable
from mlspec.stats.engines._table import ColumnError, quantile_bins, quantiles
from mlspec.stats.engines._tally import TallyTable

VALUES = st.lists(
    st.one_of(st.integers(-20, 20).map(lambda n: n / 4), st.floats(-1e6, 1e6), st.just(math.nan)),
    min_size=1,
    max_size=120,
)


def both(values):
    counted = Counter(each for each in values if not math.isnan(each))
    missing = sum(map(math.isnan, values))
    near = MemoryTable(len(values), {"x": np.array(values, np.float64)})
    return near, TallyTable(len(values), {"x": stats.tally(counted, missing=missing)})


@given(VALUES)
@settings(max_examples=150)
def test_bins_counts_and_moments_are_those_of_the_rows(values):
    near, far = both(values)
    ours, theirs = near.moments("x"), far.moments("x")

    assert (ours.finite, ours.missing, ours.infinite) == (
        theirs.finite,
        theirs.missing,
        theirs.infinite,
    )
    assert quantiles(near, "x", ours.finite) == quantiles(far, "x", theirs.finite)
    bins = {"x": quantile_bins(near, "x", ours.finite)}
    assert near.counts(bins) == far.counts(bins)
    scale = 1e-9 * max((abs(each) for each in values if not math.isnan(each)), default=1.0)
    assert (ours.mean, ours.deviation) == pytest.approx(
        (theirs.mean, theirs.deviation), rel=1e-9, abs=scale, nan_ok=True
    )


@given(VALUES, st.sampled_from([0.01, 0.5, 0.95, 0.99]), st.sampled_from([0.8, 0.9, 0.98]))
@settings(max_examples=150)
def test_quantiles_with_their_interval_are_those_of_the_rows(values, share, level):
    there = [each for each in values if not math.isnan(each)]

    found = stats.tally_quantile(stats.tally(Counter(there)), share, level=level)

    expected = stats.quantile(stats.vector(there), share, level=level)
    assert expected.bounds == found.bounds
    assert [expected.value] == pytest.approx([found.value], nan_ok=True, rel=0, abs=0)


def test_counted_numbers_are_no_categories():
    _, far = both([1.0, 2.0])

    for ask in (
        lambda: far.categories("x"),
        lambda: far.counts({"x": stats.CategoryBins(("1",), ())}),
    ):
        with pytest.raises(ColumnError) as refused:
            ask()
        assert "not-categories" == refused.value.code
    with pytest.raises(ColumnError, match="no column"):
        far.moments("absent")
