"""Specs that can be evaluated, and that no data could pass: told before anybody measures."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from mlspec import stats
from mlspec.evidence import Verdict
from mlspec.gates import EvaluationInputs, GateSpec, problems
from mlspec.gates._metrics import METRICS

SPECS = TypeAdapter(GateSpec)
FAIR = {"type": "fairness", "groups": [{"column": "sex"}]}
RATE = {"type": "llm-quality", "source": "cases"}
REVIEW = {"type": "human-review", "metric": "automated-error", "confidenceThreshold": 0.9}
SKEW = {"type": "training-serving-skew", "offline": "a", "online": "b", "features": [{"name": "x"}]}
ATTACKS = {"type": "attack-resistance", "source": "red-team"}
SEARCH = {"type": "retrieval", "run": "a", "judgements": "b", "metric": "mrr"}
ESTIMATE = {"type": "estimated-performance", "metric": "accuracy", "reference": "then"}
LOAD = {"type": "throughput", "source": "load", "atLeastPerSecond": 5, "errorColumn": "failed"}
SLICES = {"type": "slices", "metric": "accuracy", "by": [{"column": "region"}]}
FLOOR = {"type": "metric-threshold"}
JUDGE = {"type": "judge-agreement", "source": "cases", "judge": "a", "human": "b"}
LOOP = {"type": "feedback-loop", "source": "log"}
CALIBRATION = {"type": "calibration"}
OUTPUTS = {"type": "prediction-drift", "reference": "then", "current": "now"}
DRIFT = {"type": "data-drift", "reference": "then", "current": "now"}


def told(gate, **more):
    found = problems(SPECS.validate_python({"id": "it", **gate, **more}))
    return [(*each.path, each.reason.code) for each in found]


@pytest.mark.parametrize(
    ("gate", "bound", "near"),
    [
        (FAIR | {"metric": "selection-rate-ratio"}, {"atLeast": 1}, 0.99),
        (FAIR | {"metric": "equal-opportunity"}, {"atMost": 0}, 0.01),
        (RATE, {"atLeast": 1.0}, 0.99),
        (RATE, {"atMost": 0}, 0.01),
        (REVIEW, {"atMost": 0}, 0.01),
        (SKEW, {"atMost": 0}, 0.01),
        (ATTACKS, {"atLeast": 1}, 0.99),
        (SEARCH, {"atLeast": 1}, 0.99),
        (ESTIMATE, {"atLeast": 1}, 0.99),
        (LOAD, {"maximumErrorShare": 0}, 0.01),
        (SLICES, {"atLeast": 1}, 0.99),
        (JUDGE, {"atLeast": 1}, 0.99),
        (LOOP | {"metric": "exploration-share"}, {"atLeast": 1}, 0.99),
        (LOOP | {"metric": "label-coverage"}, {"atLeast": 1}, 0.99),
        (CALIBRATION | {"metric": "ece"}, {"atMost": 0}, 0.01),
        (CALIBRATION | {"metric": "mce"}, {"atMost": 0}, 0.01),
        (CALIBRATION | {"metric": "brier"}, {"atMost": 0}, 0.01),
        (OUTPUTS | {"method": "ks"}, {"atMost": 0}, 0.01),
        (OUTPUTS | {"method": "wasserstein"}, {"atMost": 0}, 0.01),
    ],
)
def test_a_bound_that_no_interval_reaches_is_told_at_its_place(gate, bound, near):
    (field,) = bound

    assert told(gate, **bound) == [(field, "bound-unreachable")]
    assert told(gate, **{field: near}) == []
    assert told(gate, **bound, decide="point") == []


@pytest.mark.parametrize("method", ["cramers-v", "jensen-shannon", "ks", "missing-rate"])
def test_no_distance_but_psi_is_shown_to_be_nothing(method):
    limits = [{"name": "age", "atMost": 0.1}, {"name": "town", "atMost": 0, "method": method}]

    assert told(DRIFT, features=limits) == [("features", "1", "atMost", "bound-unreachable")]
    assert told(DRIFT, features=limits, decide="point") == []
    assert told(DRIFT | {"features": [{"name": "age", "atMost": 0}]}, method="psi") == []


def test_a_psi_of_two_equal_sides_reaches_nothing():
    equal = stats.vector([1000.0] * 10)

    assert 0.0 == stats.psi(equal, equal, level=0.9).bounds.upper


@pytest.mark.parametrize("metric", ["slope", "intercept"])
def test_a_coefficient_is_not_shown_to_be_one_number(metric):
    gate = CALIBRATION | {"metric": metric}

    assert told(gate, atLeast=1, atMost=1) == [("atMost", "bound-unreachable")]
    assert told(gate, atLeast=0.9, atMost=1) == told(gate, atLeast=1, atMost=1, decide="point")
    assert told(gate, atLeast=1) == []


@pytest.mark.parametrize(
    ("eligible", "bound", "code"),
    [
        ((), 0.5, []),
        ((), 0.51, ["bound-unreachable"]),
        (("a", "b", "c"), 0.33, []),
        (("a", "b", "c"), 0.34, ["bound-unreachable"]),
        (("a", "b", "c"), 1.5, ["feedback-bound"]),
    ],
)
@pytest.mark.parametrize("decide", ["bound", "point"])
def test_the_chances_of_one_choice_add_up_to_one(eligible, bound, code, decide):
    gate = LOOP | {"metric": "minimum-propensity", "eligible": list(eligible), "decide": decide}

    assert [each[-1] for each in told(gate, atLeast=bound)] == code


def test_a_judge_that_agrees_with_people_for_certain_is_told_inside_of_its_gate():
    judge = {"source": "cases", "judge": "a", "human": "b", "atLeast": 1}

    assert told(RATE, atLeast=0.9, judge=judge) == [("judge", "atLeast", "bound-unreachable")]
    assert told(RATE, atLeast=0.9, judge=judge | {"atLeast": 0.9}) == []


@pytest.mark.parametrize("metric", ["effective-sample-size", "action-entropy"])
def test_rows_and_bits_have_no_largest_value(metric):
    assert told(LOOP | {"metric": metric}, atLeast=10_000) == []


@pytest.mark.parametrize("metric", sorted(METRICS.keys() - {"pinball"}))
def test_the_best_value_of_a_metric_is_out_of_reach_of_its_interval(metric):
    known = METRICS[metric]
    best = {"atLeast": known.highest} if known.higher_is_better else {"atMost": known.lowest}

    assert [each[-1] for each in told(FLOOR, metric=metric, **best)] == ["bound-unreachable"]
    assert told(FLOOR, metric=metric, **best, decide="point") == []


def test_what_another_tool_reports_has_no_interval_to_reach_anything():
    assert told(FLOOR, metric="accuracy", source="metrics", atLeast=1, decide="point") == []


@pytest.mark.parametrize("count", [100, 5_000])
@pytest.mark.parametrize("metric", ["accuracy", "recall", "roc-auc"])
def test_not_even_perfect_predictions_reach_it(evaluation, metric, count):
    evaluation.write("challenger.csv", [(f"r{at}", at % 2, float(at % 2)) for at in range(count)])

    assert evaluation.floor(metric, 1.0).verdict is not Verdict.PASS


@pytest.mark.parametrize(
    ("gate", "key"),
    [
        ({"type": "security", "maximumDatabaseAgeDays": 0}, "maximumDatabaseAgeDays"),
        (
            {
                "type": "data-quality",
                "source": "rows",
                "freshness": {"column": "at", "maximumAgeDays": 0},
            },
            "maximumAgeDays",
        ),
    ],
)
def test_an_age_of_no_days_is_out_of_range(gate, key):
    with pytest.raises(ValidationError) as refused:
        SPECS.validate_python({"id": "it", **gate})

    assert [each["loc"][-1] for each in refused.value.errors()] == [key]


def test_evidence_may_not_have_to_be_younger_than_a_day():
    source = {"name": "scan", "file": "scan.json", "maximumAgeDays": 0}

    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        EvaluationInputs.model_validate({"sources": [source]})
