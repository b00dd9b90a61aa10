"""`prediction-drift`: scores or classes against a reference, without labels."""

from __future__ import annotations

import random

import pytest
from pydantic import TypeAdapter

from mlspec.canonical import digest_bytes
from mlspec.evidence import Verdict
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all, problems, reasons
from mlspec.gates.prediction_drift import PredictionDrift


def rows(count=2000, *, seed=1, shift=0.0):
    noise = random.Random(seed)
    scores = [min(1.0, max(0.0, noise.gauss(0.5 + shift, 0.2))) for _ in range(count)]
    return [(f"r{n}", f"{s:.5f}", str(int(s > 0.5))) for n, s in enumerate(scores)]


class Outputs:
    header = ("id", "score", "prediction")

    def __init__(self, root):
        self.root = root
        self.inputs = {
            "predictions": "now.csv",
            "prediction": "prediction",
            "sources": [
                {"name": "then", "file": "then.csv"},
                {"name": "later", "file": "later.csv"},
            ],
        }
        for seed, file in enumerate(("then.csv", "now.csv", "later.csv")):
            self.write(file, rows(seed=seed))

    def write(self, file, lines, header=header):
        text = "\n".join(",".join(line) for line in [header, *lines]) + "\n"
        (self.root / file).write_text(text, "utf-8")

    def judge(self, at_most=0.1, **more):
        gate = {"id": "d", "type": "prediction-drift", "reference": "then", "atMost": at_most}
        record = evaluate_all(
            TypeAdapter(list[GateSpec]).validate_python([gate | more]),
            EvaluationInputs.model_validate(self.inputs),
            self.root,
            binding=Binding("m", "sha256:1", "1", ""),
        )
        return record.results[0]


@pytest.fixture
def outputs(tmp_path):
    return Outputs(tmp_path)


@pytest.mark.parametrize("output", ["score", "class"])
@pytest.mark.parametrize("current", [None, "later"])
def test_outputs_that_stay_pass_and_outputs_that_move_fail(outputs, output, current):
    same = outputs.judge(output=output, current=current)
    for file in ("now.csv", "later.csv"):
        outputs.write(file, rows(seed=3, shift=0.3))
    moved = outputs.judge(output=output, current=current)

    assert (Verdict.PASS, Verdict.FAIL) == (same.verdict, moved.verdict)
    assert (2000, 2000) == (dict(same.counts)["rows"], dict(same.counts)["referenceRows"])


@pytest.mark.parametrize("method", ["ks", "wasserstein", "jensen-shannon", "l-infinity"])
def test_every_method_tells_a_shift(outputs, method):
    assert Verdict.PASS is outputs.judge(0.2, method=method).verdict
    outputs.write("now.csv", rows(seed=3, shift=0.3))
    assert Verdict.FAIL is outputs.judge(0.2, method=method).verdict


def test_classes_follow_from_scores_where_no_column_names_them(outputs):
    named = outputs.judge(output="class")
    outputs.inputs["prediction"] = None
    derived = outputs.judge(output="class")

    assert named.estimate == pytest.approx(derived.estimate, abs=1e-3)


def test_few_rows_are_inconclusive(outputs):
    outputs.write("now.csv", rows(3))

    found = outputs.judge(5.0)

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("", "empty-cell"), ("nan", "not-finite"), ("inf", "not-finite"), ("high", "not-a-number")],
)
def test_a_score_that_is_not_there_is_not_evaluated(outputs, cell, code):
    (key, _, of_class), *rest = rows(seed=2)
    outputs.write("now.csv", [(key, cell, of_class), *rest])

    found = outputs.judge()

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_half_of_the_scores_of_a_source_that_became_missing_fail(outputs):
    lines = [(key, "" if n % 2 else score, c) for n, (key, score, c) in enumerate(rows(seed=2))]
    outputs.write("later.csv", lines)

    assert Verdict.FAIL is outputs.judge(current="later").verdict


@pytest.mark.parametrize(
    ("gate", "inputs", "code"),
    [
        ({}, {"predictions": "then.csv"}, "same-data"),
        ({"current": "later"}, {"later": "then.csv"}, "same-data"),
        ({}, {"predictions": None}, "inputs-missing"),
        ({}, {"predictionsDigest": digest_bytes(b"other")}, "digest-mismatch"),
        ({"reference": "absent"}, {}, "source-missing"),
        ({"current": "absent"}, {}, "source-missing"),
        ({"column": "probability"}, {}, "missing-column"),
        ({"output": "class", "method": "ks"}, {}, "method-not-for-feature"),
    ],
)
def test_what_is_not_what_it_has_to_be_is_not_evaluated(outputs, gate, inputs, code):
    later = inputs.pop("later", None)
    if later is not None:
        outputs.inputs["sources"][1]["file"] = later
    outputs.inputs |= inputs

    found = outputs.judge(**gate)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)
    assert code in reasons()


def test_a_spec_that_says_nothing_is_refused():
    base = {"id": "d", "type": "prediction-drift", "reference": "a", "atMost": 0.1}

    def codes_of(**change):
        return [e.reason.code for e in problems(PredictionDrift.model_validate(base | change))]

    assert [] == codes_of()
    assert ["same-data"] == codes_of(current="a")
    assert ["limit-out-of-range"] == codes_of(atMost=-1)
    assert ["limit-out-of-range"] == codes_of(method="ks", atMost=1)
