"""What kubectl reads and specs may not hold: pairs of surrogates in JSON, and tags of YAML."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.manifests import read_manifests
from mlspec.syntax import SourceText, parse

HEAD = "apiVersion: v1\nkind: ConfigMap\n"


def read(text, file="a.yaml"):
    return read_manifests([SourceText(file, text.encode())])


def data(folder):
    return folder.manifests.manifests[0].data["data"]


@given(st.dictionaries(st.text(max_size=6), st.text(max_size=12), max_size=4))
def test_json_is_read_as_any_reader_of_json_reads_it(values):
    text = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "data": values})
    private = any("\ue000" <= each <= "\uf8ff" for each in "".join([*values, *values.values()]))

    folder = read(text, "a.json")

    if not private and not folder.diagnostics:
        assert values == data(folder)


def test_a_pair_of_surrogates_is_one_character_and_moves_no_position():
    folder = read(
        '{"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "\\ud83d\\ude00", "b": 1}}'
    )

    assert not folder.diagnostics
    assert {"a": "\U0001f600", "b": 1} == data(folder)
    assert 78 == folder.manifests.manifests[0].span(("data", "b")).start.column


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r"\\ud83d\\ude00", r"\ud83d\ude00"),
        (r"\\\ud83d\ude00", "\\\U0001f600"),
        (r"\uD83D\uDE00", "\U0001f600"),
        (r"\ud800\udc00", "\U00010000"),
        (r"\udbff\udfff", "\U0010ffff"),
        (r"\u00e9", "\u00e9"),
    ],
)
def test_escapes_of_json_stand_for_what_they_say(written, value):
    folder = read(f'{{"apiVersion": "v1", "kind": "ConfigMap", "data": {{"a": "{written}"}}}}')

    assert not folder.diagnostics
    assert {"a": value} == data(folder)


@pytest.mark.parametrize("written", [r"\ud83d", r"\ude00\ud83d", r"\ud83d\ude00 \ue000"])
def test_half_of_a_pair_is_told_and_so_is_one_that_could_be_mistaken(written):
    folder = read(f'{{"apiVersion": "v1", "kind": "ConfigMap", "data": {{"a": "{written}"}}}}')

    assert ["MLS009"] == [each.code for each in folder.diagnostics]


def test_yaml_has_no_pairs_as_kubectl_says():
    folder = read(HEAD + 'data: {a: "\\ud83d\\ude00"}\n')

    assert ["MLS009"] == [each.code for each in folder.diagnostics]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!!str 123", "123"),
        ("!!str on", "on"),
        ("!!str 0644", "0644"),
        ("!!str", ""),
        ("!!str true", "true"),
        ('!!int "3"', 3),
        ("!!bool 'true'", True),
        ("!!float 1.5", 1.5),
        ("!!null ''", None),
        ("!!map {b: 1}", {"b": 1}),
        ("!!seq [1]", [1]),
        ("!!str |\n    text", "text\n"),
    ],
)
def test_tags_of_yaml_say_what_a_value_is(written, value):
    folder = read(f"{HEAD}data:\n  a: {written}\n")

    assert not folder.diagnostics
    assert {"a": value} == data(folder)


def test_a_key_may_have_a_tag():
    assert {"5": "x"} == data(read(HEAD + "data: {!!str 5: x}\n"))


@pytest.mark.parametrize("written", ["!model x", "!!binary YQ==", "!!python/name:os.system x"])
def test_other_tags_are_refused(written):
    folder = read(f"{HEAD}data: {{a: {written}}}\n")

    assert ["MLS020"] == [each.code for each in folder.diagnostics]


def test_specs_keep_their_rules():
    found = parse(SourceText("a.yaml", b'a: !!str 1\nb: "\\ud83d\\ude00"\n')).diagnostics

    assert ["MLS009", "MLS020"] == sorted(each.code for each in found)
