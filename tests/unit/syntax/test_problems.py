"""Each problem has a code, a place to change and a next step, the same from both parsers."""

from textwrap import dedent

import pytest

from mlspec.diagnostics import Severity
from mlspec.syntax import SYNTAX_CODES, Limits, SourceText, parse

PARSERS = [pytest.param(True, id="libyaml"), pytest.param(False, id="python")]


def problems(text, limits=None, *, native=True):
    content = text if isinstance(text, bytes) else dedent(text).encode()
    return parse(SourceText("spec.yaml", content), limits or Limits(), native=native).diagnostics


def briefly(diagnostic):
    start, end = diagnostic.span.start, diagnostic.span.end
    return (diagnostic.code, start.line, start.column, end.line, end.column)


@pytest.mark.parametrize("native", PARSERS)
@pytest.mark.parametrize("code", SYNTAX_CODES, ids=lambda code: code.code)
def test_the_bad_example_of_a_code_gives_it_and_the_good_one_gives_nothing(code, native):
    bad = problems(code.bad.encode(code.encoding), code.limits, native=native)
    good = problems(code.good.encode(), code.limits, native=native)

    # the last code can only follow others
    relevant = bad[-1:] if code.code == "MLS099" else bad
    assert [(code.code, code.name, code.severity)] == [
        (each.code, each.name, each.severity) for each in relevant
    ]
    assert () == good


def test_codes_and_names_are_unique_sorted_and_of_one_family():
    codes = [each.code for each in SYNTAX_CODES]

    assert sorted(set(codes)) == codes
    assert len(codes) == len({each.name for each in SYNTAX_CODES})
    assert all(each.startswith("MLS0") and len(each) == 6 for each in codes)
    assert all(each.name == each.name.lower().replace(" ", "-") for each in SYNTAX_CODES)
    assert all(each.summary and each.why for each in SYNTAX_CODES)


@pytest.mark.parametrize("native", PARSERS)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\na: 4\n", [("MLS002", 3, 1, 3, 2), ("MLS002", 4, 1, 4, 2)]),
        ("\u00e9: 1\ne\u0301: 2\n", [("MLS002", 2, 1, 2, 3)]),
        ("\u212a: 1\nK: 2\n", [("MLS002", 2, 1, 2, 2)]),
        ("a:\tb\n", [("MLS003", 1, 3, 1, 4)]),
        ("a: b\t\n", [("MLS003", 1, 5, 1, 6)]),
        ("a:\n  - b\n\t\t- c\n", [("MLS003", 3, 1, 3, 3)]),
        ("a: [1, 2\nb: 3\nc: 4\n", [("MLS004", 1, 4, 1, 5)]),
        ("a: {b: 1\n", [("MLS004", 1, 4, 1, 5)]),
        ("{\n", [("MLS004", 1, 1, 1, 2)]),
        ("a: [{b: [1}]\n", [("MLS001", 1, 11, 1, 12)]),
        ("a: [1,,2]\n", [("MLS001", 1, 7, 1, 8)]),
        ("a: ]\n", [("MLS001", 1, 4, 1, 5)]),
        ("a: 'it's'\n", [("MLS005", 1, 8, 1, 9)]),
        ('a: "b" c\n', [("MLS005", 1, 8, 1, 9)]),
        ('a: "b\nc: "d"\n', [("MLS005", 1, 4, 1, 5)]),
        ("a: 'b\n---\nc: 1\n", [("MLS005", 1, 4, 1, 5)]),
        ("a:\n  b: 1\n c: 2\n", [("MLS006", 3, 2, 3, 3)]),
        ("- a\nb: 1\n", [("MLS006", 2, 1, 2, 2)]),
        ("a: 1\n- b\n", [("MLS006", 2, 1, 2, 2)]),
        ("[a]\nb: 1\n", [("MLS006", 2, 1, 2, 2)]),
        ("a: b: c\n", [("MLS007", 1, 5, 1, 6)]),
        ("path: *.py\n", [("MLS008", 1, 7, 1, 8)]),
        ("path: &\n", [("MLS008", 1, 7, 1, 8)]),
        ("a: `b`\n", [("MLS008", 1, 4, 1, 5)]),
        ("a: %b\n", [("MLS008", 1, 4, 1, 5)]),
        ('a: "\\d"\n', [("MLS009", 1, 5, 1, 7)]),
        ('a: "\\xZZ"\n', [("MLS009", 1, 5, 1, 8)]),
        ('a: "\\ud83d\\ude00"\n', [("MLS009", 1, 4, 1, 18)]),
        ('a: x\nb: "\\U00110000"\n', [("MLS009", 2, 5, 2, 15)]),
        ("a: *b\n", [("MLS014", 1, 4, 1, 6)]),
        ("a: &b x\n---\nc: *b\n", [("MLS014", 3, 4, 3, 6)]),
        ("a: &a [*a]\n", [("MLS015", 1, 8, 1, 10)]),
        ("a: 9223372036854775808\n", [("MLS016", 1, 4, 1, 23)]),
        ("a: -0x8000000000000001\n", []),
        ("a: .nan\n", [("MLS017", 1, 4, 1, 8)]),
        ("commit: 12e4567\n", [("MLS017", 1, 9, 1, 16)]),
        ("a: {<<: {b: 1}}\n", [("MLS018", 1, 5, 1, 7)]),
        ("'<<': 1\n", []),
        ("1: a\ntrue: b\n~: c\n", [("MLS019", n, 1, n, e) for n, e in ((1, 2), (2, 5), (3, 2))]),
        ("? [a]\n: b\n", [("MLS019", 1, 3, 1, 4)]),
        (": b\n", [("MLS019", 1, 1, 1, 2)]),
        ("a: &x b\n*x : c\n", [("MLS019", 2, 1, 2, 3)]),
        ("a: !!python/object:os.system x\n", [("MLS020", 1, 4, 1, 29)]),
        ("a: !<tag:x> 1\n", [("MLS020", 1, 4, 1, 9)]),
        ("a: !x!y 1\n", [("MLS020", 1, 4, 1, 5)]),
        ("%FOO bar\n---\na: 1\n", [("MLS021", 1, 1, 1, 9)]),
        ("%YAML 1.2\n%YAML 1.2\n---\na: 1\n", [("MLS021", 2, 1, 2, 2)]),
        ("a: 1\nb\nc: 2\n", [("MLS022", 2, 1, 2, 2)]),
        ("a:1\nb: 2\n", [("MLS022", 1, 1, 1, 2)]),
        ("a: |x\n  b\n", [("MLS001", 1, 5, 1, 6)]),
        ("a: |0\n  b\n", [("MLS001", 1, 5, 1, 6)]),
        ("{{ if .Values.x }}\na: 1\n{{ end }}\n", [("MLS041", 1, 1, 1, 19)]),
        ("{% if x %}\na: 1\n{% endif %}\n", [("MLS041", 1, 1, 1, 3)]),
        ("a: {{ x }}-{{ y }}\n", [("MLS041", 1, 4, 1, 11)]),
        ("a: {{ x }}\n", [("MLS041", 1, 4, 1, 11)]),
        ("a: ${{ github.sha }}\n", [("MLS041", 1, 4, 1, 21)]),
        ("a: ${{ github.sha }} b\n", []),
        ("", [("MLS043", 1, 1, 1, 2)]),
        ("---\n---\n", [("MLS043", 1, 1, 1, 2)]),
    ],
    ids=repr,
)
def test_the_place_is_where_the_mistake_was_made(text, expected, native):
    assert expected == [briefly(each) for each in problems(text, native=native)]


@pytest.mark.parametrize("native", PARSERS)
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: é\n".encode("utf-16"), ("MLS030", 1, 1, 1, 2)),
        ("a: é\n".encode("utf-16-le"), ("MLS030", 1, 1, 1, 2)),
        ("a: é\n".encode("utf-16-be"), ("MLS030", 1, 1, 1, 2)),
        ("a: é\n".encode("utf-32"), ("MLS030", 1, 1, 1, 2)),
        ("a: 1\r\nb: é\n".encode("latin-1"), ("MLS030", 2, 4, 2, 5)),
        (b"\xef\xbb\xbfa: \xff\n", ("MLS030", 1, 4, 1, 5)),
        (b"a: \xed\xa0\x80\n", ("MLS030", 1, 4, 1, 5)),
        (b"a: b\x00c\n", ("MLS031", 1, 5, 1, 6)),
        (b"a: 1\rb: \x1b[31m\n", ("MLS031", 2, 4, 2, 5)),
        ("a: \ufeffb\n".encode(), ("MLS031", 1, 4, 1, 5)),
        ("a: b\u2028c\n".encode(), ("MLS031", 1, 5, 1, 6)),
        (b"a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", ("MLS040", 2, 1, 2, 13)),
        (b"b: 2\n>>>>>>> x\n", ("MLS040", 2, 1, 2, 10)),
    ],
    ids=repr,
)
def test_bytes_that_are_no_clean_utf8_text_are_refused_as_a_whole(content, expected, native):
    result = parse(SourceText("spec.yaml", content), native=native)

    assert [expected] == [briefly(each) for each in result.diagnostics]
    assert () == result.documents


@pytest.mark.parametrize("native", PARSERS)
def test_a_document_that_cannot_be_read_does_not_hide_the_ones_after_it(native):
    text = b"a: [\n---\nb: 1\nb: 2\n---\nc: @\n---\nd: 1\n"

    result = parse(SourceText("spec.yaml", text), native=native)

    assert ["MLS004", "MLS002", "MLS008"] == [each.code for each in result.diagnostics]
    assert [(1, {"b": 1}), (3, {"d": 1})] == [(each.index, each.data) for each in result.documents]


def test_the_first_of_two_equal_keys_is_named_and_kept():
    diagnostic = problems("risk:\n  tier: high\n  tier: minimal\n")[0]

    related = diagnostic.related[0]
    assert "first defined here" == related.message
    assert (2, 3) == (related.span.start.line, related.span.start.column)


def test_a_misspelt_alias_gets_a_suggestion():
    assert "did you mean `*base`?" == problems("a: &base 1\nb: *bsae\n")[0].hint


def test_numbers_and_keys_that_should_be_text_come_with_a_fix():
    fix = problems("labels: {2024: x}\n")[0].fixes[0]

    assert '"2024"' == fix.edits[0].replacement


def test_the_number_of_lines_with_tabs_is_told_once():
    hint = problems("a:\n\tb: 1\n\tc: 2\n\td: 3\n")[0].hint

    assert "use spaces; 2 more lines of this file have tabs" == hint


def test_turned_text_is_a_warning_and_the_document_is_read():
    result = parse(SourceText("a.yaml", "a: \u202eb\nc: \u2066d\n".encode()))

    assert [Severity.WARNING] == [each.severity for each in result.diagnostics]
    assert "the file has 1 more" in (result.diagnostics[0].hint or "")
    assert 1 == len(result.documents)


def test_no_message_shows_the_words_of_the_parser_or_breaks_the_style():
    for code in SYNTAX_CODES:
        for each in problems(code.bad.encode(code.encoding), code.limits):
            assert not each.message.endswith(".")
            assert "expected" not in each.message
            assert "invalid" not in each.message.lower()
            assert "found" not in each.message
