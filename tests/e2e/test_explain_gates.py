"""`mlspec explain` of gates and formats, beside that of codes."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("word", ["metric-threshold", "Fairness", "type:slices"])
def test_a_type_of_gate_is_explained_with_example_and_fields(mlspec, word):
    told = mlspec("explain", word).expect(0).out

    for heading in ("(gate)", "Example\n", "Fields, beside those of every gate\n"):
        assert heading in told


def test_the_list_of_gates_is_data_too(mlspec):
    found = mlspec("explain", "gates", "--format", "json").expect(0).json

    assert {"metric-threshold", "data-drift"} <= {each["type"] for each in found["gates"]}
    assert "confidence" in {each["name"] for each in found["fields"]}


def test_formats_are_listed_with_what_they_give(mlspec):
    found = mlspec("explain", "formats", "--format", "json").expect(0).json

    assert {"csv": "Frame", "promptfoo": "Cases"}.items() <= {
        each["format"]: each["gives"] for each in found["formats"]
    }.items()


def test_a_rule_goes_before_a_gate_of_the_same_name_and_says_so(mlspec):
    done = mlspec("explain", "feedback-loop").expect(0)

    assert "(MLS313, warning)" in done.out
    assert "`mlspec explain type:feedback-loop`" in done.err
    assert "(gate)" in mlspec("explain", "type:feedback-loop").expect(0).out


def test_a_misspelt_gate_is_suggested(mlspec):
    mlspec("explain", "metric-treshold").refused(64, "did you mean `metric-threshold`?")
