"""What YAML text means: the YAML 1.2 core schema, in both parsers."""

import math
from textwrap import dedent

import pytest

from mlspec.syntax import SourceText, has_libyaml, parse

PARSERS = [pytest.param(True, id="libyaml"), pytest.param(False, id="python")]


def parsed(text, **options):
    content = text if isinstance(text, bytes) else dedent(text).encode()
    return parse(SourceText("spec.yaml", content), **options)


def data(text, **options):
    result = parsed(text, **options)
    assert () == result.diagnostics
    return [document.data for document in result.documents]


@pytest.mark.parametrize("native", PARSERS)
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("True", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("nULL", "nULL"),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("+12", 12),
        ("-9223372036854775808", -(2**63)),
        ("1e3", 1000.0),
        ("12e03", 12000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-0.0", -0.0),
        ("1.10", 1.1),
        ("1:30", "1:30"),
        ("2001-01-01", "2001-01-01"),
        ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
        ("=", "="),
        ("'12'", "12"),
        ('"true"', "true"),
        ("'{{ name }}'", "{{ name }}"),
        ("Dear {{ name }}, hello", "Dear {{ name }}, hello"),
        (".", "."),
        ("-", None),
        ("0x", "0x"),
        ("2026-13-45", "2026-13-45"),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(written, value, native):
    document = f"key: {written}\n" if written != "-" else "key:\n"

    found = data(document, native=native)[0]["key"]

    assert value == found
    assert type(value) is type(found)


@pytest.mark.parametrize("native", PARSERS)
def test_a_file_may_hold_several_documents_and_empty_ones_are_left_out(native):
    text = "---\na: 1\n---\n# nothing\n---\n- b\n...\n---\nnull\n"

    result = parsed(text, native=native)

    assert [(0, {"a": 1}), (2, ["b"]), (3, None)] == [(d.index, d.data) for d in result.documents]


@pytest.mark.parametrize("native", PARSERS)
@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfname: caf\xc3\xa9\n",
        b"name: caf\xc3\xa9\r\n",
        b"%YAML 1.2\n---\nname: caf\xc3\xa9\r",
    ],
    ids=["byte order mark", "crlf", "cr and directive"],
)
def test_byte_order_mark_and_line_ends_do_not_change_the_value(content, native):
    assert [{"name": "café"}] == data(content, native=native)


@pytest.mark.parametrize("native", PARSERS)
def test_an_alias_is_a_copy(native):
    text = "base: &base {cpu: [1]}\nfirst: *base\nsecond: *base\n"

    value = data(text, native=native)[0]

    assert {"cpu": [1]} == value["base"] == value["first"] == value["second"]
    assert value["first"] is not value["second"]
    assert value["first"]["cpu"] is not value["base"]["cpu"]


@pytest.mark.parametrize("native", PARSERS)
def test_tabs_inside_of_texts_and_comments_are_text(native):
    text = 'a: "x\ty"\nb: |\n  all:\n  \tmake\nc: 1 # tab:\there\n'

    assert [{"a": "x\ty", "b": "all:\n\tmake\n", "c": 1}] == data(text, native=native)


@pytest.mark.parametrize("native", PARSERS)
def test_keys_keep_their_order_and_their_spelling(native):
    assert ["b", "a", "e\u0301"] == list(data("b: 1\na: 2\ne\u0301: 3\n", native=native)[0])


def test_numbers_are_never_infinite_by_overflow():
    result = parsed("maximum: 1e999\n")

    assert ["MLS017"] == [each.code for each in result.diagnostics]
    assert math.isfinite(result.documents[0].data["maximum"])


def test_libyaml_is_there_where_the_tests_run():
    assert has_libyaml()
