from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from mlspec import stats
from mlspec.evidence import Reason, Verdict
from mlspec.gates import GateInputs, GateSpec, find_gate, problems

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

COUNTS = {"by": "role", "events": "errors", "trials": "requests"}
BASE = {"id": "safe", "type": "canary", "source": "rollout", "canaryShare": 0.5}
GATE = BASE | {"counts": COUNTS, "maximumIncrease": 0.005}
RATIO = BASE | {"counts": COUNTS, "maximumRatio": 1.5}
VALUES = {"by": "role", "value": "ms"}
SHIFT = BASE | {"values": VALUES, "maximumShift": 5}
ANY_TIME = {"sequential": {"method": "msprt", "effectScale": 0.01}}


def plan(total, *earlier, spending="obrien-fleming"):
    planned = {"plannedTrials": total, "earlierTrials": list(earlier), "spending": spending}
    return {"sequential": {"method": "alpha-spending", **planned}}


def of_rows(evaluation, rows, gate=GATE, header=("role", "errors", "requests")):
    evaluation.write("rollout.csv", rows, header)
    return evaluation.result(gate, sources=[{"name": "rollout", "file": "rollout.csv"}])


def of_counts(evaluation, canary, baseline, gate=GATE):
    return of_rows(evaluation, [("canary", *canary), ("baseline", *baseline)], gate)


def of_values(evaluation, canary, baseline, gate=SHIFT):
    rows = [("canary", each) for each in canary] + [("baseline", each) for each in baseline]
    return of_rows(evaluation, rows, gate, ("role", "ms"))


def waiting(count, *, scale=50.0, shift=0.0, seed=1):
    noise = random.Random(seed)
    return [round(shift + noise.expovariate(1 / scale), 6) for _ in range(count)]


@pytest.mark.parametrize(
    ("canary", "baseline", "verdict"),
    [
        ((50, 10_000), (52, 10_000), "pass"),
        ((300, 10_000), (50, 10_000), "fail"),
        ((90, 10_000), (50, 10_000), "inconclusive"),
        ((0, 10_000), (0, 10_000), "pass"),
        ((0, 100), (0, 100), "inconclusive"),
    ],
)
def test_the_increase_of_a_share_is_judged_on_newcombes_ends(evaluation, canary, baseline, verdict):
    found = of_counts(evaluation, canary, baseline)

    ends = stats.newcombe(stats.Share(*canary), stats.Share(*baseline), level=0.9)
    assert (ends.lower, ends.upper) == pytest.approx((found.interval.lower, found.interval.upper))
    assert (verdict, "newcombe") == (found.verdict, found.interval.method)
    assert "increase of the share <= 0.005" == found.require
    assert {"sampleRatioP"} == set(dict(found.facts))


def test_sparse_errors_that_grow_are_seen(evaluation):
    """Kayenta passed 0 -> 0, 1, 2, 1, 0, 0 (spinnaker/kayenta#426)."""
    found = of_counts(evaluation, (40, 600), (0, 600))

    assert Verdict.FAIL == found.verdict


@pytest.mark.parametrize(
    ("canary", "verdict"),
    [((100, 10_000), "pass"), ((300, 10_000), "fail"), ((150, 9_900), "inconclusive")],
)
def test_a_ratio_is_judged_given_all_events(evaluation, canary, verdict):
    found = of_counts(evaluation, canary, (100, 10_000), RATIO)

    assert (verdict, "conditional-binomial") == (found.verdict, found.interval.method)
    assert "ratio of the shares <= 1.5" == found.require


def test_a_baseline_without_errors_has_no_ratio(evaluation):
    found = of_counts(evaluation, (3, 1000), (0, 1000), RATIO)

    assert (Verdict.NOT_EVALUATED, "undefined-metric") == (found.verdict, found.reason_code)


@pytest.mark.parametrize(("shift", "verdict"), [(0, "pass"), (60, "fail"), (5, "inconclusive")])
def test_a_shift_of_values_is_judged_in_their_unit(evaluation, shift, verdict):
    canary, baseline = waiting(2000, shift=shift), waiting(2000, seed=2)

    found = of_values(evaluation, canary, baseline)

    assert (verdict, "hodges-lehmann") == (found.verdict, found.interval.method)
    assert {"mannWhitneyP", "sampleRatioP"} == set(dict(found.facts))
    assert (("baselineRows", 2000), ("rows", 2000), ("treatedRows", 2000)) == found.counts


def test_what_differs_beyond_chance_but_not_by_much_passes(evaluation):
    found = of_values(evaluation, waiting(20_000, shift=3), waiting(20_000, seed=2))

    assert dict(found.facts)["mannWhitneyP"] < 1e-6
    assert Verdict.PASS == found.verdict


def test_rows_are_trials_where_none_are_counted(evaluation):
    rows = [("canary", 0)] * 990 + [("canary", 1)] * 10 + [("baseline", 0)] * 990
    rows += [("baseline", 1)] * 10
    gate = GATE | {"counts": {"by": "role", "events": "errors"}, "maximumIncrease": 0.02}

    found = of_rows(evaluation, rows, gate, ("role", "errors"))
    third = of_rows(evaluation, [*rows, ("canary", 2)], gate, ("role", "errors"))

    assert (Verdict.PASS, 0.0) == (found.verdict, found.estimate)
    assert "not-yes-or-no" == third.reason_code


@pytest.mark.parametrize("gate", [GATE, RATIO, GATE | ANY_TIME, GATE | plan(20_000)])
def test_arms_that_did_not_get_their_share_do_not_compare(evaluation, gate):
    found = of_counts(evaluation, (1, 10_000), (100, 11_000), gate)

    assert (Verdict.NOT_EVALUATED, "sample-ratio-mismatch") == (found.verdict, found.reason_code)
    planned = of_counts(evaluation, (50, 1000), (500, 10_000), gate | {"canaryShare": 1 / 11})
    assert "sample-ratio-mismatch" != planned.reason_code


def test_few_trials_and_few_values_decide_nothing(evaluation):
    counts = of_counts(evaluation, (0, 29), (0, 29))
    values = of_values(evaluation, waiting(3), waiting(3, seed=2))
    horizon = of_counts(evaluation, (50, 10_000), (52, 10_000), GATE | {"minimumRows": 20_000})

    for found in (counts, values, horizon):
        assert (Verdict.INCONCLUSIVE, "too-few-rows") == (found.verdict, found.reason_code)


def test_zeros_hide_a_shift_and_are_not_passed_over(evaluation):
    canary = [0.0] * 600 + waiting(400, scale=5000)
    baseline = [0.0] * 600 + waiting(400, scale=5, seed=2)

    found = of_values(evaluation, canary, baseline)
    constant = of_values(evaluation, [7.0] * 200, [7.0] * 201)
    point = of_values(evaluation, canary, baseline, SHIFT | {"decide": "point"})

    for each in (found, constant, point):
        assert (Verdict.INCONCLUSIVE, "mostly-ties") == (each.verdict, each.reason_code)


def test_one_arm_written_twice_is_not_evaluated(evaluation):
    values = waiting(500)

    found = of_values(evaluation, values, values)

    assert (Verdict.NOT_EVALUATED, "identical-arms") == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("canary", 1, 100)], "no-rows-selected"),
        ([("canary", 1, 100), ("baseline", 0, 0)], "undefined-metric"),
        ([("canary", 101, 100), ("baseline", 1, 100)], "more-events-than-trials"),
        ([("canary", 1, 100), ("baseline", -1, 100)], "negative-value"),
        ([("canary", 1, 100)] * 2 + [("baseline", 1, 100)], "duplicate-key"),
        ([("canary", "nan", 100), ("baseline", 1, 100)], "not-finite"),
        ([("canary", 1, ""), ("baseline", 1, 100)], "empty-cell"),
    ],
)
def test_an_arm_that_nobody_counted_is_not_evaluated(evaluation, rows, code):
    for gate in (GATE, RATIO, GATE | ANY_TIME):
        found = of_rows(evaluation, rows, gate)

        assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    ("cell", "code"), [("nan", "not-finite"), ("", "empty-cell"), ("slow", "not-a-number")]
)
def test_one_bad_value_leaves_the_gate_unevaluated(evaluation, cell, code):
    found = of_values(evaluation, [*waiting(500), cell], waiting(500, seed=2))

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)
    empty = of_values(evaluation, waiting(500), [])
    assert "no-rows-selected" == empty.reason_code


def test_a_mixture_test_is_wider_and_holds_at_any_time(evaluation):
    once = of_counts(evaluation, (50, 10_000), (52, 10_000))
    always = of_counts(evaluation, (50, 10_000), (52, 10_000), GATE | ANY_TIME)

    assert ("msprt", 0.9) == (always.interval.method, always.interval.level)
    assert always.interval.lower < once.interval.lower < once.interval.upper < always.interval.upper
    assert {"msprtP", "sampleRatioP"} == set(dict(always.facts))


def test_too_few_values_for_a_look_have_no_interval(evaluation):
    once = of_values(evaluation, waiting(30), waiting(30, seed=2))
    early = of_values(evaluation, waiting(30), waiting(30, seed=2), SHIFT | plan(900))
    constant = {"sequential": {"method": "msprt", "effectScale": 1}}
    still = of_values(evaluation, [1.0] * 40, [2.0] * 40, SHIFT | constant)

    assert ["interval-straddles", "interval-undefined", "interval-undefined"] == [
        each.reason_code for each in (once, early, still)
    ]


def test_a_mixture_test_of_values_is_about_means(evaluation):
    found = of_values(
        evaluation,
        waiting(2000, shift=60),
        waiting(2000, seed=2),
        SHIFT | {"sequential": {"method": "msprt", "effectScale": 5}},
    )

    assert (Verdict.FAIL, "difference-of-means") == (found.verdict, found.metric)


def test_each_look_pays_for_the_looks_before(evaluation):
    arms = ((80, 10_000), (52, 10_000))
    first, second, late = (
        of_counts(evaluation, *arms, GATE | looks)
        for looks in (plan(40_000), plan(40_000, 10_000), plan(20_000))
    )
    once = of_counts(evaluation, *arms)

    widths = [each.interval.upper - each.interval.lower for each in (once, late, first, second)]
    assert widths == sorted(widths)
    assert {"newcombe-repeated"} == {each.interval.method for each in (first, second, late)}
    assert once.interval.upper == pytest.approx(late.interval.upper, rel=1e-6)


def test_at_the_start_of_a_plan_nothing_may_be_decided(evaluation):
    found = of_counts(evaluation, (90, 100), (1, 100), GATE | plan(1_000_000))

    assert (Verdict.INCONCLUSIVE, "too-early") == (found.verdict, found.reason_code)


def test_looks_one_after_the_other_err_as_often_as_stated():
    """Four looks at two equal arms: false alarms stay near 5 %, and naive ones do not."""
    noise, planned = random.Random(7), (500, 1000, 1500, 2000)
    bounds = stats.spending_bounds([each / 2000 for each in planned], level=0.9)
    alarms = naive = 0
    for _ in range(400):
        draws = [(noise.random() < 0.1) - (noise.random() < 0.1) for _ in range(1000)]
        scores = [sum(draws[: n // 2]) / (0.18 * n / 2) ** 0.5 for n in planned]
        alarms += any(score > bound for score, bound in zip(scores, bounds, strict=True))
        naive += any(score > 1.645 for score in scores)

    assert 400 * 0.02 < alarms < 400 * 0.085 < naive


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        (BASE, "one-comparison"),
        (BASE | {"counts": COUNTS}, "one-comparison"),
        (GATE | {"maximumRatio": 2}, "one-comparison"),
        (GATE | {"values": VALUES}, "one-comparison"),
        (BASE | {"counts": COUNTS, "maximumShift": 2}, "one-comparison"),
        (GATE | {"baseline": "canary"}, "same-arm"),
        (RATIO | ANY_TIME, "ratio-at-any-time"),
        (GATE | {"sequential": {"method": "msprt"}}, "effect-scale-missing"),
        (GATE | {"sequential": {"method": "alpha-spending"}}, "plan-missing"),
        (GATE | plan(1000, 1000), "looks-not-rising"),
        (GATE | plan(40_000, 30_000), "looks-not-rising"),
        (GATE | {"source": "other"}, "source-missing"),
    ],
)
def test_a_spec_that_does_not_fit_is_not_evaluated(evaluation, gate, code):
    found = of_counts(evaluation, (50, 10_000), (52, 10_000), gate)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def vector(query, **values):
    result = [
        {"metric": {"role": role}, "value": [1795000600, str(value)]}
        for role, value in values.items()
    ]
    data = {"resultType": "vector", "result": result}
    return {"query": query, "response": {"status": "success", "data": data}}


def of_answers(evaluation, *answers, gate=GATE):
    (evaluation.root / "rollout.json").write_text(json.dumps(list(answers)))
    source = {"name": "rollout", "file": "rollout.json", "format": "prometheus"}
    return evaluation.result(gate, sources=[source])


def test_the_series_of_an_arm_has_its_label(evaluation):
    requests = vector("requests", canary=10_000.5, baseline=9_999.25)

    found = of_answers(evaluation, vector("errors", canary=50.5, baseline=52), requests)
    absent = of_answers(evaluation, vector("errors", canary=50.5), requests)
    unknown = of_answers(evaluation, vector("errors", canary="NaN", baseline=52), requests)

    assert Verdict.PASS == found.verdict
    assert [(Verdict.NOT_EVALUATED, "no-series"), (Verdict.NOT_EVALUATED, "not-finite")] == [
        (each.verdict, each.reason_code) for each in (absent, unknown)
    ]


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_the_slower_model_is_told_from_the_faster_one(evaluation):
    text = (DATA / "latency_measured" / "latency_ms.csv").read_text()
    (evaluation.root / "latency.csv").write_text(text)
    gate = SHIFT | {
        "canary": "challenger",
        "baseline": "champion",
        "values": {"by": "role", "value": "latency_ms"},
    }

    def shifted(limit, **more):
        source = {"name": "rollout", "file": "latency.csv"}
        return evaluation.result(gate | {"maximumShift": limit} | more, sources=[source])

    tight, loose = shifted(0.2), shifted(1)
    swapped = shifted(0, canary="champion", baseline="challenger")

    assert [Verdict.FAIL, Verdict.PASS, Verdict.PASS] == [
        each.verdict for each in (tight, loose, swapped)
    ]
    assert 0.5 < tight.interval.lower < tight.estimate < tight.interval.upper < 0.7


def test_values_are_of_a_table_with_both_columns_and_the_planned_shares(evaluation):
    rows = [("canary", each) for each in waiting(300)]
    rows += [("baseline", each) for each in waiting(900, seed=2)]

    split = of_rows(evaluation, rows, SHIFT, ("role", "ms"))
    unnamed = of_rows(evaluation, rows, SHIFT, ("arm", "ms"))
    series = of_answers(evaluation, vector("ms", canary=3, baseline=3), gate=SHIFT)

    assert ["sample-ratio-mismatch", "missing-column", "source-of-another-kind"] == [
        each.reason_code for each in (split, unnamed, series)
    ]


@pytest.mark.parametrize("column", ["role", "errors", "requests"])
def test_counts_need_all_their_columns(evaluation, column):
    header = tuple("other" if each == column else each for each in ("role", "errors", "requests"))

    found = of_rows(evaluation, [("canary", 1, 100), ("baseline", 1, 100)], GATE, header)

    assert (Verdict.NOT_EVALUATED, "missing-column") == (found.verdict, found.reason_code)


@pytest.mark.parametrize("sequential", [{"method": "msprt"}, {"method": "alpha-spending"}])
def test_a_plan_of_looks_has_one_problem_at_a_time(sequential):
    spec = TypeAdapter(GateSpec).validate_python(GATE | {"sequential": sequential})

    assert [("sequential",)] == [each.path for each in problems(spec)]


def test_a_gate_that_compares_nothing_is_not_evaluated():
    spec = TypeAdapter(GateSpec).validate_python(BASE)
    nothing = Reason("inputs-missing", "nothing was read")

    found = find_gate(spec).evaluate(spec, GateInputs(nothing, nothing, nothing))

    assert (Verdict.NOT_EVALUATED, "one-comparison") == (found.verdict, found.reason_code)
