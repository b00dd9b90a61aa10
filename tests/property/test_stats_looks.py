"""Looks at an error share: exact chances, and rollouts that are looked at again and again."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from mlspec import stats
from mlspec.stats._looks import _poisson
from mlspec.targets._prometheus_query import Z

WATCH = stats.Watch(0.05, 20)
LIMITS = st.floats(0.005, 0.5)


def chances(share, watch, expected):
    """Both chances, by adding up every count of requests and errors."""
    failed = proven = 0.0
    for rows in range(max(watch.minimum, 1), int(poisson.ppf(1 - 1e-12, expected)) + 2):
        weight = poisson.pmf(rows, expected)
        errors = np.arange(rows + 1)
        ends = [stats.wilson(int(each), rows, level=watch.level) for each in errors]
        chance = binom.pmf(errors, rows, share)
        failed += weight * chance[[each.lower > watch.limit for each in ends]].sum()
        proven += weight * chance[[each.upper <= watch.limit for each in ends]].sum()
    return failed, proven


@given(st.floats(0.0, 1.0, allow_subnormal=False), LIMITS, st.integers(0, 30), st.floats(0.1, 60))
@settings(max_examples=25)
def test_chances_are_the_sum_over_all_counts(share, limit, minimum, expected):
    watch = stats.Watch(limit, minimum)
    failed, proven = chances(share, watch, expected)

    assert stats.chance_failed(share, watch, expected) == pytest.approx(failed, abs=1e-9)
    assert stats.chance_proven(share, watch, expected) == pytest.approx(proven, abs=1e-9)


def test_the_level_of_a_watch_is_that_of_the_compiled_alerts():
    assert pytest.approx(Z, abs=1e-12) == stats.two_sided_z(stats.Watch(0.01).level)


@given(LIMITS, st.integers(0, 2000))
@settings(max_examples=100)
def test_fewer_requests_than_needed_prove_nothing_even_without_an_error(limit, minimum):
    watch = stats.Watch(limit, minimum)
    needed = stats.requests_to_prove(watch)

    assert needed >= minimum
    assert stats.wilson(0, needed, level=0.95).upper <= limit * (1 + 1e-9)
    assert needed in {1, minimum} or stats.wilson(0, needed - 1, level=0.95).upper > limit


def test_a_limit_of_nothing_is_never_proven():
    assert math.isinf(stats.requests_to_prove(stats.Watch(0.0)))
    assert stats.chance_proven(0.0, stats.Watch(0.0), 5000) == 0


@pytest.mark.parametrize("expected", [0.0, -1.0, math.nan])
def test_without_traffic_nothing_fails_and_nothing_is_proven(expected):
    assert (0.0, 0.0) == (
        stats.chance_failed(0.5, WATCH, expected),
        stats.chance_proven(0.5, WATCH, expected),
    )


def test_very_much_traffic_decides():
    watch = stats.Watch(0.01, 500)

    assert stats.chance_proven(0.005, watch, 1e6) == pytest.approx(1.0)
    assert stats.chance_failed(0.02, watch, 1e6) == pytest.approx(1.0)
    assert stats.chance_failed(0.0, watch, 100_000) == 0


@pytest.mark.parametrize("mean", [0.01, 0.7, 30.0, 3000.0, 5e5])
def test_inverted_poisson_counts_are_scipys(mean):
    uniform = np.random.default_rng(5).random((3, 500))

    assert (_poisson(mean, uniform) == poisson.ppf(uniform, mean)).mean() > 0.999


def played(steps, share, watches, runs, **changes):
    plan = stats.LookPlan(tuple(stats.LookedStep(*each) for each in steps), **changes)
    return stats.simulate_paths(plan, share, watches, runs=runs, seed=9)


def shares(paths):
    ended = [sum(each.looks is not None for each in paths), sum(each.held for each in paths)]
    return [each / len(paths) for each in ended]


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2])
def test_one_look_per_step_ends_as_often_as_the_exact_chances_say(share):
    paths = played([(60.0, 1)], share, [WATCH], 4000, window=1)

    failed, held = shares(paths)

    assert failed == pytest.approx(stats.chance_failed(share, WATCH, 60), abs=0.03)
    assert 1 - failed - held == pytest.approx(stats.chance_proven(share, WATCH, 60), abs=0.03)


def test_more_looks_find_a_bad_model_more_often_and_the_same_seed_the_same_paths():
    once = played([(600.0, 1)], 0.08, [WATCH], 1000, window=1)
    often = played([(60.0, 100)], 0.08, [WATCH], 1000, window=10)

    assert shares(often)[0] > shares(once)[0]
    assert often == played([(60.0, 100)], 0.08, [WATCH], 1000, window=10)


def test_a_look_reaches_into_the_step_before_and_is_told_by_its_number():
    steps = [(1000.0, 1), (0.0, 3), (1000.0, 1)]

    paths = played(steps, 0.0, [WATCH], 3, window=2)

    # in the second step, the last look is too far from the traffic of the first one
    assert paths == 3 * [stats.RolloutPath(1, held=True)]
    broken = played(steps, 1.0, [WATCH], 3, window=2)
    assert broken == 3 * [stats.RolloutPath(0, looks=1)]


def test_every_watch_has_to_be_proven():
    strict = stats.Watch(0.001)

    paths = played([(60.0, 5)], 0.0, [WATCH, strict], 2, window=5)

    assert [each.held for each in paths] == [True, True]


@pytest.mark.parametrize(("looks", "limit"), [(1, 0), (2, 0), (3, 1), (4, 1)])
def test_a_step_that_counts_its_inconclusive_looks_is_held_by_one_more_than_it_may_have(
    looks, limit
):
    # without a request nothing is proven, and nothing fails
    silent = played([(0.0, looks, limit)], 0.0, [WATCH], 1000)

    assert silent == 1000 * [stats.RolloutPath(0, held=True)]
    chance = stats.chance_proven(0.02, WATCH, 60)
    passed = sum(each.looks is None and not each.held for each in played_many(looks, limit))
    enough = sum(
        math.comb(looks, missed) * chance ** (looks - missed) * (1 - chance) ** missed
        for missed in range(limit + 1)
    )
    assert passed / 4000 == pytest.approx(enough, abs=0.03)


def played_many(looks, limit):
    rule = stats.LookRule.NONE
    return played([(60.0, looks, limit)], 0.02, [WATCH], 4000, rule=rule)


def test_each_watch_counts_its_own_inconclusive_looks():
    # the strict one proves nothing in 60 requests; the loose one always does
    loose, strict = stats.Watch(0.5), stats.Watch(0.001)

    paths = played([(60.0, 3, 1), (60.0, 3, 3)], 0.0, [loose, strict], 5)

    assert paths == 5 * [stats.RolloutPath(0, held=True)]
    assert played([(60.0, 3, 3)], 0.0, [loose, strict], 5) == 5 * [stats.RolloutPath(0)]


def test_a_strict_look_fails_unless_it_proves_and_one_that_must_not_end_never_fails():
    silent, broken = [(0.0, 2)], [(600.0, 2)]

    strict = played(silent, 0.0, [WATCH], 3, rule=stats.LookRule.UNPROVEN)
    lenient = played(broken, 1.0, [WATCH], 3, rule=stats.LookRule.NONE)

    assert strict == 3 * [stats.RolloutPath(0, looks=1)]
    assert lenient == 3 * [stats.RolloutPath(0, held=True)]
