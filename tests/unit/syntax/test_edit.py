"""One value is written into a text; everything else of the text stays, letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mlspec.syntax import SourceText, emit_documents, parse, with_text

PATH = ("spec", "prod", "releases", "churn")


def document(text, index=0):
    found = parse(SourceText("a.yaml", text.encode()))
    assert not found.diagnostics
    return found.documents[index]


def edited(text, path=PATH, value="v3", index=0):
    return with_text(document(text, index), path, value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("spec:\n  prod: {releases: {churn: v2}} # c\n", "{releases: {churn: v3}} # c\n"),
        ("spec:\n  prod:\n    releases:\n      churn: v2 # why\n", "      churn: v3 # why\n"),
        ("spec:\n  prod:\n    releases:\n      a: v1\n", "      churn: v3\n      a: v1\n"),
        ("spec:\n  prod:\n    releases: {}\n", "    releases: {churn: v3}\n"),
        (
            "spec:\n  prod:\n    # note\n    x: 1\n",
            "    # note\n    releases: {churn: v3}\n    x: 1\n",
        ),
        ("spec:\n  prod: {x: 1}\n", "  prod: {releases: {churn: v3}, x: 1}\n"),
        ("spec:\n  prod: {}\n", "  prod: {releases: {churn: v3}}\n"),
        ("spec:\n  prod:\n", "  prod: {releases: {churn: v3}}\n"),
        ('spec:\n  prod: {releases: {"churn": "v2"}}\n', '{"churn": v3}}\n'),
        ("spec:\r\n  prod:\r\n    releases:\r\n      churn: v2\r\n", "      churn: v3\r\n"),
    ],
)
def test_a_value_is_written_where_it_belongs(before, after):
    text = edited(before)

    assert text.endswith(after)
    assert "v3" == document(text).data["spec"]["prod"]["releases"]["churn"]


def test_the_other_documents_of_a_file_stay():
    first, second = "spec: {prod: {releases: {churn: v2}}}\n", "spec: {prod: {x: 1}}\n"

    text = edited(f"{first}---\n{second}", index=1)

    assert f"{first}---\nspec: {{prod: {{releases: {{churn: v3}}, x: 1}}}}\n" == text


@pytest.mark.parametrize(
    "text",
    [
        "spec:\n  prod: &it {x: 1}\n  test: *it\n",
        "spec:\n  prod: [1]\n",
        "spec: word\n",
        "x: &it {churn: v2}\nspec: {prod: {releases: *it}}\n",
    ],
    ids=["anchored", "list", "scalar", "alias"],
)
def test_where_there_is_no_place_for_it_nothing_is_written(text):
    assert None is edited(text)


@pytest.mark.parametrize("value", ["no", "1.0", "v 3", "a: b", "'", "# x", "", "é\n"])
def test_any_string_stays_a_string(value):
    text = edited("spec: {prod: {releases: {churn: v2}}}\n", value=value)

    assert value == document(text).data["spec"]["prod"]["releases"]["churn"]


KEYS = st.text(st.sampled_from("abc"), min_size=1, max_size=2)
TREES = st.recursive(
    st.sampled_from(["v1", 7, True, [1, 2]]),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, TREES, min_size=1), st.lists(KEYS, min_size=1, max_size=4))
def test_what_is_read_back_is_what_was_there_and_the_value(tree, path):
    inner = tree
    for step in path[:-1]:
        inner = inner.get(step, {})
        assume(isinstance(inner, dict))
    assume(not isinstance(inner.get(path[-1]), dict | list | int))
    text = edited(emit_documents([tree]), tuple(path), "new")

    assert text is not None
    inner = tree
    for step in path[:-1]:
        inner = inner.setdefault(step, {})
    inner[path[-1]] = "new"
    assert tree == document(text).data
