from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlspec import stats

MOMENTS = st.lists(st.integers(-5000, 5000).map(lambda each: each / 8), min_size=1, max_size=60)


@given(moments=MOMENTS, seconds=st.sampled_from([0.5, 1.0, 7.25, 60.0]))
def test_every_moment_of_a_full_window_is_counted_in_it(moments, seconds):
    first, last = min(moments), max(moments)
    windows = math.floor((last - first) / seconds)

    found = stats.window_sums(stats.vector(moments), None, seconds=seconds)

    expected = [
        sum(first + place * seconds <= each < first + (place + 1) * seconds for each in moments)
        for place in range(windows)
    ]
    assert expected == found.tolist()


@given(moments=MOMENTS, data=st.data())
def test_the_order_of_rows_does_not_matter_and_weights_follow_theirs(moments, data):
    order = data.draw(st.permutations(range(len(moments))))
    weights = np.arange(len(moments), dtype=float)
    values = stats.vector(moments)

    straight = stats.window_sums(values, weights, seconds=10)
    shuffled = stats.window_sums(values[order], weights[order], seconds=10)

    assert straight.tolist() == shuffled.tolist()


def test_nothing_fills_no_window():
    assert [] == stats.window_sums(stats.vector([]), None, seconds=1).tolist()
    assert [] == stats.window_sums(stats.vector([3.0, 3.5]), None, seconds=1).tolist()


def test_steps_are_equal_or_there_is_none():
    assert 15.0 == stats.equal_step(stats.vector([0, 15, 30, 45.0004]))
    for moments in ([], [1], [0, 15, 45], [0, 0], [3, 2, 1], [0, 1, math.nan]):
        assert math.isnan(stats.equal_step(stats.vector(moments)))
