"""Laws of definitions: our one pass agrees with a general validator; defaults; hostile schemas."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mlspec.manifests.definitions import (
    VersionedDefinition,
    convert_all,
    definition_from_text,
    definition_to_text,
)
from mlspec.manifests.definitions._convert import ConversionError, Converter
from mlspec.manifests.definitions._schema import Schema
from mlspec.manifests.definitions._walk import findings

NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(["", "a", "ab", "1", "yes"])
NUMBERS = st.sampled_from([-1, 0, 1, 2, 1.0, 1.5])
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3),
    max_leaves=8,
)
LEAVES = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "minLength": st.integers(0, 2),
            "maxLength": st.integers(0, 2),
            "enum": st.lists(TEXTS, min_size=1, max_size=2),
            "nullable": st.just(True),
        },
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={
            "minimum": NUMBERS,
            "maximum": NUMBERS,
            "exclusiveMinimum": st.booleans(),
            "multipleOf": st.sampled_from([1, 2, 0.5]),
        },
    ),
    st.just({"type": "boolean"}),
    st.just({"x-kubernetes-int-or-string": True}),
    st.just({"x-kubernetes-preserve-unknown-fields": True}),
)


def _objects(below):
    needs = st.fixed_dictionaries({"required": st.lists(NAMES, min_size=1, max_size=2)})
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(NAMES, below, max_size=3)},
        optional={
            "required": st.lists(NAMES, max_size=2),
            "minProperties": st.integers(0, 2),
            "x-kubernetes-preserve-unknown-fields": st.booleans(),
            "anyOf": st.lists(needs, min_size=1, max_size=2),
            "oneOf": st.lists(needs, min_size=1, max_size=2),
            "not": needs,
        },
    ) | st.fixed_dictionaries({"type": st.just("object"), "additionalProperties": below})


SCHEMAS = st.recursive(
    LEAVES,
    lambda below: (
        _objects(below)
        | st.fixed_dictionaries(
            {"type": st.just("array"), "items": below}, optional={"maxItems": st.integers(0, 2)}
        )
    ),
    max_leaves=6,
)


def standard(schema):
    """The same schema in JSON Schema 2020-12: what a general validator judges."""
    known = {k: v for k, v in schema.items() if not k.startswith("x-") and k != "nullable"}
    if known.pop("exclusiveMinimum", False) and "minimum" in known:
        known["exclusiveMinimum"] = known.pop("minimum")
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    if schema.get("nullable"):
        known["type"] = [known["type"], "null"]
        if "enum" in known:
            known["enum"] = [*known["enum"], None]
    for key in ("items", "additionalProperties"):
        if key in known:
            known[key] = standard(known[key])
    if "properties" in known:
        known["properties"] = {k: standard(v) for k, v in known["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            known["additionalProperties"] = False
    return known


def compact(schema):
    converter = Converter()
    root = converter.convert(schema)
    return Schema(tuple(converter.nodes), root)


@given(schema=SCHEMAS, value=VALUES)
@settings(max_examples=400)
def test_a_value_fits_where_a_general_validator_says_so(schema, value):
    fits = Draft202012Validator(standard(schema)).is_valid(value)

    assert fits is not any(findings(compact(schema), value))


@given(schema=SCHEMAS, value=VALUES)
@settings(max_examples=150)
def test_every_finding_is_placed_in_the_value_and_worded_for_people(schema, value):
    for each in findings(compact(schema), value):
        assert each.message
        assert "is not of type" not in each.message
        assert _reaches(value, each.path)


def _reaches(value, path):
    for step in path:
        value = value[step]
    return True


def crd(schema, **spec):
    return {
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.example.org"},
        "spec": {
            "group": "example.org",
            "names": {"kind": "Thing", "plural": "things"},
            "scope": "Namespaced",
            "versions": [
                {"name": "v1", "served": True, "schema": {"openAPIV3Schema": schema}},
            ],
            **spec,
        },
    }


@given(schema=SCHEMAS, value=VALUES)
@settings(max_examples=100)
def test_a_definition_says_the_same_after_it_was_stored(schema, value):
    made = convert_all([crd({"type": "object", "properties": {"spec": schema}})]).definitions[0]
    resource = {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {}, "spec": value}

    read = definition_from_text(definition_to_text(made))

    assert made.version("v1").findings(resource) == read.version("v1").findings(resource)
    assert definition_to_text(made) == definition_to_text(read)


@given(value=VALUES, default=VALUES)
@settings(max_examples=100)
def test_defaults_fill_in_what_is_absent_and_change_nothing_else(value, default):
    below = {"type": "object", "properties": {"a": {"default": default}}}
    schema = {"type": "object", "properties": {"spec": below, "status": below}}
    definition = VersionedDefinition(compact(schema))
    resource = {"spec": value, "status": value}
    before = copy.deepcopy(resource)

    filled = definition.defaulted(resource)

    assert before == resource
    assert value == filled["status"]
    assert filled == definition.defaulted(filled)
    if isinstance(value, dict):
        assert {"a": default} | {k: v for k, v in value.items() if k != "a" or v is not None} == (
            filled["spec"]
        )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("type", "properties", "items", "allOf", "anyOf", "not", "required", "enum"),
                    *("pattern", "default", "additionalProperties", "x-kubernetes-validations"),
                    *("rule", "maxLength", "nullable", "x-kubernetes-list-type"),
                ]
            ),
            below,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(schema=ANYTHING, value=VALUES)
@settings(max_examples=300)
def test_whatever_a_definition_holds_it_is_refused_or_judges(schema, value):
    made = convert_all([crd(schema)])

    assert len(made.definitions) + len(made.problems) == 1
    for each in made.definitions:
        stored = definition_from_text(definition_to_text(each))
        list(stored.version("v1").findings({"spec": value}))


@given(data=ANYTHING)
@settings(max_examples=100)
def test_whatever_is_given_as_a_definition_nothing_raises(data):
    convert_all([data, crd({}, versions=data), crd({}, names=data), crd({}, group=data)])


def test_a_schema_that_is_too_deep_or_too_large_is_refused():
    deep = {"type": "object"}
    for _ in range(400):
        deep = {"type": "object", "properties": {"a": deep}}

    with pytest.raises(ConversionError, match="larger or deeper"):
        Converter().convert(deep)


RULES = [
    "self.all(a, !has(a.name) || self.exists_one(b, has(b.name) && a.name == b.name))",
    "self.size() < 2 || self[0].port != self[1].port",
    "self.exists(a, a == self[0]) || self.size() == 0",
    "self.all(a, a.size() < 3)",
    "self.map(a, has(a.name) ? a.name : '').size() == self.filter(a, has(a.port)).size()",
    "self.all(a, ['x'].all(port, port == 'x'))",
    "self.all(a, 'name' in a)",
    "size(self) < 2",
    "self.all(name, has(name.port))",
]
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["a", "b"]),
            "port": st.integers(0, 1),
            "other": st.sampled_from(["x", "y"]),
        },
    ),
    max_size=3,
)


@pytest.mark.parametrize("rule", RULES)
@given(values=st.lists(ENTRIES, min_size=2, max_size=5))
@settings(max_examples=25)
def test_what_a_rule_said_before_is_what_it_says_now(rule, values):
    entry = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "other": {"type": "string"},
            "port": {"type": "integer"},
        },
    }
    schema = {"type": "array", "items": entry, "x-kubernetes-validations": [{"rule": rule}]}
    whole = compact({"type": "object", "properties": {"spec": schema}})
    remembering = VersionedDefinition(whole)

    for value in values:
        resource = {"spec": value}
        assert VersionedDefinition(whole).findings(resource) == remembering.findings(resource)


@pytest.mark.parametrize("rule", ["self.a == 1 || self.b == 2", "self.a < 1 && size(self) > 0"])
@given(
    values=st.lists(
        st.fixed_dictionaries(
            {"a": st.integers(0, 1), "b": st.integers(1, 2)}, optional={"c": st.integers(0, 1)}
        ),
        max_size=6,
    )
)
@settings(max_examples=25)
def test_so_it_is_for_objects(rule, values):
    whole_number = {"type": "integer"}
    schema = {
        "type": "object",
        "properties": dict.fromkeys("abc", whole_number),
        "x-kubernetes-validations": [{"rule": rule}],
    }
    whole = compact({"type": "object", "properties": {"spec": schema}})
    remembering = VersionedDefinition(whole)

    for value in values:
        resource = {"spec": value}
        assert VersionedDefinition(whole).findings(resource) == remembering.findings(resource)
