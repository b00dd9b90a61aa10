"""The odds of a rollout: what its own alerts can find out at the traffic that there is."""

from __future__ import annotations

from itertools import pairwise

import pytest

from mlspec import stats
from mlspec.ir import AnalysisCheck, Backend, Rollout, RolloutStep, Strategy
from mlspec.planning.odds import Traffic, rollout_odds

ERRORS = AnalysisCheck("errors", "error-share", 0.01, None, 100, 60)
SLOW = AnalysisCheck("slow", "latency-p99-ms", 150, None, 100, 60)
CANARY = Rollout(
    Strategy.CANARY,
    steps=(RolloutStep(0.05, 60), RolloutStep(0.5, 120), RolloutStep(1.0, 0)),
    analysis=(ERRORS, SLOW),
)
TRAFFIC = Traffic(20, 0.005, 0.03)


def odds(rollout=CANARY, traffic=TRAFFIC, backend=Backend.GATEWAY):
    return rollout_odds(rollout, backend, traffic, seed=7)


def test_every_rollout_ends_in_one_way_at_every_step():
    found = odds()

    looks = [each.looks for each in found.steps]
    assert [(each.share, each.minutes) for each in looks] == [(0.05, 60), (0.5, 120)]
    for who in ("good", "bad"):
        left = 1.0
        for step in found.steps:
            chances = getattr(step, who)
            assert left == pytest.approx(chances.aborted + chances.held + chances.passed)
            left = chances.passed


def test_a_look_is_judged_by_exact_chances_at_the_requests_of_its_step():
    first = odds().steps[0]
    watch = stats.Watch(0.01, 100)

    assert first.requests == pytest.approx(20 * 60 * 60 * 0.05)
    assert first.bad.one_look_fails == stats.chance_failed(0.03, watch, first.requests)
    assert first.good.one_look_proves == stats.chance_proven(0.005, watch, first.requests)


def test_conditions_that_no_error_rate_describes_are_named_and_not_simulated():
    found = odds()

    assert (found.simulated, found.unsimulated) == (("errors",), ("slow",))


@pytest.mark.parametrize(
    "rollout",
    [
        Rollout(Strategy.NONE),
        Rollout(Strategy.CANARY, steps=CANARY.steps, analysis=(SLOW,)),
        Rollout(Strategy.CANARY, steps=CANARY.steps),
        Rollout(Strategy.BLUE_GREEN, steps=(RolloutStep(0.0, 30),), analysis=(ERRORS,)),
    ],
)
def test_what_is_not_judged_by_errors_has_no_odds(rollout):
    assert odds(rollout) is None


def test_a_bad_model_is_found_and_a_good_one_passes_where_traffic_is_enough():
    found = odds(traffic=Traffic(200, 0.002, 0.03))

    assert found.bad_aborted > 0.99
    assert found.good_promoted > 0.99
    half, most = found.minutes_to_abort
    assert 1 <= half <= most <= 180


def test_with_little_traffic_nothing_is_promoted_and_nothing_is_found():
    found = odds(traffic=Traffic(0.001, 0.0, 0.03))

    assert (found.good_promoted, found.bad_promoted, found.bad_aborted) == (0, 0, 0)
    assert found.steps[0].good.held == 1
    assert found.minutes_to_abort is None


def test_a_model_without_errors_is_never_aborted_and_one_that_always_fails_at_once():
    found = odds(traffic=Traffic(20, 0.0, 1.0))

    assert found.good_aborted == 0
    assert found.bad_aborted == 1
    assert found.minutes_to_abort[0] <= 3


def test_worse_models_are_found_more_often():
    shares = [odds(traffic=Traffic(5, 0.0, each)).bad_aborted for each in (0.01, 0.02, 0.04)]

    assert all(before < after for before, after in pairwise(shares))


def test_a_rollout_of_weeks_is_looked_at_in_divisors_of_its_window():
    weeks = Rollout(Strategy.SHADOW, steps=(RolloutStep(1.0, 28 * 1440),), analysis=(ERRORS,))

    found = odds(weeks, Traffic(0.2, 0.005, 0.02))

    assert found.look_minutes == 10
    # of many looks, some see more errors than there are on average
    assert found.good_aborted > 100 * found.steps[0].good.one_look_fails


def test_the_same_rollout_has_the_same_odds():
    assert odds() == odds()


def lasting(*steps, **changes):
    return Rollout(
        Strategy.CANARY,
        steps=(*(RolloutStep(*each) for each in steps), RolloutStep(1.0, 0)),
        analysis=(ERRORS,),
        **changes,
    )


def test_without_a_controller_alerts_look_every_minute():
    found = odds()

    assert (found.judge, found.look_minutes, found.earliest_abort) == ("alerts", 1, 1)
    assert [each.looks.count for each in found.steps] == [60, 120]


def test_argo_rollouts_finds_nothing_before_the_first_window_is_full():
    found = odds(lasting((0.05, 90), (0.5, 120)), Traffic(20, 0.0, 1.0), Backend.ROLLOUTS)

    assert (found.judge, found.look_minutes) == ("analysis-runs", 60)
    assert [(each.looks.count, each.looks.first) for each in found.steps] == [(1, 90), (2, 60)]
    assert found.earliest_abort == 90
    assert found.minutes_to_abort == (90, 90)
    assert found.bad_aborted == 1


def test_argo_rollouts_passes_a_step_by_more_good_looks_than_inconclusive_ones():
    # one look proves with a chance of 0.82, so that both of two do with its square
    one, two, three = (
        odds(lasting((0.05, 60 * count)), Traffic(15, 0.005, 0.02), Backend.ROLLOUTS)
        for count in (1, 2, 3)
    )
    proves = one.steps[0].good.one_look_proves

    assert one.good_promoted == pytest.approx(proves, abs=0.02)
    assert two.good_promoted == pytest.approx(proves**2, abs=0.02)
    assert three.good_promoted == pytest.approx(proves**2 * (3 - 2 * proves), abs=0.02)


def test_argo_rollouts_that_must_not_abort_holds_what_fails():
    found = odds(lasting((0.05, 60), abort_on_failure=False), TRAFFIC, Backend.ROLLOUTS)

    assert found.bad_aborted == 0
    assert found.steps[0].bad.held > 0.9
    assert found.minutes_to_abort is None


def test_flagger_looks_once_per_weight_and_goes_back_at_the_next_look_unless_all_is_proven():
    found = odds(lasting((0.05, 60), (0.5, 120)), Traffic(20, 0.005, 1.0), Backend.FLAGGER)

    assert (found.judge, found.look_minutes) == ("canary", 120)
    assert [(each.looks.count, each.looks.minutes) for each in found.steps] == [(1, 120)] * 2
    assert found.earliest_abort == 240
    assert found.minutes_to_abort == (240, 240)
    assert [each.good.held for each in found.steps] == [0, 0]
    first = found.steps[0].good
    assert first.aborted == pytest.approx(1 - first.one_look_proves, abs=0.02)


def test_flagger_looks_once_more_when_all_requests_follow_the_copies_of_a_shadow():
    shadow = Rollout(Strategy.SHADOW, steps=(RolloutStep(1.0, 600),), analysis=(ERRORS,))

    found = odds(shadow, TRAFFIC, Backend.FLAGGER)

    assert [(each.looks.share, each.looks.count) for each in found.steps] == [(1.0, 10), (1.0, 1)]
