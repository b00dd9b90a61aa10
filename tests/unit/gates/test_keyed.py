"""A table that is joined with the predictions has their key, where the gate states no other."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from mlspec.evidence import Verdict
from mlspec.gates import EvaluationInputs, GateSpec
from mlspec.gates._keyed import keyed

GATES = {
    "slices": {"type": "slices", "metric": "accuracy", "by": [{"column": "town"}], "atLeast": 0.1},
    "fairness": {
        "type": "fairness",
        "metric": "selection-rate-difference",
        "groups": [{"column": "town"}],
        "atMost": 0.9,
    },
    "human-review": {
        "type": "human-review",
        "metric": "review-rate",
        "confidenceThreshold": 0.6,
        "atMost": 1.0,
        "log": "people",
    },
}
TOWNS = ("a", "b")


@pytest.fixture
def judged(evaluation):
    """Judge a gate over predictions whose key is `person`, with a table of people beside."""
    rows = evaluation.read("challenger.csv")
    evaluation.write("challenger.csv", rows, ("person", "label", "score"))

    def run(gate, header=("person", "town")):
        people = [(key, TOWNS[place % 2]) for place, (key, *_) in enumerate(rows)]
        evaluation.write("people.csv", people[::-1], header)
        sources = [{"name": "people", "file": "people.csv"}]
        return evaluation.result(
            {"id": "g", "source": "people"} | gate, key="person", champion=None, sources=sources
        )

    return run


@pytest.mark.parametrize("name", ["slices", "fairness"])
def test_the_key_of_the_evaluation_joins_where_none_is_stated(judged, name):
    assert Verdict.PASS is judged(GATES[name]).verdict


@pytest.mark.parametrize("name", ["slices", "fairness"])
@pytest.mark.parametrize(("key", "code"), [("id", "missing-column"), ("nr", "")])
def test_a_key_that_is_stated_counts(judged, name, key, code):
    found = judged(GATES[name] | {"key": key}, header=("nr", "town"))

    assert code == found.reason_code


def spec_of(gate):
    return TypeAdapter(GateSpec).validate_python({"id": "g"} | gate)


@pytest.mark.parametrize("name", GATES)
def test_gates_that_join_get_the_key_and_stay_what_they_are(name):
    spec = spec_of(GATES[name])

    (found,) = keyed([spec], EvaluationInputs(key="person"))

    assert ("id", "person") == (spec.key, found.key)
    assert found == spec.model_copy(update={"key": "person"})
    assert [spec] == keyed([spec], None)
    assert ["nr"] == [e.key for e in keyed([spec_of(GATES[name] | {"key": "nr"})], None)]


def test_rows_of_their_own_keep_their_own_key():
    attacks = {"type": "attack-resistance", "source": "attacks", "broken": "broken", "atLeast": 0.9}

    (found,) = keyed([spec_of(attacks)], EvaluationInputs(key="person"))

    assert "id" == found.key
