"""JSON Patch: the examples of RFC 6902, appendix A, and what must fail."""

from __future__ import annotations

import pytest

from mlspec.manifests.patching import PatchError, apply_operations, read_operations

APPENDIX = {
    "A.1": ({"foo": "bar"}, [("add", "/baz", "qux")], {"baz": "qux", "foo": "bar"}),
    "A.2": (
        {"foo": ["bar", "baz"]},
        [("add", "/foo/1", "qux")],
        {"foo": ["bar", "qux", "baz"]},
    ),
    "A.3": ({"baz": "qux", "foo": "bar"}, [("remove", "/baz")], {"foo": "bar"}),
    "A.4": ({"foo": ["bar", "qux", "baz"]}, [("remove", "/foo/1")], {"foo": ["bar", "baz"]}),
    "A.5": (
        {"baz": "qux", "foo": "bar"},
        [("replace", "/baz", "boo")],
        {"baz": "boo", "foo": "bar"},
    ),
    "A.6": (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [("move", "/foo/waldo", "/qux/thud")],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    "A.7": (
        {"foo": ["all", "grass", "cows", "eat"]},
        [("move", "/foo/1", "/foo/3")],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    "A.8": (
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [("test", "/baz", "qux"), ("test", "/foo/1", 2)],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    "A.10": (
        {"foo": "bar"},
        [("add", "/child", {"grandchild": {}})],
        {"foo": "bar", "child": {"grandchild": {}}},
    ),
    "A.14": ({"/": 9, "~1": 10}, [("test", "/~01", 10)], {"/": 9, "~1": 10}),
    "A.16": (
        {"foo": ["bar"]},
        [("add", "/foo/-", ["abc", "def"])],
        {"foo": ["bar", ["abc", "def"]]},
    ),
    "copy": ({"a": [1]}, [("copy", "/a", "/b"), ("add", "/b/-", 2)], {"a": [1], "b": [1, 2]}),
    "whole": ({"a": 1}, [("replace", "", {"b": 2})], {"b": 2}),
    "empty key": ({"": 1}, [("replace", "/", 2)], {"": 2}),
    "null is a value": (
        {"a": None},
        [("test", "/a", None), ("add", "/b", None)],
        {"a": None, "b": None},
    ),
    "numbers by value": ({"a": 1}, [("test", "/a", 1.0)], {"a": 1}),
    "slash in a key": ({"m": {"a/b": 1}}, [("remove", "/m/a~1b")], {"m": {}}),
    "move to itself": ({"a": {"b": 1}}, [("move", "/a", "/a")], {"a": {"b": 1}}),
}
REFUSED = {
    "A.9": ({"baz": "qux"}, [("test", "/baz", "bar")], (0, "value")),
    "A.12": ({"foo": "bar"}, [("add", "/baz/bat", "qux")], (0, "path")),
    "A.15": ({"~1": 10}, [("test", "/~01", "10")], (0, "value")),
    "true is no number": ({"a": True}, [("test", "/a", 1)], (0, "value")),
    "no such key": ({"a": {}}, [("remove", "/a/b")], (0, "path")),
    "no such index": ({"a": [1]}, [("replace", "/a/1", 2)], (0, "path")),
    "beyond the end": ({"a": [1]}, [("add", "/a/2", 2)], (0, "path")),
    "leading zero": ({"a": [1, 2]}, [("remove", "/a/01")], (0, "path")),
    "end of a removal": ({"a": [1]}, [("remove", "/a/-")], (0, "path")),
    "negative": ({"a": [1]}, [("remove", "/a/-1")], (0, "path")),
    "into text": ({"a": "b"}, [("add", "/a/0", "c")], (0, "path")),
    "no source": ({"a": 1}, [("copy", "/b", "/c")], (0, "from")),
    "the second one": ({"a": 1}, [("remove", "/a"), ("remove", "/a")], (1, "path")),
    "everything": ({"a": 1}, [("remove", "")], (0, "path")),
}


def written(operations):
    """Return operations as a patch spells them."""
    return [
        {"op": op, "from": rest[0], "path": rest[1]}
        if op in ("move", "copy")
        else {"op": op, "path": rest[0], **({"value": rest[1]} if rest[1:] else {})}
        for op, *rest in operations
    ]


@pytest.mark.parametrize("name", APPENDIX)
def test_operations_do_what_the_rfc_says(name):
    document, operations, expected = APPENDIX[name]

    assert expected == apply_operations(document, read_operations(written(operations)))


@pytest.mark.parametrize("name", REFUSED)
def test_an_operation_that_fails_says_where_and_changes_nothing(name):
    document, operations, path = REFUSED[name]
    before = repr(document)

    with pytest.raises(PatchError) as caught:
        apply_operations(document, read_operations(written(operations)))

    assert path == caught.value.path
    assert before == repr(document)


@pytest.mark.parametrize(
    ("patch", "path"),
    [
        ({}, ()),
        ([], ()),
        ([3], (0,)),
        ([{"op": "merge", "path": ""}], (0,)),
        ([{"op": "add", "path": "/a"}], (0,)),
        ([{"op": "remove", "path": "/a", "value": 1}], (0, "value")),
        ([{"op": "remove", "path": "a"}], (0, "path")),
        ([{"op": "remove", "path": "/a~2"}], (0, "path")),
        ([{"op": "remove", "path": 3}], (0, "path")),
        ([{"op": "move", "from": "/a", "path": "/a/b"}], (0, "path")),
        ([{"op": "remove", "path": "/a"}] * 1001, ()),
    ],
)
def test_a_patch_that_is_none_is_refused_at_the_place(patch, path):
    with pytest.raises(PatchError) as caught:
        read_operations(patch)

    assert path == caught.value.path


def test_copies_that_double_a_document_are_bounded():
    doubling = [{"op": "copy", "from": "/a", "path": "/a/-"}] * 100

    with pytest.raises(PatchError, match="copies too much"):
        apply_operations({"a": [1]}, read_operations(doubling))


def test_what_is_added_is_not_shared_between_documents():
    operations = read_operations([{"op": "add", "path": "/a", "value": []}])

    first = apply_operations({}, operations)
    first["a"].append(1)

    assert {"a": []} == apply_operations({}, operations)
