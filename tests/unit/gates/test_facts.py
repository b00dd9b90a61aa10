"""Facts and counts of a verdict are such that the spec allows it, and intervals have its level."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from mlspec.evidence import EvidenceRecord, GateResult, Interval, PartResult, Verdict
from mlspec.gates import EvaluationInputs, GateSpec, spec_difference
from mlspec.gates._facts import other_fact
from mlspec.gates._follows import unfounded

CANARY = {
    "type": "canary",
    "source": "load",
    "canary": "new",
    "baseline": "old",
    "canaryShare": 0.5,
    "counts": {"by": "arm", "trials": "requests", "events": "errors"},
    "maximumIncrease": 0.01,
}
JUDGED = {
    "type": "llm-quality",
    "source": "cases",
    "score": "grounded",
    "atLeast": 0.9,
    "judge": {"source": "people", "judge": "judge", "human": "human", "atLeast": 0.6},
}
COMPARED = {"type": "champion-challenger", "metric": "accuracy", "mode": "superiority"}
SLICES = {"type": "slices", "metric": "accuracy", "by": [{"column": "town"}], "atLeast": 0.5}
DRIFT = {
    "type": "data-drift",
    "reference": "then",
    "current": "now",
    "features": [{"name": "*", "atMost": 0.2}],
}
QUALITY = {"type": "data-quality", "source": "now", "rowsAtLeast": 10}
FLOOR = {"type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.7, "minimumRows": 500}


def spec_of(gate):
    return TypeAdapter(GateSpec).validate_python({"id": "g", **gate})


def told(spec, facts, *, verdict=Verdict.PASS, parts=(), counts=()):
    given = tuple(PartResult(each, Verdict.PASS) for each in parts)
    found = GateResult("g", spec.gate_type, verdict, "", facts=tuple(facts.items()), parts=given)
    return replace(found, counts=counts)


@pytest.mark.parametrize(
    ("gate", "facts", "more", "says"),
    [
        (CANARY, {"sampleRatioP": 0.4}, {}, ""),
        (CANARY, {"sampleRatioP": 0.0001}, {}, "the arms do not compare"),
        (CANARY, {}, {}, "the arms do not compare"),
        (JUDGED, {"errorRate": 0.0, "kappa": 0.8}, {}, ""),
        (JUDGED, {"errorRate": 0.9, "kappa": 0.8}, {}, "`errorRate` has to be at most"),
        (JUDGED, {"kappa": 0.8}, {}, "`errorRate` has to be at most"),
        (JUDGED, {"errorRate": 0.0, "kappa": 0.5}, {}, "`kappa` has to be at least 0.6"),
        (JUDGED, {"errorRate": 0.0}, {}, "`kappa` has to be at least 0.6"),
        (COMPARED, {}, {}, ""),
        (COMPARED, {"unpinnedFiles": 1.0}, {}, "the spec names 0 files without a digest"),
        (SLICES, {"slices": 2.0}, {"parts": ("town: `a`", "town: `b`")}, ""),
        (SLICES, {"slices": 2.0, "smallSlices": 1.0}, {"parts": ("x", "y")}, "tells of 3 parts"),
        (SLICES, {"slices": 2.0, "unpinnedFiles": 1.0}, {"parts": ("x", "y")}, "names 0 files"),
        (DRIFT, {"adjustedP.a": 0.1}, {"parts": ("a", "b")}, ""),
        (DRIFT, {"adjustedP.c": 0.1}, {"parts": ("a", "b")}, "`adjustedP.c` is of no part"),
        (QUALITY, {"checks": 1.0}, {"parts": ("rows", "age")}, ""),
        (QUALITY, {"checks": 2.0}, {"parts": ("rows", "age")}, "tells of 2 parts, and there are 1"),
        (FLOOR, {}, {"counts": (("rows", 500),)}, ""),
        (FLOOR, {}, {"counts": (("rows", 499),)}, "`pass` on 499 rows, and 500 are needed"),
    ],
)
def test_facts_agree_with_the_spec_and_the_parts(gate, facts, more, says):
    spec = spec_of(gate)
    pinned = EvaluationInputs(predictions="a.csv", predictionsDigest="sha256:" + "0" * 64)

    found = other_fact(spec, told(spec, facts, **more), pinned)

    assert says in found
    assert bool(says) is bool(found)


def test_files_without_a_digest_are_counted():
    spec, inputs = spec_of(COMPARED), EvaluationInputs(predictions="a.csv", champion="b.csv")

    assert "" == other_fact(spec, told(spec, {"unpinnedFiles": 2.0}), inputs)
    assert "names 2 files" in other_fact(spec, told(spec, {}), inputs)


def test_what_was_not_evaluated_may_tell_anything():
    spec = spec_of(CANARY)

    assert "" == other_fact(spec, told(spec, {}, verdict=Verdict.NOT_EVALUATED), None)


@pytest.mark.parametrize("level", [0.5, 0.89, 0.9, 0.91])
@pytest.mark.parametrize("of_part", [True, False])
def test_an_interval_has_the_level_that_the_spec_asks_for(level, of_part):
    ends = Interval("wilson", level, 0.8, 0.9)
    spec = spec_of(SLICES if of_part else FLOOR)
    parts = (PartResult("town: `a`", Verdict.PASS, estimate=0.85, interval=ends),)
    result = GateResult("g", spec.gate_type, Verdict.PASS, "", estimate=0.85, interval=ends)

    found = unfounded(spec, replace(result, parts=parts if of_part else ()))

    assert found == "" if level == 0.9 else "has the level" in found


def test_a_plan_tells_of_a_fact(evaluation):
    gate = {"id": "g"} | COMPARED
    record = evaluation.record(gate)
    read = EvaluationInputs.model_validate(evaluation.inputs)
    (result,) = record.results
    facts = tuple(each for each in result.facts if each[0] != "unpinnedFiles")
    edited: EvidenceRecord = replace(record, results=(replace(result, facts=facts),))

    found = spec_difference(edited, [spec_of(gate)], read)

    assert "gate g: `unpinnedFiles` is 0, and the spec names 2 files without a digest" == found
