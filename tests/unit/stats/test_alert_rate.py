from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from mlspec import stats

WEEK = 10_080
DISTANCES = st.floats(0.0, 6.0)
MINUTES = st.integers(1, 2000)


def counted(distance, window, patience, weeks, seed):
    """Return alerts a week of a moving average of white noise, looked at every minute."""
    noise = np.random.default_rng(seed).standard_normal(weeks * WEEK + window)
    sums = np.cumsum(np.insert(noise, 0, 0.0))
    beyond = (sums[window:] - sums[:-window]) / math.sqrt(window) > distance
    edges = np.flatnonzero(np.diff(np.concatenate(([0], beyond.view(np.int8), [0]))))
    lengths = edges[1::2] - edges[::2]
    return np.count_nonzero(lengths > patience) / weeks


@pytest.mark.parametrize(
    ("distance", "window", "patience", "slack"),
    [
        (1.96, 30, 0, 1.3),
        (1.5, 60, 0, 1.3),
        (2.5, 120, 0, 1.5),
        (1.96, 30, 10, 4.0),
        (1.0, 60, 30, 4.0),
        (1.0, 30, 60, 12.0),
        (0.5, 15, 45, 60.0),
        (0.0, 1, 3, 4.0),
    ],
)
def test_no_more_alerts_are_simulated_than_expected_and_not_far_fewer(
    distance, window, patience, slack
):
    seen = counted(distance, window, patience, weeks=60, seed=window)

    expected = stats.alerts_per_week(distance, window_minutes=window, for_minutes=patience)

    noise = 4 * math.sqrt(seen / 60) + 0.05  # four standard errors of the simulated number
    assert seen - noise <= expected <= slack * (seen + noise)


@given(height=st.floats(-8, 8), slope=st.floats(0, 1))
def test_owens_t_is_that_of_scipy(height, slope):
    assert special.owens_t(height, slope) == pytest.approx(
        stats.owens_t(height, slope), abs=1e-12, rel=1e-8
    )


@given(distance=DISTANCES, window=MINUTES, patience=MINUTES)
def test_longer_patience_and_farther_limits_never_give_more_alerts(distance, window, patience):
    rate = stats.alerts_per_week(distance, window_minutes=window, for_minutes=patience)

    assert rate >= 0
    for other, longer in ((distance + 0.5, patience), (distance, 2 * patience)):
        fewer = stats.alerts_per_week(other, window_minutes=window, for_minutes=longer)
        assert fewer <= rate * (1 + 1e-9)


def test_a_limit_that_noise_never_reaches_gives_no_alert():
    assert 0 == stats.alerts_per_week(math.inf, window_minutes=30, for_minutes=0)


def test_windows_as_short_as_the_looks_know_nothing_of_each_other():
    beyond = 0.025
    rate = stats.alerts_per_week(1.959963984540054, window_minutes=1, for_minutes=0)

    assert rate == pytest.approx(WEEK * beyond * (1 - beyond))


def bursts(expected, least, *, weeks, draw):
    """Count how often a window of an hour reaches `least` events, in a simulation."""
    rate = expected / 60
    times = draw.exponential(1 / rate, size=int(weeks * 10_080 * rate)).cumsum()
    first = np.searchsorted(times, times - 60, side="right")
    held = np.arange(len(times)) - first + 1
    return np.count_nonzero(held == least) / (times[-1] / 10_080)


@pytest.mark.parametrize(("expected", "least"), [(0.02, 1), (0.5, 2), (3.0, 8), (40.0, 55)])
def test_bursts_come_as_often_as_in_a_simulation(expected, least):
    simulated = bursts(expected, least, weeks=4000, draw=np.random.default_rng(7))

    rate = stats.bursts_per_week(expected, least, window_minutes=60)

    assert rate == pytest.approx(simulated, rel=0.1)


def test_no_events_make_no_burst_and_a_single_one_makes_every_first():
    assert 0 == stats.bursts_per_week(0.0, 1, window_minutes=60)
    weekly = stats.bursts_per_week(1e-6, 1, window_minutes=60)
    assert weekly == pytest.approx(1e-6 * 168, rel=1e-5)
