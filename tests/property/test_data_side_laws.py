"""Examples are on their side of any contract; text of a spec stays where it stands."""

from __future__ import annotations

import ast
import json

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.targets import sample

from mlspec.ir import Consumer, Contract, Entity, FeatureGroup, FeatureRepo, FeatureService, Field
from mlspec.syntax import SourceText, parse
from mlspec.targets import template_renderer
from mlspec.targets._contract_cases import broken_examples, kept_examples
from mlspec.targets._contract_schema import answer_schema
from mlspec.targets._quoting import quote_python
from mlspec.targets.consumer_tests import TARGET as CONSUMER_TESTS
from mlspec.targets.feast import TARGET as FEAST
from mlspec.targets.json_schema import TARGET as JSON_SCHEMA
from mlspec.targets.openapi import TARGET as OPENAPI

RENDERER = template_renderer()
TYPES = ("bool", "date", "float", "int", "string", "timestamp")
MARKUP = st.sampled_from(
    ["{{", "}}", "{%", "---\n", "\n", '"""', "'''", "\\", '"', "'", "#", "${X}", "\u2028", "\u202e"]
)
TEXT = st.lists(MARKUP | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)).map("".join)
FILLED = TEXT.map("x{}".format)


@st.composite
def fields(draw):
    """Return the fields of an answer, each with a value within its range."""
    found = []
    for index, kind in enumerate(draw(st.lists(st.sampled_from(TYPES), max_size=4))):
        least = most = None
        if kind == "float":
            number = st.none() | st.floats(allow_nan=False, allow_infinity=False)
            least, most = draw(number), draw(number)
        if kind == "int":
            number = st.none() | st.integers(-(2**60), 2**60).map(float)
            least, most = draw(number), draw(number)
        if least is not None and most is not None and least > most:
            least, most = most, least
        found.append(Field(f"f{index}", kind, least, most))
    return tuple(found)


def contract(outputs=(), inputs=(), **changes):
    values = {
        "model": "screen",
        "version": "v1",
        "contract_version": "v1",
        "path": "/v1/predict",
        "consumers": (),
        "owner": "team",
        "source": sample.SPEC,
        "host": "screen.example.org",
    }
    return Contract(outputs=outputs, inputs=inputs, **values | changes)


@settings(max_examples=150)
@given(fields())
def test_examples_are_on_their_side_of_any_contract(outputs):
    judge = jsonschema.Draft202012Validator(
        answer_schema(contract(outputs)), format_checker=jsonschema.FormatChecker()
    )

    for each in kept_examples(outputs):
        assert judge.is_valid(each["value"]), each
    for each in broken_examples(outputs):
        assert not judge.is_valid(each["value"]), each
    assert len(outputs) * 3 <= len(broken_examples(outputs))


@settings(max_examples=60)
@given(st.tuples(*[FILLED] * 4))
def test_text_of_a_spec_changes_no_structure_of_a_contract(texts):
    def documents(description, purpose, owner, team):
        field = Field("score", "float", 0.0, 1.0, description)
        one = contract(
            (field,), description=purpose, owner=owner, consumers=(Consumer("desk", team),)
        )
        return {
            each.path: each.content
            for target in (OPENAPI, JSON_SCHEMA, CONSUMER_TESTS)
            for each in target.emit(sample.bundle(contracts=(one,)), RENDERER)
            if not each.path.endswith(".py")
        }

    found, plain = documents(*texts), documents("x", "x", "x", "x")

    assert found.keys() == plain.keys()
    for path, text in found.items():
        assert shape(read(path, text)) == shape(read(path, plain[path]))
    (schema,) = (json.loads(text) for path, text in found.items() if "answer." in path)
    assert texts[0] == schema["properties"]["score"]["description"]


def read(path, text):
    if path.endswith(".json"):
        return json.loads(text)
    parsed = parse(SourceText(path, text.encode()))
    assert not parsed.diagnostics
    return [each.data for each in parsed.documents]


def shape(value):
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return type(value)


def module(description, uri, owner, column):
    group = FeatureGroup(
        name="habits",
        version="v1",
        owner=owner,
        entities=(Entity("reader", "reader_id", "int"),),
        dataset="loans",
        uri=uri,
        format="parquet",
        timestamp="seen_at",
        features=(Field(column, "float", description=description),),
        online=True,
        ttl_hours=24,
        description=description,
        source=sample.SPEC,
    )
    service = FeatureService(
        "late-return", "v1", owner, (("habits", (column,)),), is_online=True, source=sample.SPEC
    )
    repo = FeatureRepo("town", (group,), (service,), sample.SPEC)
    artifacts = FEAST.emit(sample.bundle(features=repo), RENDERER)
    return {each.path: each.content for each in artifacts}["feast/features.py"]


def skeleton(tree):
    """Return the types of all nodes in order, so that text can differ and code can't."""
    return [type(each) for each in ast.walk(tree)]


@settings(max_examples=60)
@given(st.tuples(*[FILLED] * 4))
def test_text_of_a_spec_changes_no_code_of_a_feature_repository(texts):
    tree, plain = ast.parse(module(*texts)), ast.parse(module("x", "x", "x", "x"))
    said = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)}

    assert skeleton(plain) == skeleton(tree)
    assert set(texts) <= said


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200)
@given(JSON)
def test_a_literal_of_python_reads_as_its_value(value):
    text = quote_python(value)

    assert value == ast.literal_eval(text)
    assert text.isascii()
    assert text.isprintable()
