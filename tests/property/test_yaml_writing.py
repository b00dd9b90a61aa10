"""Whatever is written, every reader reads as it was: YAML 1.1, 1.2, and Go's resolver."""

import io
import math
import re
import unicodedata

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mlspec.syntax import SourceText, emit_documents, emit_scalar, parse

READERS = [yaml.SafeLoader, yaml.CSafeLoader]
WORDS = st.sampled_from(
    [
        *("y", "n", "Y", "N", "yes", "no", "on", "off", "True", "NULL", "~", "null", "=", "<<"),
        *("0o17", "08", "010", "1e3", "12e03", "6e5", "0123e4", "12345e6", "1_000", "0x1F", "0b1"),
        *("1:30", "2001-01-01", ".inf", "-.INF", ".NaN", "1.", ".5", "+1", "-1", "1.10"),
        *("-", "--", "---", "...", "?", ":", "a:", ":a", "a:b", "#", "a#b", "&", "*", "!", "|"),
        *(">", "%", "@", "`"),
    ]
)
PIECES = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(
            [" ", "  ", "\n", "\n\n", "\t", "\r\n", "'", '"', "\\", "{{", "}}", "[", "]", ","]
        ),
        st.text(max_size=6),
    ),
    max_size=8,
).map("".join)
TEXTS = st.one_of(WORDS, PIECES, st.text())
KEYS = TEXTS.map(lambda text: unicodedata.normalize("NFC", text))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)


def same(one, two):
    """Equal, and of equal types: 1 is not true, and -0.0 is not 0."""
    if type(one) is not type(two):
        return False
    if isinstance(one, dict):
        return list(one) == list(two) and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, float):
        return (one, math.copysign(1, one)) == (two, math.copysign(1, two))
    return one == two


def read(text, *, native=True):
    result = parse(SourceText("out.yaml", text.encode()), native=native)
    codes = {each.code for each in result.diagnostics}
    assert codes <= {"MLS043"}
    return [document.data for document in result.documents]


@settings(max_examples=400)
@given(st.lists(VALUES, max_size=3))
@example([{"": ""}, [[]], {"a": {"b": [{"c": []}]}}])
@example([{"a" * 2000: 1}, {"é" * 600: {"b": [1]}}])
def test_values_survive_every_reader_of_yaml(values):
    text = emit_documents(values, header="generated\nfrom a.yaml")

    for loader in READERS:
        assert same(values, list(yaml.load_all(text, Loader=loader)))
    assert same(values, read(text))
    assert same(values, read(text, native=False))
    assert "\r" not in text
    assert all(line == line.rstrip(" ") for line in text.split("\n"))


@settings(max_examples=100)
@given(VALUES)
def test_values_survive_another_reader_of_yaml_1_2(value):
    reader = YAML(typ="safe", pure=True)

    assert same(value, plain(reader.load(io.StringIO(emit_documents([value])))))


def plain(value):
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


@settings(max_examples=500)
@given(TEXTS)
def test_text_without_quotes_is_text_to_the_readers_of_go(text):
    written = emit_scalar(text)

    assert written.startswith('"') or (written == text and go_type(written) == "string")


@settings(max_examples=300)
@given(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(-1e300, 1e300))
)
def test_numbers_and_words_have_their_type_in_the_readers_of_go(value):
    expected = {type(None): "null", bool: "bool", int: "number", float: "number"}[type(value)]

    assert expected == go_type(emit_scalar(value))


@settings(max_examples=300)
@given(TEXTS)
def test_a_text_is_one_line_that_moves_no_cursor(text):
    written = emit_scalar(text)

    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]", written)
    assert len(written.splitlines()) <= 1 or written == '""'


# go-yaml v2 and v3 (what kubectl, Prometheus and sigs.k8s.io/yaml read with), together: a text
# counts as text only when neither of them resolves it to anything else
_GO_NULL = {"", "~", "null", "Null", "NULL"}
_GO_BOOL = {
    each
    for word in ("y", "yes", "true", "on", "n", "no", "false", "off")
    for each in (word, word.capitalize(), word.upper())
}
_GO_NUMBER = re.compile(
    r"[-+]?(0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]+|0[bB][01_]+|[0-9][0-9_]*)"
    r"|[-+]?(\.[0-9_]+|[0-9_]+(\.[0-9_]*)?)([eE][-+]?[0-9_]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_GO_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?")


def go_type(text):
    if text in _GO_NULL:
        return "null"
    if text in _GO_BOOL:
        return "bool"
    if text == "<<":
        return "merge"
    if _GO_DATE.fullmatch(text):
        return "date"
    return "number" if _GO_NUMBER.fullmatch(text) else "string"


@pytest.mark.parametrize(
    "text", ["0o17", "08", "1_000", "0x1F", "1e3", "y", "2001-1-1", ".inf", "<<"]
)
def test_the_model_of_the_go_readers_knows_the_known_traps(text):
    assert go_type(text) != "string"
