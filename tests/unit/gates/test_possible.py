"""A pass over a number that cannot be is none, though its interval was made up along with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from mlspec.evidence import Interval, Verdict
from mlspec.gates import EvaluationInputs, GateSpec, spec_difference

FLOOR = {"id": "g", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.97}
COMPARED = {
    "id": "g",
    "type": "champion-challenger",
    "metric": "roc-auc",
    "mode": "superiority",
    "minimumGain": 0.5,
}


@pytest.fixture
def forged(evaluation):
    """Return what a plan says of a record whose only verdict was replaced by a made-up pass."""

    def forge(gate, *, counts=None, **change):
        record = evaluation.record(gate)
        (result,) = record.results
        there = dict(result.counts)
        change = {"estimate": 0.985, "interval": between(0.98, 0.99)} | change
        made = replace(
            result,
            verdict=Verdict.PASS,
            reason="",
            reason_code="",
            counts=tuple(sorted((there if counts is None else counts(there)).items())),
            **change,
        )
        specs = TypeAdapter(list[GateSpec]).validate_python([gate])
        inputs = EvaluationInputs.model_validate(evaluation.inputs)
        return spec_difference(replace(record, results=(made,)), specs, inputs)

    return forge


def between(lower, upper):
    return Interval("delong", 0.9, lower, upper)


@pytest.mark.parametrize("gate", [FLOOR, COMPARED], ids=["floor", "compared"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"metric": "f1"}, "its number is of `f1`, not of `roc-auc`"),
        ({"estimate": 1.5, "interval": between(1.4, 1.6)}, "its number is 1.5, and lies between"),
        ({"estimate": 0.9}, "its number is 0.9, which its interval does not hold"),
        ({"counts": lambda there: there | {"rows": 3}}, "it is over 3 rows, and there are 1000"),
        ({"counts": lambda there: there | {"rows": 10**6}}, "it is over 1000000 rows"),
        ({"counts": lambda _: {}}, "it is over 0 rows, and there are 1000"),
        (
            {"counts": lambda _: {"rows": 1000, "positives": 1000, "negatives": 0}},
            "it passes without `negatives`",
        ),
        (
            {"counts": lambda there: there | {"positives": there["positives"] + 1}},
            "its classes have 1001 rows of 1000",
        ),
    ],
    ids=["metric", "range", "beside", "few", "many", "none", "one-class", "classes"],
)
def test_a_pass_over_a_number_that_cannot_be_is_none(forged, gate, change, told):
    assert f"gate g contradicts what the spec asks for, {told}" in forged(gate, **change)


@pytest.mark.parametrize("gate", [FLOOR, COMPARED], ids=["floor", "compared"])
def test_a_number_that_can_be_is_told_from_the_real_one_by_judging_again_alone(forged, gate):
    assert "" == forged(gate)


def test_slices_are_of_the_metric_that_the_spec_names(forged, evaluation):
    gate = {"id": "g", "type": "slices", "metric": "roc-auc", "by": [{"column": "town"}]}
    gate |= {"atLeast": 0.5}
    for file in ("challenger.csv", "champion.csv"):
        rows = [(*each, "ab"[place % 2]) for place, each in enumerate(evaluation.read(file))]
        evaluation.write(file, rows, header=("id", "label", "score", "town"))
    (result,) = evaluation.record(gate).results
    kept = {"estimate": result.estimate, "interval": result.interval}

    assert "" == forged(gate, **kept)
    assert "of `accuracy`, not of `roc-auc`" in forged(gate, metric="accuracy", **kept)
