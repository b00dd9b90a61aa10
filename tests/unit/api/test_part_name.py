"""Names of parts: equal values have one name, and values that differ anywhere have two."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum, StrEnum
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.targets import sample

from mlspec.api._part_name import PartNames


class Word(StrEnum):
    """Texts that are not texts."""

    A = "a"
    B = "b"


class Number(Enum):
    """Another one with a member of the same name."""

    A = 1


@dataclass(frozen=True, slots=True)
class Pair:
    left: object
    right: object = None


@dataclass(frozen=True, slots=True)
class Twin:
    left: object
    right: object = None


@dataclass(frozen=True, slots=True)
class Single:
    left: object


def part_name(target, value):
    return PartNames().of(target, Single(value))


def name_or_none(value):
    """Return the name; None where what its class says of a member is not so."""
    try:
        return part_name("t", value)
    except TypeError:
        return None


class Row(NamedTuple):
    """Members of which it is said what they hold."""

    label: str
    numbers: tuple[tuple[str, float], ...] = ()
    words: tuple[str, ...] = ()
    kind: Word = Word.A


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    count: int | None
    rows: tuple[Row, ...]


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.sampled_from([*Word, *Number]),
)
VALUES = st.recursive(
    LEAVES,
    lambda each: st.one_of(
        st.lists(each, max_size=3).map(tuple),
        st.builds(Pair, each, each),
        st.builds(Twin, each, each),
        st.builds(Single, each),
    ),
    max_leaves=8,
)


def told(value):
    """Return a text that is the same only for values of the same types and members."""
    if is_dataclass(value):
        return [type(value).__name__, *(told(getattr(value, f.name)) for f in fields(value))]
    if type(value) is tuple:
        return ["tuple", *map(told, value)]
    return [type(value).__name__, repr(value)]


@settings(max_examples=300)
@given(VALUES, VALUES)
def test_two_values_have_one_name_only_when_they_are_alike(one, other):
    assert (told(one) == told(other)) == (part_name("t", one) == part_name("t", other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0.0, -0.0),
        (1, 1.0),
        ("a", Word.A),
        (Word.A, Number.A),
        (None, "None"),
        ((), ("",)),
        (("a", "b"), (("a",), "b")),
        (Pair("a"), Twin("a")),
        (Single("a"), ("a",)),
        (Pair(("a", None)), Pair("a", None)),
    ],
)
def test_what_looks_alike_is_told_apart(one, other):
    assert part_name("t", one) != part_name("t", other)


def test_of_two_targets_the_same_part_has_two_names():
    assert part_name("prometheus", ()) != part_name("model_card", ())


@given(st.lists(st.builds(Pair, VALUES, VALUES), max_size=5))
def test_a_name_is_the_same_whatever_was_named_before(parts):
    names = PartNames()

    assert [PartNames().of("t", each) for each in parts] == [names.of("t", each) for each in parts]


LABELS = st.text("a\0\ud800é", max_size=3)
ROWS = st.builds(
    Row,
    LABELS,
    st.lists(st.tuples(LABELS, st.sampled_from([0.0, -0.0, 1.0])), max_size=2).map(tuple),
    st.lists(LABELS, max_size=2).map(tuple),
    st.sampled_from(Word),
)
SHEETS = st.builds(
    Sheet, LABELS, st.sampled_from([None, 0, 1]), st.lists(ROWS, max_size=3).map(tuple)
)


@settings(max_examples=200)
@given(st.lists(SHEETS, max_size=2).map(tuple), st.lists(SHEETS, max_size=2).map(tuple))
def test_values_of_classes_that_say_what_they_hold_have_one_name_only_when_they_are_alike(
    one, other
):
    assert (repr(one) == repr(other)) == (part_name("t", one) == part_name("t", other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a\0", "b"), ("a", "\0b")),
        (("a\0b",), ("a", "b")),
        (("", ""), ("\0",)),
        (("\0", ""), ("", "\0")),
    ],
)
def test_where_a_text_ends_is_told_whatever_is_in_it(one, other):
    names = {part_name("t", tuple(map(Row, each))) for each in (one, other)}

    assert len(names) == 2


@pytest.mark.parametrize(
    "value", [Row(1), Row("a", (Word.A,)), Row("a", words=(Row("b"),)), Sheet("a", Word.A, ())]
)
def test_a_value_that_is_not_what_its_class_says_has_no_name(value):
    with pytest.raises(TypeError):
        part_name("t", value)


@pytest.mark.parametrize("value", [["a"], {"a": 1}, {"a"}, b"a", object(), (("x", ["y"]),)])
def test_a_value_that_may_change_or_is_not_known_has_no_name(value):
    with pytest.raises(TypeError):
        part_name("t", value)


def test_which_equal_texts_are_one_object_does_not_matter():
    text, again = (json.loads('"a-b"') for _ in range(2))

    assert part_name("t", (text, text)) == part_name("t", (text, again))


def test_another_process_gives_the_same_names():
    program = (
        "import json; from tests.unit.targets import sample;"
        "from tests.unit.api.test_part_name import part_name;"
        "services = sample.full_bundle().services;"
        "print(json.dumps([part_name('t', each) for each in services]))"
    )
    services = sample.full_bundle().services
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
        ).stdout
        for seed in ("1", "2")
    }

    assert {json.dumps([part_name("t", each) for each in services])} == {
        each.strip() for each in found
    }


@settings(max_examples=60)
@given(st.data())
def test_a_change_of_any_member_of_a_service_changes_its_name(data):
    service = data.draw(st.sampled_from(sample.full_bundle().services))
    field = data.draw(st.sampled_from([each.name for each in fields(service)]))
    other = data.draw(LEAVES)
    assume(told(getattr(service, field)) != told(other))

    assert part_name("t", service) != name_or_none(replace(service, **{field: other}))
