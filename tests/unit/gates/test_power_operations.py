"""Rows that gates of operation need: enough of them decide, fewer do not."""

from __future__ import annotations

import math
import random
import re

import pytest
from pydantic import TypeAdapter

from mlspec import stats
from mlspec.evidence import Verdict
from mlspec.gates import Assumed, GateSpec, find_gate

COST = {
    "id": "cost",
    "type": "cost",
    "source": "rows",
    "currency": "EUR",
    "maximumPerThousand": 1.25,
    "billed": {"cost": "eur"},
}
CANARY = {
    "id": "canary",
    "type": "canary",
    "source": "rows",
    "canaryShare": 0.5,
    "counts": {"by": "arm", "events": "bad", "trials": "all"},
    "maximumIncrease": 0.01,
}
COUNTS = CANARY["counts"]
AB_TEST = {
    "id": "ab",
    "type": "ab-test",
    "source": "rows",
    "arms": [{"name": "a", "share": 1}, {"name": "b", "share": 1}],
    "control": "a",
    "treatment": "b",
    "counts": COUNTS,
    "guardrails": [{"name": "errors", "counts": COUNTS, "maximumIncrease": 0.01}],
}
BURN = {
    "id": "burn",
    "type": "slo-burn",
    "source": "rows",
    "objective": 0.99,
    "counts": COUNTS | {"by": "window"},
    "pairs": [{"name": "fast", "long": "1h", "short": "5m", "maximumBurn": 10}],
}
LOAD = {
    "id": "load",
    "type": "throughput",
    "source": "rows",
    "windowSeconds": 1,
    "atLeastPerSecond": 8,
    "errorColumn": "bad",
    "maximumErrorShare": 0.1,
}


@pytest.fixture
def judged(evaluation):
    """Return the result of a gate over rows, and the rows that it needs."""

    def judge(gate, rows, header, **assumed):
        evaluation.write("rows.csv", rows, header)
        found = evaluation.result(gate, sources=[{"name": "rows", "file": "rows.csv"}])
        return found, list(power_of(gate, found, **assumed))

    return judge


def power_of(gate, found, **assumed):
    spec = TypeAdapter(GateSpec).validate_python(gate)
    return find_gate(spec).power(spec, found, Assumed(**assumed))


def costs(count, seed):
    noise = random.Random(seed)
    return [(noise.expovariate(1000),) for _ in range(count)]


def test_as_many_predictions_as_needed_decide_a_cost_as_often_as_planned(judged):
    pilot, (needed,) = judged(COST, costs(400, 1), ("eur",))
    rows = int(needed.needed)

    passed = sum(
        judged(COST, costs(rows, seed), ("eur",))[0].verdict == Verdict.PASS
        for seed in range(2, 62)
    )

    assert Verdict.PASS != pilot.verdict or needed.is_enough
    assert ("predictions", 400) == (needed.unit, needed.have)
    assert 60 * 0.6 < passed < 60 * 0.97


def test_a_canary_needs_what_two_equal_shares_need(judged):
    rows = [("canary", 100, 2000), ("baseline", 100, 2000)]

    found, (needed,) = judged(CANARY, rows, ("arm", "bad", "all"))

    closed = stats.rows_for_margin(0.05, 0.01, level=0.9)
    assert Verdict.INCONCLUSIVE == found.verdict
    assert closed == pytest.approx(needed.needed, rel=0.03)
    assert (None, False) == (needed.decides, needed.is_enough)
    assert math.isinf(next(power_of(CANARY | {"maximumIncrease": 0}, found)).needed)


def test_a_ratio_says_that_it_cannot_be_planned(judged):
    gate = {key: value for key, value in CANARY.items() if key != "maximumIncrease"}
    rows = [("canary", 100, 2000), ("baseline", 100, 2000)]

    _, (needed,) = judged(gate | {"maximumRatio": 2}, rows, ("arm", "bad", "all"))

    assert (None, None) == (needed.needed, needed.is_enough)


def test_each_comparison_and_guardrail_of_an_experiment_is_planned(judged):
    rows = [("a", 1000, 10_000), ("b", 1100, 10_000)]

    _, needed = judged(AB_TEST, rows, ("arm", "bad", "all"))
    chance = AB_TEST | {"chanceOfBest": 0.9}
    _, of_chance = judged(chance, rows, ("arm", "bad", "all"))

    assert ["b - a", "errors: b"] == [each.part for each in needed]
    assert needed[0].needed is None
    assert 0.01 < needed[0].decides < 0.02
    assert 100 < needed[1].needed
    assert [None, needed[1].needed] == [each.needed for each in of_chance]


def test_a_lift_is_planned_by_the_gain_that_the_spec_states(judged):
    rows = [("a", 1000, 10_000), ("b", 1100, 10_000)]

    _, (small, _) = judged(AB_TEST | {"minimumGain": 0.002}, rows, ("arm", "bad", "all"))
    _, (large, _) = judged(AB_TEST | {"minimumGain": 0.02}, rows, ("arm", "bad", "all"))

    z = 1.644854 + 0.841621
    assert z**2 * (0.1 * 0.9 + 0.11 * 0.89) / 0.002**2 == pytest.approx(small.needed, rel=0.03)
    assert 100 == pytest.approx(small.needed / large.needed, rel=0.03)
    assert "the share is higher by 0.4 %, twice the gain" == small.assuming


def test_windows_of_a_budget_need_what_a_share_needs(judged):
    rows = [("1h", 800, 10_000), ("5m", 8, 100)]

    _, (needed,) = judged(BURN, rows, ("window", "bad", "all"))

    assert stats.rows_for_share(0.08, 0.1, level=0.9) == needed.needed
    assert ("fast", 100, False) == (needed.part, needed.have, needed.is_enough)


def test_windows_of_a_load_need_what_their_spread_asks_for(judged):
    noise = random.Random(3)
    rows, at = [], 0.0
    while at < 400:
        rows.append((at, 0))
        at += noise.expovariate(10)

    found, (rate, errors) = judged(LOAD, rows, ("time", "bad"))

    assert Verdict.PASS == found.verdict
    closed = ((1.645 + 0.842) / 1.6) ** 2 * 10
    assert max(20, closed) == pytest.approx(rate.needed, rel=0.3)
    assert ("windows", "requests", True) == (rate.unit, errors.unit, rate.is_enough)


@pytest.mark.parametrize(
    ("gate", "rows", "header"),
    [
        (COST, costs(50, 1), ("eur",)),
        (CANARY, [("canary", 1, 50), ("baseline", 1, 50)], ("arm", "bad", "all")),
        (AB_TEST, [("a", 1, 50), ("b", 1, 50)], ("arm", "bad", "all")),
        (BURN, [("1h", 1, 50), ("5m", 1, 50)], ("window", "bad", "all")),
        (LOAD, [(each / 8, 0) for each in range(200)], ("time", "bad")),
    ],
)
def test_a_point_needs_thirty_rows(judged, gate, rows, header):
    _, needed = judged(gate | {"decide": "point"}, rows, header)

    assert {30} == {each.needed for each in needed}


@pytest.mark.parametrize("gate", [COST, CANARY, LOAD])
def test_without_data_the_spread_is_not_known(judged, gate):
    _, (needed, *_) = judged(gate, [], ("nothing",))

    assert (None, None, False) == (needed.needed, needed.have, bool(needed.is_enough))


def test_fewer_windows_than_are_judged_at_all_need_the_fewest(judged):
    found, (rate, _) = judged(LOAD, [(each / 8, 0) for each in range(100)], ("time", "bad"))

    assert Verdict.INCONCLUSIVE == found.verdict
    assert (20, 12, False) == (rate.needed, rate.have, rate.is_enough)


@pytest.mark.parametrize("gate", [COST, CANARY, LOAD, BURN, AB_TEST])
def test_what_is_assumed_reads_on_after_if(judged, gate):
    rows = {
        "cost": (costs(200, 1), ("eur",)),
        "load": ([(each / 8, 0) for each in range(400)], ("time", "bad")),
        "burn": ([("1h", 1, 50), ("5m", 1, 50)], ("window", "bad", "all")),
        "canary": ([("canary", 1, 50), ("baseline", 1, 50)], ("arm", "bad", "all")),
        "ab": ([("a", 1, 50), ("b", 1, 50)], ("arm", "bad", "all")),
    }
    _, found = judged(gate, *rows[gate["id"]])

    assert all(re.match(r"(the|both|they) [\w ]*?(is|are|vary)\b", each.assuming) for each in found)
