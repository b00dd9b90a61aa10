"""Distribution functions at the ends of what they are defined for."""

from __future__ import annotations

import math

import pytest

from mlspec import stats

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (stats.beta_cdf, (NAN, 1, 1)),
        (stats.beta_cdf, (0.5, 0, 1)),
        (stats.beta_survival, (0.5, 1, -1)),
        (stats.beta_survival, (0.5, INF, 1)),
        (stats.beta_quantile, (0.5, NAN, 1)),
        (stats.beta_quantile, (1.1, 1, 1)),
        (stats.beta_quantile, (NAN, 1, 1)),
        (stats.gamma_cdf, (NAN, 1)),
        (stats.gamma_survival, (1, 0)),
        (stats.gamma_survival, (1, INF)),
        (stats.chi2_survival, (1, 0)),
        (stats.chi2_survival, (NAN, 1)),
        (stats.student_survival, (NAN, 1)),
        (stats.student_survival, (0, 0)),
        (stats.student_quantile, (0.5, 0)),
        (stats.student_quantile, (NAN, 3)),
        (stats.student_quantile, (-0.1, 3)),
        (stats.kolmogorov_survival, (NAN,)),
    ],
)
def test_outside_the_domain_nothing_is_defined(function, arguments):
    assert math.isnan(function(*arguments))


@pytest.mark.parametrize(
    ("expected", "function", "arguments"),
    [
        (0.0, stats.beta_cdf, (0, 2, 3)),
        (1.0, stats.beta_cdf, (1, 2, 3)),
        (1.0, stats.beta_survival, (-1, 2, 3)),
        (0.0, stats.beta_quantile, (0, 2, 3)),
        (1.0, stats.beta_quantile, (1, 2, 3)),
        (0.0, stats.gamma_cdf, (0, 2)),
        (0.0, stats.gamma_survival, (INF, 2)),
        (1.0, stats.chi2_survival, (0, 5)),
        (0.0, stats.student_survival, (INF, 5)),
        (1.0, stats.student_survival, (-INF, 5)),
        (0.5, stats.student_survival, (0, 5)),
        (0.5, stats.student_survival, (0, INF)),
        (-INF, stats.student_quantile, (0, 5)),
        (0.0, stats.student_quantile, (0.5, 5)),
        (INF, stats.student_quantile, (1, 5)),
        (INF, stats.student_quantile, (1, INF)),
        (1.0, stats.kolmogorov_survival, (0,)),
        (1.0, stats.kolmogorov_survival, (-1,)),
        (0.0, stats.kolmogorov_survival, (INF,)),
    ],
)
def test_the_ends_are_exact(expected, function, arguments):
    assert expected == function(*arguments)


def test_infinitely_many_degrees_are_the_normal_distribution():
    assert 1.959963984540054 == pytest.approx(stats.student_quantile(0.975, INF), abs=1e-12)
    assert 0.025 == pytest.approx(stats.student_survival(1.959963984540054, INF), abs=1e-12)


def test_a_quantile_below_all_floats_is_no_error():
    assert 0.0 <= stats.beta_quantile(1e-12, 0.005, 3) < 1e-300


def test_billions_of_counts_neither_overflow_nor_take_long():
    assert 0.4999690102484068 == pytest.approx(stats.beta_quantile(0.025, 5e8, 5e8), rel=1e-12)
    assert 0.5 == pytest.approx(stats.chi2_survival(1e9, 1e9), abs=1e-4)


def test_what_cannot_be_computed_is_undefined_and_not_slow():
    assert math.isnan(stats.beta_cdf(0.5, 1e200, 1e200))
    assert math.isnan(stats.beta_quantile(0.4, 1e200, 1e200))


def test_too_few_terms_or_steps_are_undefined_and_no_guess(monkeypatch):
    monkeypatch.setattr("mlspec.stats._special._MOST_TERMS", 3)
    monkeypatch.setattr("mlspec.stats._special._NEWTON_STEPS", 1)

    assert math.isnan(stats.gamma_cdf(990, 1000))
    assert math.isnan(stats.gamma_survival(1010, 1000))
    assert math.isnan(stats.beta_cdf(0.5, 1000, 1000))
    assert math.isnan(stats.beta_quantile(0.01, 2, 3))
