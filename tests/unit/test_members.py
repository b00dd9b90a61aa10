"""What stands in a JSON value is asked for without trusting its shape."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.members import entries, section, text, texts, value_at, whole

KEYS = st.sampled_from(["a", "b"])
LEAVES = st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "x"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=8,
)
WANTED = {
    section: (dict, {}),
    entries: (list, []),
    text: (str, ""),
    whole: (int, 0),
}


@settings(max_examples=50)
@given(VALUES, st.lists(KEYS, min_size=1, max_size=3))
def test_what_is_not_of_the_kind_is_as_if_nothing_was_there(value, keys):
    found = value
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None

    assert found == value_at(value, *keys)
    for read, (kind, nothing) in WANTED.items():
        assert read(value, *keys) == (found if type(found) is kind else nothing)


def test_a_yes_is_no_number():
    assert 0 == whole({"count": True}, "count")


def test_of_a_list_only_texts_are_told():
    assert ("x", "y") == texts({"a": ["x", 1, None, "y", ["z"]]}, "a")


def test_a_value_itself_is_the_section_of_no_keys():
    assert {"a": 1} == section({"a": 1})


@pytest.mark.parametrize("read", [value_at, entries, text, whole])
def test_without_a_key_nothing_can_be_asked_for(read):
    with pytest.raises(IndexError):
        read({})
