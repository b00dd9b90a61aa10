"""The rows for a ratio of shares are those whose Katz interval has the width that is needed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from mlspec import stats

SHARES = st.floats(0.01, 0.99)
RATIOS = st.floats(0.3, 0.97)


@given(SHARES, RATIOS, st.floats(0.5, 0.99), st.floats(0.55, 0.99))
@settings(max_examples=200)
def test_it_is_the_first_number_whose_error_is_small_enough(share, ratio, level, power):
    rows = stats.rows_for_ratio(share, ratio, level=level, power=power)
    scale = norm.ppf((1 + level) / 2) + norm.ppf(power)

    def error(count):
        return scale * math.sqrt(2 * (1 - share) / (count * share))

    assert error(rows) <= -math.log(ratio) * (1 + 1e-6)
    assert rows == 1 or error(rows - 1) >= -math.log(ratio) * (1 - 1e-6)


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_the_interval_of_so_many_alike_rows_keeps_the_ratio_with_that_chance(share):
    rows = stats.rows_for_ratio(share, 0.8, level=0.9, power=0.5)
    events = stats.Share(round(share * rows), rows)

    bounds = stats.katz_log(events, events, level=0.9)

    assert bounds.lower == pytest.approx(0.8, abs=0.004)


@pytest.mark.parametrize(("share", "ratio"), [(0.0, 0.8), (0.5, 0.0), (0.5, 1.0)])
def test_what_no_number_of_rows_tells_takes_infinitely_many(share, ratio):
    assert math.isinf(stats.rows_for_ratio(share, ratio, level=0.9))


def test_everybody_selected_needs_one_row_as_there_is_no_spread():
    assert stats.rows_for_ratio(1.0, 0.8, level=0.9) == 1
