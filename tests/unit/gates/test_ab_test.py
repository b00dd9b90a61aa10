from __future__ import annotations

import json
import random

import pytest
from pydantic import ValidationError

from mlspec import stats
from mlspec.evidence import Verdict

GATE = {
    "id": "better",
    "type": "ab-test",
    "source": "experiment",
    "arms": [{"name": "a", "share": 0.5}, {"name": "b", "share": 0.5}],
    "control": "a",
    "treatment": "b",
    "counts": {"by": "arm", "events": "bought", "trials": "users"},
}
THREE = GATE | {"arms": [*GATE["arms"], {"name": "c", "share": 0.5}]}
CHANCE = GATE | {"chanceOfBest": 0.95}
GUARD = {
    "name": "errors",
    "counts": {"by": "arm", "events": "errors", "trials": "requests"},
    "maximumIncrease": 0.01,
}
GUARDED = GATE | {"guardrails": [GUARD]}
ANY_TIME = {"sequential": {"method": "msprt", "effectScale": 0.02}}
LOOKS = {"method": "alpha-spending", "plannedTrials": 40_000, "earlierTrials": [10_000]}


def of_rows(evaluation, rows, gate=GATE, header=("arm", "bought", "users")):
    evaluation.write("experiment.csv", rows, header)
    source = {"name": "experiment", "file": "experiment.csv"}
    return evaluation.result(gate, sources=[source])


def of_arms(evaluation, gate=GATE, **arms):
    return of_rows(evaluation, [(name, *counts) for name, counts in arms.items()], gate)


def code_of(found):
    return found.parts[0].reason_code if found.parts else found.reason_code


@pytest.mark.parametrize(
    ("treatment", "verdict"),
    [(1300, "pass"), (1000, "inconclusive"), (1030, "inconclusive"), (800, "fail")],
)
def test_the_treatment_has_to_do_better(evaluation, treatment, verdict):
    found = of_arms(evaluation, a=(1000, 10_000), b=(treatment, 10_000))

    ends = stats.newcombe(stats.Share(treatment, 1e4), stats.Share(1000, 1e4), level=0.9)
    assert (ends.lower, ends.upper) == pytest.approx((found.interval.lower, found.interval.upper))
    assert (verdict, "b - each other arm > 0") == (found.verdict, found.require)
    assert 1.0 == dict(found.facts)["sampleRatioP"]


def test_a_gain_has_to_be_as_large_as_stated(evaluation):
    found = of_arms(evaluation, GATE | {"minimumGain": 0.05}, a=(1000, 10_000), b=(1300, 10_000))

    assert (Verdict.FAIL, "parts-fail") == (found.verdict, found.reason_code)


def test_every_other_arm_has_to_be_beaten(evaluation):
    found = of_arms(evaluation, THREE, a=(1000, 10_000), b=(1300, 10_000), c=(1310, 10_000))

    assert ["b - a", "b - c"] == [each.name for each in found.parts]
    assert ["pass", "inconclusive"] == [each.verdict for each in found.parts]
    assert Verdict.INCONCLUSIVE == found.verdict


@pytest.mark.parametrize(
    ("treatment", "verdict"), [(1100, "pass"), (1020, "inconclusive"), (900, "fail")]
)
def test_a_chance_of_being_best_decides_where_it_is_asked_for(evaluation, treatment, verdict):
    found = of_arms(evaluation, CHANCE, a=(1000, 10_000), b=(treatment, 10_000))

    draws = random.Random(3)
    wins = sum(
        draws.betavariate(1 + treatment, 10_001 - treatment) > draws.betavariate(1001, 9001)
        for _ in range(4000)
    )
    assert wins / 4000 == pytest.approx(found.estimate, abs=0.03)
    assert (verdict, "beta-binomial") == (found.verdict, found.interval.method)
    assert "chance that b is best >= 0.95" == found.require


def test_among_three_arms_the_chance_is_shared(evaluation):
    counts = {"a": (1000, 10_000), "b": (1100, 10_000), "c": (1100, 10_000)}

    found = of_arms(evaluation, THREE | {"chanceOfBest": 0.95}, **counts)

    assert Verdict.INCONCLUSIVE == found.verdict
    assert 0.5 == pytest.approx(found.estimate, abs=0.01)


@pytest.mark.parametrize("gate", [GATE, CHANCE, GATE | ANY_TIME, GUARDED])
def test_arms_that_did_not_get_their_share_do_not_compare(evaluation, gate):
    found = of_arms(evaluation, gate, a=(1000, 10_000), b=(3000, 10_700))

    assert (Verdict.NOT_EVALUATED, "sample-ratio-mismatch") == (found.verdict, found.reason_code)
    arms = [{"name": "a", "share": 9}, {"name": "b", "share": 1}]
    planned = of_arms(evaluation, GATE | {"arms": arms}, a=(900, 9000), b=(200, 1000))
    assert Verdict.PASS == planned.verdict


@pytest.mark.parametrize(("gate", "floor"), [(GATE, 30), (CHANCE, 100)])
def test_few_trials_decide_nothing(evaluation, gate, floor):
    few = of_arms(evaluation, gate, a=(0, floor - 1), b=(floor - 1, floor - 1))
    enough = of_arms(evaluation, gate, a=(0, floor), b=(floor, floor))

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (few.verdict, code_of(few))
    assert Verdict.PASS == enough.verdict


def with_errors(evaluation, gate, **arms):
    rows = [(name, *counts) for name, counts in arms.items()]
    return of_rows(evaluation, rows, gate, ("arm", "bought", "users", "errors", "requests"))


@pytest.mark.parametrize(
    ("errors", "verdict"), [(100, "pass"), (600, "fail"), (200, "inconclusive")]
)
def test_a_guardrail_holds_whatever_was_gained(evaluation, errors, verdict):
    found = with_errors(
        evaluation,
        GUARDED,
        a=(1000, 10_000, 100, 10_000),
        b=(1300, 10_000, errors, 10_000),
    )

    assert ["b - a", "errors: b"] == [each.name for each in found.parts]
    assert ("pass", verdict) == tuple(each.verdict for each in found.parts)
    assert verdict == found.verdict


def test_a_guardrail_holds_for_every_arm(evaluation):
    found = with_errors(
        evaluation,
        THREE | {"guardrails": [GUARD]},
        a=(1000, 10_000, 100, 10_000),
        b=(1300, 10_000, 100, 10_000),
        c=(1000, 10_000, 900, 10_000),
    )

    assert ["errors: b", "errors: c"] == [each.name for each in found.parts[2:]]
    assert (Verdict.FAIL, "fail") == (found.verdict, found.parts[3].verdict)


def test_a_guardrail_that_nobody_measured_does_not_pass(evaluation):
    empty = with_errors(evaluation, GUARDED, a=(1000, 10_000, 1, 100), b=(1300, 10_000, 0, 0))
    absent = of_arms(evaluation, GUARDED, a=(1000, 10_000), b=(1300, 10_000))

    assert ["undefined-metric", "missing-column"] == [
        each.parts[1].reason_code for each in (empty, absent)
    ]
    assert {Verdict.NOT_EVALUATED} == {empty.verdict, absent.verdict}


def test_looking_more_than_once_asks_for_more(evaluation):
    arms = {"a": (1000, 10_000), "b": (1080, 10_000)}

    once, always, planned = (
        of_arms(evaluation, GATE | each, **arms) for each in ({}, ANY_TIME, {"sequential": LOOKS})
    )

    assert [Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE] == [
        each.verdict for each in (once, always, planned)
    ]
    assert ["newcombe", "msprt", "newcombe-repeated"] == [
        each.interval.method for each in (once, always, planned)
    ]


def test_at_the_start_of_a_plan_nothing_may_be_decided(evaluation):
    looks = {"method": "alpha-spending", "plannedTrials": 1_000_000}

    found = of_arms(evaluation, GATE | {"sequential": looks}, a=(1, 100), b=(99, 100))

    assert (Verdict.INCONCLUSIVE, "too-early") == (found.verdict, code_of(found))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("b", 1300, 0), "more-events-than-trials"),
        (("b", 0, 0), "undefined-metric"),
        (("b", -1, 10_000), "negative-value"),
        (("b", "NaN", 10_000), "not-finite"),
        (("b", "most", 10_000), "not-a-number"),
        (("b", "", 10_000), "empty-cell"),
        (("B", 1300, 10_000), "no-rows-selected"),
        (("a", 1300, 10_000), "duplicate-key"),
    ],
)
def test_an_arm_that_nobody_counted_is_not_evaluated(evaluation, row, code):
    for gate in (GATE, CHANCE, GATE | ANY_TIME):
        found = of_rows(evaluation, [("a", 1000, 10_000), row], gate)

        assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_rows_of_users_are_counted(evaluation):
    rows = [
        (arm, int(place % 5 < bought))
        for arm, bought in (("a", 1), ("b", 3))
        for place in range(500)
    ]
    gate = GATE | {"counts": {"by": "arm", "events": "bought"}}

    found = of_rows(evaluation, rows, gate, ("arm", "bought"))

    assert (Verdict.PASS, 0.4) == (found.verdict, found.estimate)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"control": "z"}, "arm-unknown"),
        ({"treatment": "z"}, "arm-unknown"),
        ({"treatment": "a"}, "arm-unknown"),
        ({"arms": [*GATE["arms"], GATE["arms"][1]]}, "arm-unknown"),
        ({"chanceOfBest": 0.9, "minimumGain": 0.1}, "chance-at-looks"),
        ({"chanceOfBest": 0.9} | ANY_TIME, "chance-at-looks"),
        ({"sequential": {"method": "msprt"}}, "effect-scale-missing"),
        ({"sequential": {"method": "alpha-spending"}}, "plan-missing"),
        ({"sequential": LOOKS | {"earlierTrials": [30_000]}}, "looks-not-rising"),
        ({"source": "other"}, "source-missing"),
    ],
)
def test_a_spec_that_does_not_fit_is_not_evaluated(evaluation, change, code):
    found = of_arms(evaluation, GATE | change, a=(1000, 10_000), b=(1300, 10_000))

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_one_arm_is_no_experiment(evaluation):
    with pytest.raises(ValidationError):
        of_arms(evaluation, GATE | {"arms": GATE["arms"][:1]}, a=(1, 2))


def test_series_are_told_apart_by_the_label_of_their_arm(evaluation):
    def entry(query, *pairs):
        result = [
            {"metric": {"arm": arm}, "value": [1795000600, str(value)]} for arm, value in pairs
        ]
        data = {"resultType": "vector", "result": result}
        return {"query": query, "response": {"status": "success", "data": data}}

    def judged(*bought):
        entries = [entry("bought", *bought), entry("users", ("a", 10_000), ("b", 10_001.5))]
        (evaluation.root / "experiment.json").write_text(json.dumps(entries))
        source = {"name": "experiment", "file": "experiment.json", "format": "prometheus"}
        return evaluation.result(GATE, sources=[source])

    found = judged(("a", 1000), ("b", 1300.25))
    twice = judged(("a", 1000), ("b", 1300), ("b", 900))

    assert Verdict.PASS == found.verdict
    assert (Verdict.NOT_EVALUATED, "several-series") == (twice.verdict, twice.reason_code)


def test_an_arm_that_is_not_declared_is_not_left_out(evaluation):
    found = of_arms(evaluation, a=(1000, 10_000), b=(1300, 10_000), c=(1900, 10_000))

    assert ("not-evaluated", "arm-undeclared") == (found.verdict, found.reason_code)
