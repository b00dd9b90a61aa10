from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from mlspec.kinds import kind_names
from mlspec.resources import data_path
from mlspec.schema import FieldClass, SpecModel, declare, json_schema, share_parts
from mlspec.workspace import json_schemas

FILES = ["mlspec.json", *(f"{name}.json" for name in kind_names())]


def inlined(part, root):
    """Return a part of a schema with the definition itself in place of each reference to it."""
    if isinstance(part, list):
        return [inlined(each, root) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return inlined(root["definitions"][part["$ref"].removeprefix("#/definitions/")], root)
    return {key: inlined(each, root) for key, each in part.items() if key != "definitions"}


texts = cache(json_schemas)


@cache
def whole(name):
    """Return a published schema without references."""
    schema = json.loads(texts()[name])
    return inlined(schema, schema)


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
    assert (data_path("schemas") / "v1" / name).read_bytes() == texts()[name].encode()


def test_there_is_one_schema_for_each_kind_and_one_for_all():
    assert sorted(texts()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_schema_is_draft_7_under_a_stable_name(name):
    schema = json.loads(texts()[name])

    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == f"https://mlspec.dev/schemas/v1/{name}"


@pytest.mark.parametrize("name", FILES)
def test_a_schema_has_what_editors_need_and_nothing_they_stumble_over(name):
    schema = json.loads(texts()[name])

    for node in nodes(schema):
        assert "oneOf" not in node
        assert "$defs" not in node
        assert node.get("title") in (None, "mlspec", *kind_names())
        for each in node.get("properties", {}).values():
            is_told = {"description", "markdownDescription"} <= set(each)
            assert set(each) in ({"enum"}, {"$ref"}) or is_told
        if node.get("type") == "object":
            is_choice = "allOf" in node
            assert is_choice or node.get("additionalProperties") is not None


def test_every_default_fits_its_own_node():
    for name in FILES:
        for node in nodes(whole(name)):
            if "default" in node:
                assert Draft7Validator(node).is_valid(node["default"]), node


def test_every_example_fits_its_own_node():
    for name in FILES:
        for node in nodes(whole(name)):
            for each in node.get("examples", []):
                assert Draft7Validator(node).is_valid(each), (each, node)


@pytest.mark.parametrize("name", FILES)
def test_equal_parts_are_written_once(name):
    schema = json.loads(texts()[name])
    long = [json.dumps(each) for each in nodes(schema) if len(json.dumps(each)) >= 160]

    assert len(long) == len(set(long))
    assert share_parts(schema) == schema


@pytest.mark.parametrize("name", FILES)
def test_a_reference_stands_alone_because_draft_7_ignores_what_stands_beside_it(name):
    for node in nodes(json.loads(texts()[name])):
        assert "$ref" not in node or set(node) == {"$ref"}


def test_a_gate_is_described_once_for_models_and_gate_sets():
    schema = json.loads(texts()["mlspec.json"])
    fairness = schema["definitions"]["fairness"]

    assert fairness["properties"]["id"] == {"$ref": "#/definitions/id"}
    described = [
        each for each in nodes(schema) if each.get("description") == fairness["description"]
    ]
    assert [fairness] == described
    for kind in ("Model", "GateSet"):
        spec = schema["definitions"][kind]["properties"]["spec"]
        assert spec["properties"]["gates"]["items"] == {"$ref": "#/definitions/gates-entry"}


SMALL = st.fixed_dictionaries(
    {"type": st.just("string"), "description": st.sampled_from(["a " * 90, "b " * 90, "c"])}
)


def parts_of(inner):
    members = st.dictionaries(st.sampled_from(["x", "y", "z"]), inner, min_size=1)
    return st.one_of(
        members.map(lambda each: {"type": "object", "properties": each}),
        inner.map(lambda each: {"type": "array", "items": each}),
        inner.map(lambda each: {"type": "object", "additionalProperties": each}),
        inner.map(
            lambda each: {
                "type": "object",
                "allOf": [{"if": {"properties": {"t": {"enum": ["x"]}}}, "then": each}],
            }
        ),
    )


@settings(max_examples=100, derandomize=True)
@given(schema=st.recursive(SMALL, parts_of, max_leaves=8))
def test_a_schema_with_shared_parts_says_what_it_said(schema):
    shared = share_parts({"type": "object", "properties": {"one": schema, "two": schema}})

    assert inlined(shared, shared)["properties"] == {"one": schema, "two": schema}


def test_the_class_and_direction_of_a_field_are_published():
    model = whole("Model.json")
    tier = model["properties"]["spec"]["properties"]["risk"]["properties"]["tier"]

    assert tier["x-mlspec"]["class"] == "tier"
    assert tier["x-mlspec"]["direction"] == "higherIsTighter"
    assert tier["enum"] == ["minimal", "limited", "high"]
    assert tier["markdownDescription"].endswith("*tier · higher is tighter*")


def test_the_form_of_a_text_is_published_in_words():
    model = whole("Model.json")
    digest = model["properties"]["spec"]["properties"]["artifact"]["properties"]["digest"]

    assert digest["type"] == ["string", "null"]
    assert digest["patternErrorMessage"].startswith("must be `sha256:` followed by")


def test_variants_are_told_apart_by_a_condition():
    policy = whole("RolloutPolicy.json")
    rollout = policy["properties"]["spec"]["properties"]["rollout"]

    assert rollout["properties"]["strategy"]["enum"] == ["a-b", "blue-green", "canary", "shadow"]
    assert [each["if"]["properties"]["strategy"]["enum"] for each in rollout["allOf"]] == [
        ["a-b"],
        ["blue-green"],
        ["canary"],
        ["shadow"],
    ]


def test_an_editor_hears_about_the_variant_that_was_meant():
    text = texts()["mlspec.json"]
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
