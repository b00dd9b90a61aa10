from __future__ import annotations

import json

import pytest
from jsonschema import Draft7Validator

from mlspec.kinds import kind_names
from mlspec.resources import data_path
from mlspec.schema import FieldClass, SpecModel, declare, json_schema
from mlspec.workspace import json_schemas

FILES = ["mlspec.json", *(f"{name}.json" for name in kind_names())]


def nodes(schema):
    """Yield every schema node with the path to it."""
    yield schema
    for key in ("properties", "definitions"):
        for each in schema.get(key, {}).values():
            yield from nodes(each)
    for key in ("items", "additionalProperties", "then"):
        if isinstance(schema.get(key), dict):
            yield from nodes(schema[key])
    for each in schema.get("allOf", []):
        yield from nodes(each)


@pytest.mark.parametrize("name", FILES)
def test_the_checked_in_schema_is_what_the_models_say(name):
    assert (data_path("schemas") / "v1" / name).read_bytes() == json_schemas()[name].encode()


def test_there_is_one_schema_for_each_kind_and_one_for_all():
    assert sorted(json_schemas()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_schema_is_draft_7_under_a_stable_name(name):
    schema = json.loads(json_schemas()[name])

    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == f"https://mlspec.dev/schemas/v1/{name}"


@pytest.mark.parametrize("name", FILES)
def test_a_schema_has_what_editors_need_and_nothing_they_stumble_over(name):
    schema = json.loads(json_schemas()[name])

    for node in nodes(schema):
        assert "oneOf" not in node
        assert "$defs" not in node
        assert node.get("title") in (None, "mlspec", *kind_names())
        for each in node.get("properties", {}).values():
            assert set(each) == {"enum"} or {"description", "markdownDescription"} <= set(each)
        if node.get("type") == "object":
            is_choice = "allOf" in node
            assert is_choice or node.get("additionalProperties") is not None


def test_every_default_fits_its_own_node():
    for text in json_schemas().values():
        for node in nodes(json.loads(text)):
            if "default" in node:
                assert Draft7Validator(node).is_valid(node["default"]), node


def test_every_example_fits_its_own_node():
    for text in json_schemas().values():
        for node in nodes(json.loads(text)):
            for each in node.get("examples", []):
                assert Draft7Validator(node).is_valid(each), (each, node)


def test_the_class_and_direction_of_a_field_are_published():
    model = json.loads(json_schemas()["Model.json"])
    tier = model["properties"]["spec"]["properties"]["risk"]["properties"]["tier"]

    assert tier["x-mlspec"]["class"] == "tier"
    assert tier["x-mlspec"]["direction"] == "higherIsTighter"
    assert tier["enum"] == ["minimal", "limited", "high"]
    assert tier["markdownDescription"].endswith("*tier · higher is tighter*")


def test_the_form_of_a_text_is_published_in_words():
    model = json.loads(json_schemas()["Model.json"])
    digest = model["properties"]["spec"]["properties"]["artifact"]["properties"]["digest"]

    assert digest["type"] == ["string", "null"]
    assert digest["patternErrorMessage"].startswith("must be `sha256:` followed by")


def test_variants_are_told_apart_by_a_condition():
    policy = json.loads(json_schemas()["RolloutPolicy.json"])
    rollout = policy["properties"]["spec"]["properties"]["rollout"]

    assert rollout["properties"]["strategy"]["enum"] == ["a-b", "blue-green", "canary", "shadow"]
    assert [each["if"]["properties"]["strategy"]["enum"] for each in rollout["allOf"]] == [
        ["a-b"],
        ["blue-green"],
        ["canary"],
        ["shadow"],
    ]


def test_an_editor_hears_about_the_variant_that_was_meant():
    text = json_schemas()["mlspec.json"]
    data = {
        "apiVersion": "mlspec.dev/v1",
        "kind": "RolloutPolicy",
        "metadata": {"name": "a"},
        "spec": {"rollout": {"strategy": "shadow", "share": 0.1, "steps": []}},
    }

    messages = [each.message for each in Draft7Validator(json.loads(text)).iter_errors(data)]

    assert any("'holdMinutes' is a required property" in each for each in messages)
    assert any("'steps' was unexpected" in each for each in messages)
    assert len(messages) == 2


def test_a_model_that_contains_itself_gets_a_finite_schema():
    class Tree(SpecModel):
        """A tree."""

        branches: list[Tree] = declare("Smaller trees.", FieldClass.COSMETIC, default=[])

    Tree.model_rebuild()

    assert json_schema(Tree)["properties"]["branches"]["type"] == "array"
