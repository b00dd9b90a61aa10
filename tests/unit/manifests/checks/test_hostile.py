"""Whatever a manifest holds, wherever: checks yield problems and never raise."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.manifests import Manifest, ManifestSet
from mlspec.manifests._semantic import check_codes, find_problems
from mlspec.syntax import Document, SourceText, parse

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["", "0", "-1", "{{", "{{x}}", "a/b", "1e999999999", "%", "[", "\u0000", "é"]),
    st.just([]),
    st.just({}),
    st.just([None, [], {"": None}, 1]),
    st.just({"name": {}, "": [], "matchLabels": 1}),
)


def examples():
    for entry in check_codes():
        for text in (entry.bad, entry.good):
            yield [each.data for each in parse(SourceText("a.yaml", text.encode())).documents]


EXAMPLES = list(examples())


def places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in pairs:
            yield from places(child, (*path, key))


def replaced(document, path, junk):
    if not path:
        return junk
    changed = copy.deepcopy(document)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = junk
    return changed


def is_object(data):
    return isinstance(data, dict) and all(
        isinstance(data.get(key), str) for key in ("apiVersion", "kind")
    )


@settings(max_examples=400)
@given(st.data())
def test_junk_at_any_place_of_any_example_is_survived(data):
    documents = data.draw(st.sampled_from(EXAMPLES))
    index = data.draw(st.integers(0, len(documents) - 1))
    path = data.draw(st.sampled_from(list(places(documents[index]))))
    changed = [*documents]
    changed[index] = replaced(documents[index], path, data.draw(JUNK))
    source = SourceText("all.yaml", b"{}")
    read = [Document(source, place, each) for place, each in enumerate(changed)]
    manifests = ManifestSet(
        tuple(Manifest(each) for each in read if is_object(each.data)),
        tuple(each for each in read if not is_object(each.data)),
    )

    told = find_problems(manifests)

    assert all(each.span is not None for each in told)
