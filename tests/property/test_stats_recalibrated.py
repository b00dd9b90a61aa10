"""Scores made probabilities by a fit, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from mlspec.stats import recalibrated, recalibration


@given(st.integers(0, 2**32 - 1), st.floats(0.3, 3), st.floats(-1, 1))
@settings(max_examples=20)
def test_probabilities_are_those_of_scikit_learn(seed, slope, intercept):
    source = np.random.default_rng(seed)
    odds = source.normal(0, 1.5, 600)
    labels = (source.random(600) < 1 / (1 + np.exp(-(intercept + slope * odds)))).astype(float)
    scores = 1 / (1 + np.exp(-odds))

    found = recalibrated(scores, recalibration(labels, scores, level=0.9))

    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(odds[:, None], labels)
    assert model.predict_proba(odds[:, None])[:, 1] == pytest.approx(found, abs=1e-5)
    # maximum likelihood with an intercept: probabilities add up to the positives
    assert labels.sum() == pytest.approx(found.sum(), abs=1e-6)


def test_certain_scores_stay_probabilities_and_in_order():
    source = np.random.default_rng(1)
    scores = np.concatenate([[0.0, 1.0], source.random(500)])
    labels = (source.random(502) < scores).astype(float)

    found = recalibrated(scores, recalibration(labels, scores, level=0.9))

    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found[np.argsort(scores)]) >= 0).all()


def test_a_fit_with_a_flaw_makes_nothing_of_scores():
    fit = recalibration(np.zeros(10), np.linspace(0.1, 0.9, 10), level=0.9)

    assert np.isnan(recalibrated(np.array([0.5]), fit)).all()
    assert recalibrated(np.array([]), fit).size == 0
