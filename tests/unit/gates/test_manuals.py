"""Every gate documents itself: text, an example that binds, fields; `explain` prints the same."""

from __future__ import annotations

import json

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from mlspec.api.manuals import manual
from mlspec.gates import GateSpec, GateSpecBase, gate_manuals, load_gates, problems
from mlspec.schema import FieldClass, models_below, traits

GATES = sorted(load_gates())


def entries_of(example):
    found = YAML(typ="safe").load(example)
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("gate_type", GATES)
def test_a_gate_says_what_it_computes_and_when_it_does_not_pass(gate_type):
    text = gate_manuals()[gate_type].text.lower()

    assert "inconclusive" in text
    assert "not evaluated" in text


@pytest.mark.parametrize("gate_type", GATES)
def test_the_example_of_a_gate_is_a_spec_of_that_gate_without_problems(gate_type):
    specs = TypeAdapter(list[GateSpec]).validate_python(
        entries_of(gate_manuals()[gate_type].example)
    )

    assert specs
    assert {gate_type} == {spec.gate_type for spec in specs}
    assert [] == [problem.reason.sentence for spec in specs for problem in problems(spec)]


@pytest.mark.parametrize("gate_type", GATES)
def test_the_docstring_of_a_gate_starts_with_its_type(gate_type):
    module = load_gates()[gate_type].evaluate.__module__
    documentation = __import__(module, fromlist=["__doc__"]).__doc__

    assert documentation.startswith(f"`{gate_type}`: ")


@pytest.mark.parametrize("gate_type", GATES)
def test_every_field_of_a_gate_has_words_a_class_and_a_direction(gate_type):
    spec = load_gates()[gate_type].spec
    for model in {spec, *models_below(spec)}:
        for name, field in model.model_fields.items():
            declared = traits(field)
            assert field.description, f"{model.__name__}.{name}"
            assert declared is not None, f"{model.__name__}.{name}"
            assert declared.field_class is FieldClass.GATE, f"{model.__name__}.{name}"


@pytest.mark.parametrize("gate_type", GATES)
def test_what_is_printed_of_a_gate_names_all_its_own_fields_and_reasons(gate_type):
    gate = load_gates()[gate_type]
    own = set(gate.spec.model_fields) - set(GateSpecBase.model_fields) - {"type"}
    aliases = {gate.spec.model_fields[name].alias for name in own}

    printed = gate_manuals()[gate_type].to_text()

    assert printed.startswith(f"{gate_type} (gate)\n\n")
    assert [] == [each for each in aliases if f"\n    {each}: " not in printed]
    assert [] == [code for code in gate.reasons if f"\n    {code}\n" not in printed]


def test_a_word_that_is_a_code_is_a_gate_only_with_its_prefix():
    assert manual("metric-threshold", is_code=True) is None
    assert manual("type:metric-threshold", is_code=True) == manual("metric-threshold")


@pytest.mark.parametrize("word", ["gates", "formats", "Metric-Threshold", "type:metric-threshold"])
def test_a_page_is_the_same_as_text_and_as_json(word):
    page = manual(word)

    assert page is not None
    assert not page.to_text().endswith("\n")
    assert json.dumps(page.to_json())


def test_what_is_no_gate_has_no_page():
    assert manual("metric-treshold") is None
    assert manual("type:missing-owner") is None
