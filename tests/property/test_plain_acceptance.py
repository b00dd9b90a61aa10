"""The short way to "valid" agrees with the binder: it accepts what the binder accepts."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.property.test_schema_agrees import container, mutants, places, variants
from tests.unit.schema.documents import document, problems_of

from mlspec.api._accept import accepts, linked
from mlspec.kinds import kind_names
from mlspec.workspace import json_schemas


@cache
def schema_of(kind):
    return linked(json.loads(json_schemas()[f"{kind}.json"]))


@pytest.mark.parametrize("kind", kind_names())
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(choice=st.data())
def test_both_give_the_same_verdict_on_mutants(kind, choice):
    data = choice.draw(mutants(kind))

    if data.get("kind") == kind:
        assert accepts(schema_of(kind), data) == (not problems_of(data))


@pytest.mark.parametrize("kind", kind_names())
def test_both_give_the_same_verdict_on_every_single_near_miss(kind):
    assert accepts(schema_of(kind), document(kind))
    for path in [each for each in places(document(kind)) if each]:
        missing = document(kind)
        del container(missing, path)[path[-1]]
        assert accepts(schema_of(kind), missing) == (not problems_of(missing)), path
        for value in [*variants(container(changed := document(kind), path)[path[-1]]), None]:
            container(changed, path)[path[-1]] = value
            assert accepts(schema_of(kind), changed) == (not problems_of(changed)), (path, value)


def test_an_unknown_keyword_accepts_nothing():
    assert accepts({"type": "string"}, "x")
    assert not accepts({"type": "string", "format": "uri"}, "x")


def test_a_reference_is_the_definition_that_it_names_wherever_it_stands():
    short = {"$ref": "#/definitions/short"}
    variant = {"if": {"properties": {"kind": {"enum": ["a"]}}, "required": ["kind"]}, "then": short}
    schema = linked(
        {
            "properties": {"list": {"items": short}, "map": {"additionalProperties": short}},
            "additionalProperties": True,
            "allOf": [variant],
            "definitions": {
                "short": {"maxLength": 2, "properties": {"inner": {"$ref": "#/definitions/one"}}},
                "one": {"enum": [1]},
            },
        }
    )

    assert accepts(schema, {"list": ["ab"], "map": {"x": "ab"}, "kind": "a", "inner": 1})
    assert not accepts(schema, {"list": ["abc"]})
    assert not accepts(schema, {"map": {"x": "abc"}})
    assert not accepts(schema, {"kind": "a", "inner": 2})
    assert accepts(schema, {"kind": "b", "inner": 2})


def test_a_reference_that_was_not_replaced_accepts_nothing():
    assert not accepts({"$ref": "#/definitions/short"}, "ab")
