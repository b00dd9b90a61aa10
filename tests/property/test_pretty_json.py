"""The indented JSON that people review is what the standard library would write.

But for the characters that YAML does not take as they are: JSON files are read as YAML, too.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.canonical import canonical_json, pretty_json
from mlspec.syntax import SourceText, parse


class Word(StrEnum):
    ONE = "one"


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.just(Word.ONE)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.just(Word.ONE), inner)
    ),
    max_leaves=30,
)


@given(VALUES)
def test_it_is_what_the_standard_library_writes(value):
    written = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    expected = re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda x: f"\\u{ord(x[0]):04x}", written)

    assert pretty_json(value) == expected + "\n"
    assert json.loads(pretty_json(value)) == json.loads(canonical_json(value))


WITHOUT_FLOATS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(WITHOUT_FLOATS)
def test_what_is_in_order_is_written_as_it_is(value):
    try:
        in_order = json.loads(canonical_json(value))
    except UnicodeEncodeError:  # a half of a character, which no file holds
        return

    assert pretty_json(value) == pretty_json(in_order, is_sorted=True)


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": [-float("inf")]}])
def test_numbers_that_json_cannot_say_are_refused(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        pretty_json(value)


@pytest.mark.parametrize("character", ["\x7f", "\x85", "\u2028", "\u2029", "\ufeff"])
def test_readers_of_yaml_take_it(character):
    text = pretty_json({"a": f"one{character}two"})

    parsed = parse(SourceText("a.json", text.encode()))

    assert () == tuple(parsed.diagnostics)
    assert {"a": f"one{character}two"} == parsed.documents[0].data
