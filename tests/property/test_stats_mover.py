"""The interval of a difference from two intervals, against Newcombe's and Wald's."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.stats import Bounds, Share, mover_difference, newcombe, wilson

SHARES = st.integers(1, 100_000).flatmap(
    lambda n: st.integers(0, n).map(lambda k: Share(float(k), float(n)))
)


@given(SHARES, SHARES, st.sampled_from([0.5, 0.9, 0.99]))
def test_with_wilson_it_is_newcombe(first, second, level):
    ours, theirs = (wilson(each.successes, each.trials, level=level) for each in (first, second))

    found = mover_difference(first.value, ours, second.value, theirs)

    expected = newcombe(first, second, level=level)
    assert expected.lower == pytest.approx(max(-1.0, found.lower), abs=1e-12)
    assert expected.upper == pytest.approx(min(1.0, found.upper), abs=1e-12)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e3), st.floats(-1e6, 1e6), st.floats(0, 1e3))
def test_with_wald_it_is_the_usual_one(first, half, second, other):
    found = mover_difference(
        first, Bounds(first - half, first + half), second, Bounds(second - other, second + other)
    )

    width = math.hypot(half, other)
    assert first - second - width == pytest.approx(found.lower, abs=1e-6)
    assert first - second + width == pytest.approx(found.upper, abs=1e-6)


def test_an_infinite_end_is_no_knowledge():
    found = mover_difference(0.5, Bounds(-math.inf, math.inf), 0.4, Bounds(0.3, 0.5))

    assert (-math.inf, math.inf) == (found.lower, found.upper)
