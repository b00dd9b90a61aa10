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


def test_who_asks_why_a_rule_says_what_of_a_model_is_told_the_command(mlspec):
    mlspec("explain", "policy", "churn").refused(64, "`mlspec policy explain RULE --model NAME`")


def test_a_misspelt_gate_is_suggested(mlspec):
    mlspec("explain", "metric-treshold").refused(64, "did you mean `metric-threshold`?")


def test_what_a_field_defaults_to_is_a_value_and_whether_it_is_required_a_fact(mlspec):
    found = mlspec("explain", "metric-threshold", "--format", "json").expect(0).json

    fields = {each["name"]: each for each in found["fields"][""]}
    assert (fields["metric"]["required"], fields["metric"]["default"]) == (True, None)
    assert (fields["source"]["required"], fields["source"]["default"]) == (False, "predictions")
    assert (fields["atLeast"]["required"], fields["atLeast"]["default"]) == (False, None)


@pytest.mark.parametrize("word", ["promptfoo", "PromptFoo", "format:promptfoo"])
def test_a_format_is_explained_with_what_is_read_and_an_entry_to_copy(mlspec, word):
    told = mlspec("explain", word).expect(0).out

    assert told.startswith("promptfoo (format of evidence)\n")
    assert "format: promptfoo" in told
    assert "Looked at: promptfoo 0." in told


def test_a_format_is_data_too(mlspec):
    found = mlspec("explain", "promptfoo", "--format", "json").expect(0).json

    assert (found["format"], found["gives"]) == ("promptfoo", "Cases")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("promptfo", "promptfoo"),
        ("format:promptfo", "format:promptfoo"),
        ("type:fairnes", "type:fairness"),
        ("too-few-row", "too-few-rows"),
    ],
)
def test_any_word_that_is_nearly_one_is_suggested(mlspec, word, meant):
    mlspec("explain", word).refused(64, f"did you mean `{meant}`?")


def test_a_reason_says_what_to_do(mlspec):
    told = mlspec("explain", "margin-missing").expect(0)

    assert "\nWhat to do\nState `margin`" in told.out
    assert "`mlspec gate plan`" in " ".join(told.out.split())
