"""The interval of an entropy holds the true one as often as it says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from mlspec.stats import action_entropy, entropy_interval

SHARES = {
    "even": [0.25] * 4,
    "two": [0.5, 0.5],
    "nearly even": [0.463, 0.537],
    "rare": [0.95, 0.03, 0.01, 0.01],
    "many": [0.02] * 50,
    "skewed": [0.6, 0.2, 0.1, 0.05, 0.05],
}


@pytest.mark.parametrize("rows", [200, 2000])
@pytest.mark.parametrize("name", SHARES)
def test_each_end_fails_seldom_fails(name, rows):
    shares = SHARES[name]
    true, source = entropy(shares, base=2), np.random.default_rng(7)
    draws = [source.choice(len(shares), rows, p=shares).astype(float) for _ in range(400)]

    found = [entropy_interval(each, level=0.9) for each in draws]

    assert np.mean([each.lower > true for each in found]) <= 0.11
    assert np.mean([each.upper < true for each in found]) <= 0.11


@given(st.lists(st.integers(0, 5).map(float), min_size=1, max_size=200))
def test_the_entropy_of_the_sample_lies_inside(values):
    actions = np.array(values)

    found = entropy_interval(actions, level=0.9)

    assert 0 <= found.lower <= action_entropy(actions) <= found.upper


def test_one_action_is_not_proof_that_there_is_no_other():
    assert 0 < entropy_interval(np.zeros(1000), level=0.9).upper < 0.05
    assert 1.0 == entropy_interval(np.zeros(2), level=0.9).upper


@pytest.mark.parametrize("values", [[], [0.0, math.nan]])
def test_nothing_is_known_without_rows_or_with_nan(values):
    found = entropy_interval(np.array(values), level=0.9)

    assert (0.0, math.inf) == (found.lower, found.upper)
