"""Distribution functions equal those of scipy, over the counts that gates meet."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy import special
from scipy.stats import t as student

from mlspec import stats

SHAPES = st.one_of(
    st.sampled_from([0.5, 1.0, 1.5, 2.0]),
    st.floats(0.5, 50),
    st.floats(0, 6).map(lambda power: 10.0**power),
)
PROBABILITIES = st.one_of(
    st.floats(1e-12, 1 - 1e-12), st.floats(-12, -0.31).map(lambda power: 10**power)
)
DEGREES = st.one_of(st.integers(1, 30), st.integers(1, 10**6), st.floats(0.5, 1000))


def within(expected, found, rel=1e-9):
    """Equal where the number is not about to underflow."""
    assert expected == pytest.approx(found, rel=rel, abs=1e-290)


@given(x=st.floats(1e-9, 1 - 1e-9), a=SHAPES, b=SHAPES)
@example(x=0.9999, a=0.5, b=1e6)
@example(x=9.27e-6, a=1.18, b=6e5)
@example(x=0.5, a=1e6, b=1e6)
def test_beta_equals_the_reference(x, a, b):
    lower, upper = special.betainc(a, b, x), special.betaincc(a, b, x)

    # scipy takes x alone, and 1 - x then knows no more than 16 places
    within(lower, stats.beta_cdf(x, a, b))
    within(upper, stats.beta_survival(x, a, b))


@given(probability=PROBABILITIES, a=SHAPES, b=SHAPES)
def test_beta_quantile_equals_the_reference(probability, a, b):
    within(special.betaincinv(a, b, probability), stats.beta_quantile(probability, a, b))


@given(probability=PROBABILITIES, a=SHAPES, b=SHAPES)
def test_beta_quantile_undoes_the_distribution(probability, a, b):
    x = stats.beta_quantile(probability, a, b)
    assume(1e-12 < x < 1 - 1e-3)

    assert probability == pytest.approx(stats.beta_cdf(x, a, b), rel=1e-9)


@given(a=SHAPES, deviations=st.floats(-6, 12))
def test_gamma_equals_the_reference(a, deviations):
    x = a + deviations * math.sqrt(a)
    assume(x > 1e-9)

    # scipy's far tails of large shapes are its asymptotic ones: 2e-7, checked to 40 places
    within(special.gammainc(a, x), stats.gamma_cdf(x, a), rel=1e-9 if a < 100 else 1e-5)
    within(special.gammaincc(a, x), stats.gamma_survival(x, a), rel=1e-9 if a < 100 else 1e-5)


def test_far_tails_of_large_shapes_equal_those_to_forty_places():
    within(4.896148802792269e-07, stats.gamma_cdf(660160.5709464935, 664142.7206694045))
    within(7.214037524823183e-09, stats.student_quantile(0.5000000026819796, 3.5))


@given(degrees=st.integers(1, 2000), ratio=st.floats(0.01, 5))
def test_chi_squared_equals_the_reference(degrees, ratio):
    x = degrees * ratio

    within(special.chdtrc(degrees, x), stats.chi2_survival(x, degrees))


@given(t=st.floats(-40, 40), degrees=DEGREES)
def test_student_equals_the_reference(t, degrees):
    within(student.sf(t, degrees), stats.student_survival(t, degrees))


@given(probability=PROBABILITIES, degrees=DEGREES)
def test_student_quantile_equals_the_reference(probability, degrees):
    assume(abs(probability - 0.5) > 1e-4)

    within(student.ppf(probability, degrees), stats.student_quantile(probability, degrees), 1e-8)


@given(probability=PROBABILITIES, degrees=DEGREES)
def test_student_quantile_undoes_the_distribution(probability, degrees):
    t = stats.student_quantile(probability, degrees)

    assert probability == pytest.approx(stats.student_survival(-t, degrees), rel=1e-9)


@given(x=st.floats(0.01, 15))
@example(x=1.0)
@example(x=math.nextafter(1.0, 0.0))
def test_kolmogorov_equals_the_reference(x):
    within(special.kolmogorov(x), stats.kolmogorov_survival(x))
