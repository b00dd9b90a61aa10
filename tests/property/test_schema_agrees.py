"""The published JSON Schemas and the binder give the same verdict on any document."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, ValidationError, validators
from tests.unit.schema.documents import document, problems_of

from mlspec.kinds import kind_names
from mlspec.workspace import json_schemas


def pattern(_validator, expression, instance, _schema):
    """Match as ECMA 262 does, where `$` is the end and never the place before a last newline."""
    if isinstance(instance, str) and not re.search(expression.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match")


Validator = validators.extend(Draft7Validator, {"pattern": pattern})


@cache
def validator_of(file):
    return Validator(json.loads(json_schemas()[file]))


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 4),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, 1.0, 1.5, -1.0, 3.0, 1e300, 65535.0]),
    st.text(max_size=5),
    st.sampled_from(
        ["", "a", "v1", "v1\n", "a\n", "canary", "shadow", "a-b", "2015-01-01\n", "é", "mean", "1"]
    ),
)
VALUES = st.one_of(
    SCALARS,
    st.just([]),
    st.just({}),
    st.lists(SCALARS, max_size=2),
    st.dictionaries(st.sampled_from(["id", "name", "[key]", "canary", "B\n"]), SCALARS, max_size=2),
)


def places(data, path=()):
    yield path
    if isinstance(data, dict):
        for key in data:
            yield from places(data[key], (*path, key))
    elif isinstance(data, list):
        for index, each in enumerate(data):
            yield from places(each, (*path, index))


def container(data, path):
    for step in path[:-1]:
        data = data[step]
    return data


def variants(value):
    """Yield near misses of a value: the slips that a schema and a parser judge differently."""
    if isinstance(value, bool):
        yield from (int(value), str(value).lower())
    elif isinstance(value, int):
        yield from (float(value), str(value), bool(value), value + 0.5, -value)
    elif isinstance(value, float):
        yield from (round(value), str(value), -value)
    elif isinstance(value, str):
        yield from (value + "\n", value.upper(), " " + value, value + "\u0660", "\u212a", [value])
    elif isinstance(value, list):
        yield from ([], value * 2, {"0": value}, next(iter(value)) if value else None)
    elif isinstance(value, dict):
        yield from ([value], {**value, "extra": 1}, {**value, "Extra\n": None}, list(value))


def mutate(draw, data):
    path = draw(st.sampled_from([each for each in places(data) if each]))
    parent = container(data, path)
    last = path[-1]
    match draw(st.sampled_from(["drop", "replace", "vary", "add"])):
        case "drop":
            del parent[last]
        case "replace":
            parent[last] = draw(VALUES)
        case "vary":
            parent[last] = draw(st.sampled_from([*variants(parent[last]), None]))
        case _ if isinstance(parent, dict):
            parent[draw(st.sampled_from(["x", "spec", "Name", "on", last + "\n"]))] = draw(VALUES)
        case _:
            parent.append(draw(VALUES))


@st.composite
def mutants(draw, kind):
    data = document(kind)
    for _ in range(draw(st.integers(1, 3))):
        if len(data) > 0:
            mutate(draw, data)
    return data


@pytest.mark.parametrize("kind", kind_names())
def test_a_valid_document_is_valid_for_both(kind):
    data = document(kind)

    assert problems_of(data) == ()
    assert list(validator_of(f"{kind}.json").iter_errors(data)) == []
    assert list(validator_of("mlspec.json").iter_errors(data)) == []


@pytest.mark.parametrize("kind", kind_names())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(choice=st.data())
def test_schema_and_parser_agree_on_mutants(kind, choice):
    data = choice.draw(mutants(kind))

    bound = not problems_of(data)

    assert validator_of("mlspec.json").is_valid(data) == bound
    if data.get("kind") == kind:
        assert validator_of(f"{kind}.json").is_valid(data) == bound


@pytest.mark.parametrize("kind", kind_names())
def test_schema_and_parser_agree_on_every_single_near_miss(kind):
    validator = validator_of(f"{kind}.json")
    for path in [each for each in places(document(kind)) if each]:
        missing = document(kind)
        del container(missing, path)[path[-1]]
        assert validator.is_valid(missing) == (not problems_of(missing)), path
        for value in [*variants(container(missing := document(kind), path)[path[-1]]), None]:
            container(missing, path)[path[-1]] = value
            assert validator.is_valid(missing) == (not problems_of(missing)), (path, value)


JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=9,
)


@pytest.mark.parametrize("kind", kind_names())
@settings(max_examples=60, derandomize=True)
@given(metadata=JSON, spec=JSON, rest=st.dictionaries(st.text(max_size=4), JSON, max_size=1))
def test_schema_and_parser_agree_on_anything(kind, metadata, spec, rest):
    data = {"apiVersion": "mlspec.dev/v1", "kind": kind, "metadata": metadata, "spec": spec} | rest

    assert validator_of("mlspec.json").is_valid(data) == (not problems_of(data))


@settings(max_examples=100, derandomize=True)
@given(data=JSON)
def test_whatever_is_no_document_is_told(data):
    assert problems_of(data)
    assert not validator_of("mlspec.json").is_valid(data)
