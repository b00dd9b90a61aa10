from __future__ import annotations

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mlspec import stats


@given(values=st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=40))
def test_the_most_common_value_has_its_share(values):
    ((_, most),) = Counter(values).most_common(1)

    assert most / len(values) == stats.largest_tie(stats.vector(values))


def test_no_rows_have_no_ties():
    assert math.isnan(stats.largest_tie(stats.vector([])))
