"""Curves are points that the data really give: those of scikit-learn, in fewer numbers."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import auc, roc_auc_score, roc_curve

from mlspec import stats

ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-3, 6).map(lambda tenth: tenth / 3)),
    min_size=1,
    max_size=80,
)


def columns(rows):
    return stats.vector([label for label, _ in rows]), stats.vector([score for _, score in rows])


@settings(max_examples=150)
@given(rows=ROWS, most=st.integers(2, 12))
def test_every_point_is_one_of_the_whole_curve_and_both_ends_are_there(rows, most):
    labels, scores = columns(rows)
    points = stats.roc_points(labels, scores, level=0.9, most=most)

    if len(set(labels.tolist())) < 2:
        assert points == ()
        return
    across, up, _ = roc_curve(labels, scores, drop_intermediate=False)
    whole = set(zip(across.tolist(), up.tolist(), strict=True))
    found = [(each.false_positive_rate, each.true_positive_rate) for each in points]
    near = [min(math.hypot(x - a, y - b) for a, b in whole) for x, y in found]
    assert max(near) < 1e-12
    assert found[0] == (0.0, 0.0)
    assert found[-1] == (1.0, 1.0)
    assert found == sorted(found)
    assert len(points) <= most
    for each in points:
        wilson = stats.wilson(each.true_positive_rate * labels.sum(), labels.sum(), level=0.9)
        assert each.bounds.lower == pytest.approx(wilson.lower, abs=1e-12)
        assert each.bounds.upper == pytest.approx(wilson.upper, abs=1e-12)


def test_forty_points_of_many_rows_keep_the_area():
    generator = np.random.default_rng(11)
    labels = stats.vector((generator.random(20_000) < 0.3).astype(float))
    scores = stats.vector(generator.normal(labels, 1.0))

    points = stats.roc_points(labels, scores, level=0.9)

    area = auc(
        [each.false_positive_rate for each in points], [each.true_positive_rate for each in points]
    )
    assert len(points) <= 40
    assert area == pytest.approx(roc_auc_score(labels, scores), abs=2e-3)


@settings(max_examples=150)
@given(rows=st.lists(st.tuples(st.integers(0, 1), st.floats(-5, 5)), max_size=60))
def test_bins_of_scores_hold_every_row_once(rows):
    labels, scores = columns(rows)
    bins = stats.score_bins(labels, scores)

    assert sum(each.positives for each in bins) == int(labels.sum())
    assert sum(each.negatives + each.positives for each in bins) == labels.size
    for this, following in pairwise(bins):
        assert this.upper == following.lower
    if rows:
        assert bins[0].lower <= scores.min()
        assert scores.max() <= bins[-1].upper


def test_probabilities_are_counted_as_numpy_does_over_0_to_1():
    generator = np.random.default_rng(5)
    labels = stats.vector((generator.random(999) < 0.5).astype(float))
    scores = stats.vector(np.round(generator.random(999), 3))

    bins = stats.score_bins(labels, scores)

    edges = np.linspace(0, 1, 21)
    assert [each.positives for each in bins] == np.histogram(scores[labels == 1], edges)[0].tolist()
    assert [each.negatives for each in bins] == np.histogram(scores[labels == 0], edges)[0].tolist()


def test_constant_scores_fill_one_bin_and_two_points():
    labels, scores = stats.vector([0, 1, 1]), stats.vector([7.0, 7.0, 7.0])

    (only,) = stats.score_bins(labels, scores)
    points = stats.roc_points(labels, scores, level=0.9)

    assert (1, 2) == (only.negatives, only.positives)
    assert [(0.0, 0.0), (1.0, 1.0)] == [
        (each.false_positive_rate, each.true_positive_rate) for each in points
    ]


def test_no_rows_have_no_curve():
    nothing = stats.vector([])

    assert stats.score_bins(nothing, nothing) == ()
    assert stats.roc_points(nothing, nothing, level=0.9) == ()
