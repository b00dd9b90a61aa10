"""What a plan says before any verdict: what is read, what is missing, how many rows decide."""

from __future__ import annotations

import math

import pytest
from pydantic import TypeAdapter
from tests.unit.gates.conftest import ARTIFACT

from mlspec import stats
from mlspec.evidence import GateResult, Interval, PartResult, Verdict
from mlspec.gates import (
    Assumed,
    Binding,
    EvaluationInputs,
    GateSpec,
    find_gate,
    plan_gates,
)

FLOOR = {"id": "floor", "type": "metric-threshold", "metric": "accuracy", "atLeast": 0.8}
NO_WORSE = {
    "id": "no-worse",
    "type": "champion-challenger",
    "metric": "accuracy",
    "mode": "non-inferiority",
    "margin": 0.01,
}
FAIR = {"id": "fair", "type": "fairness", "groups": [{"column": "sex"}]}


def spec_of(gate):
    (spec,) = TypeAdapter(list[GateSpec]).validate_python([gate])
    return spec


@pytest.fixture
def planned(evaluation):
    """Plan gates over the files of the evaluation."""

    def plan(*gates, digest=ARTIFACT, assumed=None, **inputs):
        return plan_gates(
            [spec_of(each) for each in gates],
            EvaluationInputs.model_validate(evaluation.inputs | inputs),
            evaluation.root,
            binding=Binding("model/screen", digest, "0.1.0"),
            assumed=assumed,
        )

    return plan


def power_of(gate, assumed=None, **observed):
    """Return what a gate needs, given what its evaluation would tell."""
    spec = spec_of(gate)
    result = GateResult(spec.id, spec.gate_type, Verdict.INCONCLUSIVE, "", **observed)
    return list(find_gate(spec).power(spec, result, assumed or Assumed()))


def test_what_is_there_is_named_with_its_file_and_nothing_is_missing(planned):
    floor, no_worse = planned(FLOOR, NO_WORSE)

    assert floor.is_complete
    assert no_worse.is_complete
    assert [(each.source, each.file) for each in no_worse.reads] == [
        ("predictions", "challenger.csv"),
        ("champion", "champion.csv"),
    ]


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"champion": None}, "champion-missing"),
        ({"champion": "absent.csv"}, "missing-file"),
        ({"champion": "challenger.csv"}, "same-file"),
        ({"championDigest": "sha256:" + 64 * "0"}, "digest-mismatch"),
        ({"key": "person"}, "missing-column"),
    ],
)
def test_what_is_missing_is_told_where_it_is_read(planned, inputs, code):
    (no_worse,) = planned(NO_WORSE, **inputs)

    assert not no_worse.is_complete
    assert code in {each.problem.code for each in no_worse.reads if each.problem}
    assert no_worse.problem is None


def test_a_first_release_needs_no_champion_where_a_required_floor_stands_in(planned):
    gate = NO_WORSE | {"onMissingBaseline": "first-release"}

    _floor, excused = planned(FLOOR, gate, champion=None)
    (alone,) = planned(gate, champion=None)
    _advisory, unfounded = planned(FLOOR | {"required": False}, gate, champion=None)

    assert (excused.is_excused, excused.is_complete) == (True, True)
    assert excused.reads[1].problem.code == "champion-missing"
    assert not alone.is_complete
    assert not unfounded.is_complete
    assert not planned(FLOOR, gate, champion="absent.csv")[1].is_complete


def test_a_column_that_a_gate_reads_further_is_missing_by_name(planned):
    (fair,) = planned(FAIR | {"metric": "selection-rate-ratio", "atLeast": 0.8})

    (read,) = fair.reads
    assert read.columns == ("sex",)
    assert read.problem.code == "missing-column"


def test_a_source_that_the_spec_does_not_name_is_missing(planned):
    (latency,) = planned({"id": "fast", "type": "latency", "source": "load", "p99Ms": 9})

    assert [each.problem.code for each in latency.reads] == ["source-missing"]
    assert latency.reads[0].file == ""


def test_what_only_an_evaluation_finds_is_missing_too(planned, evaluation):
    evaluation.write("challenger.csv", [(f"r{n}", 1, 0.3 + n / 5000) for n in range(1000)])

    (floor,) = planned(FLOOR | {"metric": "roc-auc", "atLeast": 0.9})

    assert floor.problem.code == "one-class"
    assert [each.problem for each in floor.reads] == [None]


@pytest.mark.parametrize("metric", ["accuracy", "roc-auc", "brier"])
def test_nothing_that_a_plan_calls_complete_is_not_evaluated(planned, evaluation, metric):
    limit = {"atMost": 0.2} if metric == "brier" else {"atLeast": 0.8}
    gate = {"id": "g", "type": "metric-threshold", "metric": metric} | limit
    broken = [(f"r{n}", n % 2, "nan" if n == 7 else n / 1000) for n in range(1000)]

    assert planned(gate)[0].is_complete
    assert evaluation.result(gate).verdict is not Verdict.NOT_EVALUATED
    evaluation.write("challenger.csv", broken)
    assert not planned(gate)[0].is_complete
    assert evaluation.result(gate).verdict is Verdict.NOT_EVALUATED


def test_without_a_digest_of_the_model_no_gate_is_complete(planned):
    (floor,) = planned(FLOOR, digest="")

    assert floor.problem.code == "subject-missing"
    assert floor.power == ()


def test_a_plan_says_neither_verdict_nor_estimate(planned, evaluation):
    before = planned(FLOOR)
    rows = evaluation.read("challenger.csv")
    right = [(key, label, 0.1 + 0.8 * int(label)) for key, label, _ in rows]
    evaluation.write("challenger.csv", right)

    assert evaluation.result(FLOOR).estimate == 1.0
    assert before == planned(FLOOR)


def test_a_share_needs_the_rows_of_its_own_interval(planned):
    (need,) = planned(FLOOR)[0].power

    assert need.needed == stats.rows_for_share(0.84, 0.8, level=0.9, power=0.8)
    assert (need.unit, need.have) == ("rows", 1000)
    assert need.is_enough
    assert stats.rows_for_share(0.8 + need.decides, 0.8, level=0.9, power=0.8) <= 1000
    assert stats.rows_for_share(0.799 + need.decides, 0.8, level=0.9, power=0.8) > 1000


def test_recall_needs_positives_and_an_area_says_how_many_there_are(planned):
    recall, area = planned(FLOOR | {"metric": "recall"}, FLOOR | {"id": "auc", "metric": "roc-auc"})

    (positives,), (rows,) = recall.power, area.power
    assert positives.unit == "positives"
    assert positives.have < 1000
    assert f"{100 * positives.have / 1000:.4g} % are positive" in rows.assuming


def test_a_point_decides_on_any_number_of_rows_above_the_floor(planned):
    (need,) = planned(FLOOR | {"decide": "point", "minimumRows": 40})[0].power

    assert need.needed == 40


def test_no_number_of_rows_is_enough_where_only_the_best_value_would_do(planned):
    (need,) = planned(FLOOR | {"atLeast": 1.0})[0].power

    assert math.isinf(need.needed)
    assert not need.is_enough
    assert need.decides is None


def test_one_point_at_six_percent_discordance_takes_3710_pairs():
    counts = (("onlyChallengerRight", 25), ("onlyChampionRight", 35), ("rows", 1000))

    (need,) = power_of(NO_WORSE, counts=counts)

    assert (need.needed, need.have, need.is_enough) == (3710, 1000, False)
    assert "6 %" in need.assuming


def test_a_margin_of_nothing_is_never_decided_for_equal_models():
    counts = (("onlyChallengerRight", 25), ("onlyChampionRight", 35), ("rows", 1000))

    (need,) = power_of(NO_WORSE | {"margin": 0}, counts=counts)

    assert math.isinf(need.needed)


def test_before_there_are_predictions_the_pairs_are_not_known_but_the_rows_are(planned):
    inputs = {"predictions": "absent.csv"}

    (pairs,) = planned(NO_WORSE, **inputs)[0].power
    (rows,) = planned(FLOOR, **inputs)[0].power

    assert (pairs.needed, pairs.is_enough) == (None, None)
    assert (rows.needed, rows.have) == (stats.rows_for_share(0.84, 0.8, level=0.9), None)


def test_superiority_is_planned_for_a_challenger_that_is_better_than_the_gain(planned):
    gate = NO_WORSE | {"mode": "superiority", "minimumGain": 0.01}
    del gate["margin"]

    (need,) = planned(gate)[0].power

    assert need.needed > 1
    assert "the challenger is better by" in need.assuming


@pytest.mark.parametrize("metric", ["brier", "f1", "mcc"])
def test_other_metrics_need_rows_by_the_square_of_the_distance(planned, metric):
    limit = {"atMost": 0.2} if metric == "brier" else {"atLeast": 0.6}
    gate = {"id": "g", "type": "metric-threshold", "metric": metric} | limit

    (near,), (far,) = (
        planned(gate, assumed=Assumed(effect=each))[0].power for each in (0.02, 0.04)
    )

    assert near.needed == pytest.approx(4 * far.needed, rel=0.02)


def test_more_power_takes_more_rows(planned):
    (usual,) = planned(FLOOR)[0].power
    (more,) = planned(FLOOR, assumed=Assumed(power=0.95))[0].power

    assert more.needed > usual.needed


def test_299_attacks_prove_one_percent_and_299_requests_bound_a_p99():
    attack = {"id": "a", "type": "attack-resistance", "source": "red-team", "atLeast": 0.99}
    fast = {"id": "l", "type": "latency", "source": "load", "p50Ms": 3, "p99Ms": 9}

    assert [each.needed for each in power_of(attack)] == [299]
    assert [(each.part, each.needed) for each in power_of(fast)] == [("p50", 30), ("p99", 299)]
    assert math.isinf(power_of(attack | {"atLeast": 1})[0].needed)


def test_four_fifths_takes_the_rows_of_the_smaller_group_and_of_those_left_out():
    gate = FAIR | {"metric": "selection-rate-ratio", "atLeast": 0.8}
    counts = {"higherSelected": 90, "higherTrials": 300, "lowerSelected": 10, "lowerTrials": 100}
    parts = (
        PartResult("sex: a / b", Verdict.FAIL, counts=tuple(counts.items())),
        PartResult("sex: c", Verdict.INCONCLUSIVE, counts=(("rows", 9), ("trials", 9))),
    )

    needs = power_of(gate, parts=parts)

    rows = stats.rows_for_ratio(0.25, 0.8, level=0.9, power=0.9)
    assert [(each.part, each.needed, each.have) for each in needs] == [
        ("sex: a / b", rows, 100),
        ("sex: c", rows, 9),
    ]


def test_fairness_before_data_plans_for_shares_of_a_half():
    gate = FAIR | {"metric": "equal-opportunity", "atMost": 0.1}

    (need,) = power_of(gate)

    assert need.needed == stats.rows_for_margin(0.5, 0.1, level=0.9, power=0.9)


def test_drift_needs_current_rows_for_each_psi_and_more_against_a_small_reference():
    gate = {
        "id": "d",
        "type": "data-drift",
        "reference": "training",
        "current": "week",
        "features": [{"name": "*", "atMost": 0.1}, {"name": "x", "atMost": 0.1, "method": "ks"}],
    }
    counts = (("referenceRows", 2000), ("rows", 50))
    parts = tuple(PartResult(name, Verdict.INCONCLUSIVE, counts=counts) for name in "axy")

    needs = power_of(gate, parts=parts)

    assert [(each.part, each.have) for each in needs] == [("a", 50), ("y", 50)]
    assert needs[0].needed == stats.rows_for_psi(0.1, bins=10, reference=2000, level=0.9)
    assert power_of(gate)[0].needed < needs[0].needed


@pytest.mark.parametrize(
    "gate",
    [
        FAIR | {"metric": "selection-rate-ratio", "atLeast": 0.8},
        {"id": "l", "type": "latency", "source": "load", "p99Ms": 9},
        {"id": "a", "type": "attack-resistance", "source": "red-team", "atLeast": 0.99},
        NO_WORSE,
    ],
)
def test_every_gate_on_a_point_needs_thirty_rows(gate):
    assert [each.needed for each in power_of(gate | {"decide": "point"})] == [30]


def test_agreement_needs_labels_by_the_width_of_its_interval_and_a_hundred_at_least():
    gate = {"id": "j", "type": "judge-agreement", "source": "s", "judge": "a", "human": "b"}
    seen = Interval("fleiss-cohen-everitt", 0.9, 0.5, 0.7)

    (near,) = power_of(gate, interval=seen, counts=(("rows", 400),))
    (unknown,) = power_of(gate)

    error = 0.1 / stats.two_sided_z(0.9)
    scale = stats.two_sided_z(0.9) + stats.normal_quantile(0.8)
    assert near.needed == math.ceil(400 * (scale * error / 0.08) ** 2)
    assert unknown.needed is None
    assert (
        power_of(gate, Assumed(effect=0.9), interval=seen, counts=(("rows", 400),))[0].needed > 99
    )


def test_skew_needs_keys_of_each_feature_and_never_enough_for_none_at_all():
    gate = {
        "id": "s",
        "type": "training-serving-skew",
        "offline": "a",
        "online": "b",
        "features": [{"name": "age"}],
        "atMost": 0.01,
    }
    parts = (PartResult("age", Verdict.INCONCLUSIVE, counts=(("rows", 1200),)),)

    (need,) = power_of(gate, parts=parts)

    assert need.needed == stats.rows_for_share(0.008, 0.01, level=0.9, power=0.8)
    assert (need.part, need.have) == ("age", 1200)
    assert power_of(gate | {"atMost": 0.5})[0].needed == 1000
    assert math.isinf(power_of(gate | {"atMost": 0})[0].needed)


def test_drift_of_predictions_needs_what_a_psi_needs_and_other_methods_say_nothing():
    gate = {"id": "p", "type": "prediction-drift", "reference": "r", "atMost": 0.2}

    (need,) = power_of(gate, counts=(("referenceRows", 5000), ("rows", 900)))

    assert need.needed == stats.rows_for_psi(0.2, bins=10, reference=5000, level=0.9)
    assert power_of(gate | {"method": "ks"}) == []


def test_a_rate_of_cases_needs_what_its_own_interval_says_and_a_share_before_there_is_one():
    gate = {"id": "q", "type": "llm-quality", "source": "s", "score": "grounded", "atLeast": 0.9}
    clustered = Interval("cluster-robust", 0.9, 0.80, 0.92)

    (before,) = power_of(gate)
    (after,) = power_of(gate, interval=clustered, counts=(("rows", 500),))

    assert before.needed == stats.rows_for_share(0.92, 0.9, level=0.9, power=0.8)
    assert after.needed > before.needed


def test_retrieval_needs_queries_for_a_value_and_for_a_margin():
    gate = {"id": "r", "type": "retrieval", "run": "r", "judgements": "j", "metric": "mrr"}
    seen = {"interval": Interval("t", 0.9, 0.7, 0.8), "counts": (("rows", 300),)}

    (value,) = power_of(gate | {"atLeast": 0.7}, **seen)
    (margin,) = power_of(gate | {"margin": 0.02, "champion": "c"}, **seen)

    assert value.unit == margin.unit == "queries"
    assert value.needed == pytest.approx(margin.needed / 9, rel=0.01)
    assert "equally good" in margin.assuming


def test_a_plan_tells_which_file_may_be_meant(evaluation, planned):
    gate = {"id": "floor", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6}

    (floor,) = planned(gate, predictions="chalenger.csv")

    assert "`chalenger.csv` does not exist; did you mean `challenger.csv`?" == (
        floor.reads[0].problem.sentence
    )
    assert "did you mean" not in evaluation.result(gate, predictions="chalenger.csv").reason
