"""No word of pydantic reaches a user."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.property.test_schema_agrees import mutants
from tests.unit.schema.documents import problems_of

from mlspec.kinds import Metadata, find_kind, kind_names
from mlspec.schema import SCHEMA_CODES
from mlspec.schema._reword import REWORDED
from mlspec.schema._words import NEEDED, label, listed, quote, say

# what validation of each node of pydantic's core schema can give, strict as our models are
ERRORS = {
    "any": (),
    "bool": ("bool_type",),
    "default": (),
    "definitions": (),
    "definition-ref": (),
    "dict": ("dict_type", "too_short", "too_long"),
    "float": (
        "float_type",
        "finite_number",
        "greater_than",
        "greater_than_equal",
        "less_than",
        "less_than_equal",
    ),
    # limits around a validator of ours (`Integer` with `ge`)
    "function-after": ("greater_than", "greater_than_equal", "less_than", "less_than_equal"),
    "function-before": (),
    "int": ("int_type", "greater_than", "greater_than_equal", "less_than", "less_than_equal"),
    "literal": ("literal_error",),
    "model": ("model_type",),
    "model-field": (),
    "model-fields": ("model_type", "model_attributes_type", "missing", "extra_forbidden"),
    "no-info": (),
    "nullable": (),
    "str": (
        "string_type",
        "string_unicode",
        "string_pattern_mismatch",
        "string_too_short",
        "string_too_long",
    ),
    "tagged-union": ("union_tag_invalid", "union_tag_not_found", "model_attributes_type"),
    "tuple": ("tuple_type", "too_short", "too_long"),
}
FOREIGN = ("input should", "valid dictionary", "instance of", "type=", "pydantic", "expected tags")


def node_types(node):
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node["type"]
        for key, each in node.items():
            if key not in {"metadata", "config", "serialization"}:
                yield from node_types(each)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from node_types(each)


def all_node_types():
    models = [Metadata, *(find_kind(name).spec for name in kind_names())]
    return {each for model in models for each in node_types(model.__pydantic_core_schema__)}


def test_every_sort_of_node_is_known_here():
    assert all_node_types() <= set(ERRORS)


def test_every_error_that_our_schema_can_give_has_words():
    possible = {error for node in all_node_types() for error in ERRORS[node]}

    assert possible <= {*REWORDED, *NEEDED}


def assert_ours(diagnostic):
    text = f"{diagnostic.message} {diagnostic.hint or ''}"
    assert not any(word in text.lower() for word in FOREIGN), text
    assert diagnostic.code in {each.code for each in SCHEMA_CODES}
    assert not diagnostic.message.endswith(".")
    assert "please" not in text.lower()
    assert "invalid" not in text.lower()
    assert text.isprintable()
    assert text.count("`") % 2 == 0


@pytest.mark.parametrize("kind", kind_names())
@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_every_message_about_a_mutant_is_ours(kind, choice):
    for diagnostic in problems_of(choice.draw(mutants(kind))):
        assert_ours(diagnostic)


def test_what_is_there_is_named():
    assert [say(each) for each in (None, "", "a", True, 3, 1.5, [], {})] == [
        "empty",
        "an empty text",
        "the text `a`",
        "`true`",
        "`3`",
        "`1.5`",
        "a list",
        "a mapping",
    ]


def test_long_and_unprintable_values_are_shown_safely():
    assert quote("x" * 100) == "`" + "x" * 57 + "...`"
    assert quote("a\nb\x1b[31m\u202e") == "`a\\nb\\x1b[31m\\u202e`"
    assert quote(10**400) == "a number of very many digits"


def test_places_are_named_by_their_last_key():
    assert label(("spec", "columns", 2)) == "`columns[2]`"
    assert label(("spec", "columns", 2, "name")) == "`name`"
    assert label(()) == "the document"


def test_choices_are_listed_and_cut():
    assert listed(["a"]) == "`a`"
    assert listed(["a", "b", "c"]) == "`a`, `b` or `c`"
    assert listed(list("abcdefghijklmn")).endswith("`l` and 2 more")
    assert listed([]) == ""
