"""Laws of patches: what is merged twice is merged once, and nothing that is given changes."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.manifests.patching import (
    PatchError,
    apply_operations,
    list_keys,
    merge,
    read_operations,
)

KEYS = list_keys("apps/v1", "Deployment")
NAMES = st.sampled_from(("name", "image", "env", "containers", "spec", "template", "a/b", "~"))
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(("x", "y")))
VALUES = st.recursive(
    LEAVES,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(NAMES, below, max_size=3)),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=4)


def entries(image):
    """Return containers of a pod, each name once, as they stand in an object."""
    named = st.fixed_dictionaries({"name": st.sampled_from("abcd"), "image": image})
    listed = st.lists(named, max_size=4, unique_by=lambda each: each["name"])
    return listed.map(lambda found: {"spec": {"template": {"spec": {"containers": found}}}})


def names(document):
    return [each["name"] for each in document["spec"]["template"]["spec"]["containers"]]


@settings(max_examples=60)
@given(document=DOCUMENTS, patch=DOCUMENTS)
def test_merging_twice_is_merging_once_and_changes_nothing_given(document, patch):
    given_ones = deepcopy((document, patch))

    once = merge(document, patch, KEYS)

    assert once == merge(once, patch, KEYS)
    assert given_ones == (document, patch)


@settings(max_examples=60)
@given(old=entries(st.just("old")), new=entries(st.just("new")))
def test_entries_of_a_keyed_list_are_lost_never_and_stand_once(old, new):
    merged = merge(old, new, KEYS)

    assert names(old) == names(merged)[: len(names(old))]
    assert {*names(old), *names(new)} == set(names(merged))
    assert len(names(merged)) == len(set(names(merged)))
    containers = merged["spec"]["template"]["spec"]["containers"]
    assert {each["name"] for each in containers if each["image"] == "new"} == set(names(new))


@settings(max_examples=60)
@given(document=DOCUMENTS, value=VALUES, name=NAMES)
def test_what_is_added_is_found_by_test_and_gone_after_its_removal(document, value, name):
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    before = deepcopy(document)
    adding = [
        {"op": "add", "path": pointer, "value": value},
        {"op": "test", "path": pointer, "value": value},
    ]

    added = apply_operations(document, read_operations(adding))
    removed = apply_operations(added, read_operations([{"op": "remove", "path": pointer}]))

    assert {**before, name: value} == added
    assert {key: each for key, each in before.items() if key != name} == removed
    assert before == document


POINTERS = st.sampled_from(
    ("", "/", "/a", "/spec", "/spec/0", "/spec/-", "/name/env", "a", "/~1", 3)
)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(("add", "remove", "replace", "move", "copy", "test", "merge"))},
        optional={"path": POINTERS, "from": POINTERS, "value": VALUES},
    ),
    max_size=3,
)


@settings(max_examples=150)
@given(patch=OPERATIONS, document=DOCUMENTS)
def test_operations_that_can_not_be_made_are_refused_and_leave_the_document(patch, document):
    before = deepcopy(document)

    with suppress(PatchError):  # anything else would be a crash
        apply_operations(document, read_operations(patch))

    assert before == document
