"""A small evaluation in a folder: labels, a champion and a challenger that is a little better."""

from __future__ import annotations

import csv
import random

import pytest
from pydantic import TypeAdapter

from mlspec.canonical import digest_bytes
from mlspec.evidence import contradiction
from mlspec.gates import (
    Binding,
    EvaluationInputs,
    GateSpec,
    evaluate_all,
    feature_names,
    spec_difference,
)
from mlspec.gates._weight import depends_on_time

ARTIFACT = digest_bytes(b"artifact")


def make_rows(count=1000, *, seed=3):
    """Return (key, label, champion's score, challenger's score), reproducibly."""
    noise = random.Random(seed)
    rows = []
    for place in range(count):
        label = int(noise.random() < 0.4)
        champion = min(1.0, max(0.0, noise.gauss(0.35 + 0.3 * label, 0.2)))
        challenger = min(1.0, max(0.0, 0.7 * champion + 0.3 * label * noise.random()))
        rows.append((f"r{place}", label, round(champion, 4), round(challenger, 4)))
    return rows


class Evaluation:
    """Files in a folder, and the verdicts of gates over them."""

    def __init__(self, root):
        self.root = root
        self.inputs = {"predictions": "challenger.csv", "champion": "champion.csv"}
        self.inputs["perfectOutputs"] = "accept"  # rows here are often right; see test_leakage.py
        rows = make_rows()
        self.write("champion.csv", [(key, label, score) for key, label, score, _ in rows])
        self.write("challenger.csv", [(key, label, score) for key, label, _, score in rows])

    def write(self, file, rows, header=("id", "label", "score")):
        with (self.root / file).open("w", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])

    def read(self, file):
        with (self.root / file).open(newline="") as stream:
            return [tuple(line) for line in csv.reader(stream)][1:]

    def suit(self, metric):
        """Make the files such that the metric is defined; return what a gate has to add."""
        if metric == "mape":
            for file in ("champion.csv", "challenger.csv"):
                rows = self.read(file)
                self.write(file, [(key, int(y) + 1, float(score) + 1) for key, y, score in rows])
        return {"quantile": 0.5} if metric == "pinball" else {}

    def record(self, *gates, subject_digest=ARTIFACT, as_of="", history=None, **inputs):
        specs = TypeAdapter(list[GateSpec]).validate_python(list(gates))
        read = EvaluationInputs.model_validate(self.inputs | inputs)
        binding = Binding("model/screen", subject_digest, "0.1.0", as_of, history)
        record = evaluate_all(specs, read, self.root, binding=binding)

        # whatever is evaluated: a plan takes the record for what an evaluation wrote
        told = feature_names(self.root, specs, read)
        assert "" == contradiction(record)
        if as_of or not depends_on_time(specs, read):
            assert "" == spec_difference(record, specs, read, told)
        return record

    def result(self, gate, **inputs):
        (result,) = self.record(gate, **inputs).results
        return result

    def floor(self, metric="roc-auc", at_least=0.6, **more):
        gate = {"id": "floor", "type": "metric-threshold", "metric": metric, "atLeast": at_least}
        return self._run(gate, more)

    def ceiling(self, metric, at_most, **more):
        gate = {"id": "ceiling", "type": "metric-threshold", "metric": metric, "atMost": at_most}
        return self._run(gate, more)

    def no_worse(self, metric="roc-auc", margin=0.05, **more):
        gate = {
            "id": "no-worse",
            "type": "champion-challenger",
            "metric": metric,
            "mode": "non-inferiority",
            "margin": margin,
        }
        return self._run(gate, more)

    def better(self, metric="roc-auc", **more):
        gate = {
            "id": "better",
            "type": "champion-challenger",
            "metric": metric,
            "mode": "superiority",
        }
        return self._run(gate, more)

    def _run(self, gate, more):
        known = set(EvaluationInputs.model_fields)
        inputs = {key: value for key, value in more.items() if key in known}
        extra = {key: value for key, value in more.items() if key not in known}
        return self.result(gate | extra, **_camel(inputs))


def _camel(inputs):
    return {EvaluationInputs.model_fields[key].alias: value for key, value in inputs.items()}


@pytest.fixture
def evaluation(tmp_path):
    return Evaluation(tmp_path)
