"""Looking for secrets quickly never misses what looking closely finds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from mlspec.rules import unsaid_value
from mlspec.rules.secret_in_spec import RULE
from mlspec.rules.unsaid_value import unsaid_places
from mlspec.secrets import FORMS, is_reference, is_secret_name, masked, may_hold_secret, secret_in
from mlspec.syntax import SourceText, parse

PATTERNS = [pattern for _, pattern in FORMS]
AROUND = st.text(alphabet="aA0 -_:/@?&=.\n\"'$`sk", max_size=12)
BEFORE = st.sampled_from(["", "://", "x?", "k-", "ri"])


@st.composite
def with_a_form(draw):
    form = draw(st.sampled_from(PATTERNS).flatmap(st.from_regex))
    return draw(AROUND) + draw(BEFORE) + form + draw(AROUND)


@given(with_a_form(), st.lists(st.text(max_size=9)))
@example("see sk-" + "aBcD" * 5, [])
@example("://a:b@c", [])
def test_a_text_with_a_form_is_suspect_alone_and_among_others(text, others):
    if any(re.search(each, text) for each in PATTERNS):
        assert secret_in(text) is not None
        assert secret_in(masked(text)) is None
        assert may_hold_secret("\n".join([*others, text, *others]))


NAMES = st.sampled_from(["uri", "api_key", "password", "notes", "token", "sk-" + "aB1x" * 6])
LEAVES = st.none() | st.integers() | with_a_form() | st.sampled_from(["hunter2!", "${PW}", "a b"])
DATA = st.dictionaries(
    NAMES,
    st.recursive(LEAVES, lambda each: st.lists(each) | st.dictionaries(NAMES, each), max_leaves=9),
)


def closely(value, path=()):
    """Yield the path of each text that holds a secret, having looked at all of them."""
    if isinstance(value, str):
        is_named = bool(path) and isinstance(path[-1], str) and is_secret_name(path[-1])
        is_value = len(value) >= 6 and " " not in value and not is_reference(value)
        if secret_in(value) or (is_named and is_value):
            yield path
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from [(*path, name)] if secret_in(name) else []
            yield from closely(each, (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from closely(each, (*path, index))


STYLES = st.fixed_dictionaries(
    {
        "default_style": st.sampled_from([None, "'", '"', "|", ">"]),
        "default_flow_style": st.booleans(),
        "width": st.integers(10, 90),
    }
)


def read(source):
    """Return what the rule asks of a spec that is written in this way."""
    [document] = parse(SourceText("specs/a.yaml", source.encode())).documents
    return SimpleNamespace(data=document.data, document=document, origins={})


@given(DATA, STYLES)
def test_the_rule_finds_what_looking_at_every_text_finds(data, style):
    resource = read(yaml.safe_dump(data, allow_unicode=True, **style))

    assert list(closely(resource.data)) == [each.path for each in RULE.check(resource, None)]


@pytest.mark.parametrize(
    "source",
    [
        'a: "AK\\x49A0123456789ABCDEF"',
        "a: Bearer\n  0123456789abcdef",
        "a: -----BEGIN PRIVATE\n  KEY-----",
        "to\u212aen: hunter2",
        '{"api\\x4bey": hunter2}',
    ],
)
def test_no_way_of_writing_hides_a_secret(source):
    assert [*RULE.check(read(source), None)]


def test_an_override_is_looked_at_though_the_spec_does_not_write_it():
    resource = read("uri: https://example.org")
    resource.data = {"uri": "postgresql://loader:correct-horse@db.example.org"}
    resource.origins = {("uri",): None}

    assert [*RULE.check(resource, None)]


@given(
    st.dictionaries(st.text(max_size=3), st.sampled_from(["unknown", "it is unknown", 1])), STYLES
)
def test_what_nobody_said_is_found_in_whatever_way_it_is_written(spec, style):
    resource = read(yaml.safe_dump({"spec": spec}, **style))

    assert [*unsaid_places(resource.data)] == [
        each.path for each in unsaid_value.RULE.check(resource, None)
    ]


def test_what_nobody_said_is_found_behind_an_escape():
    assert [*unsaid_value.RULE.check(read('spec: {purpose: "\\x75nknown"}'), None)]
