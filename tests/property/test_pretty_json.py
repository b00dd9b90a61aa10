"""The indented JSON that people review is what the standard library would write."""

from __future__ import annotations

import json
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.canonical import canonical_json, pretty_json


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
    expected = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)

    assert pretty_json(value) == expected + "\n"
    assert json.loads(pretty_json(value)) == json.loads(canonical_json(value))


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": [-float("inf")]}])
def test_numbers_that_json_cannot_say_are_refused(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        pretty_json(value)
