"""Where an expression goes wrong, and where that is in a file that folds, indents or quotes it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlspec.diagnostics import Position, Span
from mlspec.manifests import Catalogue, read_manifests, verify
from mlspec.manifests._inside import place_inside
from mlspec.manifests._promql import promql_place, promql_problem
from mlspec.syntax import SourceText

pytest.importorskip("promql_parser")


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("rate(a[5m]) + foo bar", "bar"),
        ("a + * b", "*"),
        ("rate(a[5m]) > > 1", "> 1"),
        ("a{b=}", "}"),
        ('a{b="c" d="e"}', "d"),
        ("sum by (a b) (c)", "b) (c"),
        ("sum(rate(b[5m]) /)", ")"),
        ("max without (x) (a) by b", "by"),
        ("rate(a)", "rate"),
        ("unknown(a)", "unknown"),
        ("a[5x]", "5x"),
        ("sum(a) by (x) )", ")"),
        ("sum(a", "(a"),
        ("# sum(\na b", "b"),
        ('a{x="("} b', "b"),
    ],
)
def test_the_word_to_blame_is_found(expression, word):
    start, length = promql_place(expression)

    assert expression.rindex(word) == start
    assert word.startswith(expression[start : start + length])


@pytest.mark.parametrize("expression", ["a +", "1 + 'a'", "a offset"])
def test_where_no_word_is_to_blame_there_is_no_place(expression):
    assert promql_problem(expression)
    assert promql_place(expression) is None


def test_what_parses_has_no_place():
    assert promql_place("sum(rate(a[5m]))") is None


WORDS = st.sampled_from(
    [*"ab(){}[]+/1=,#\n", "rate", "sum", "by", "5m", "and", '"x"', "on", "offset"]
)


@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_a_place_lies_in_the_expression_and_only_where_there_is_a_problem(expression):
    place = promql_place(expression)

    if place is not None:
        assert promql_problem(expression)
        assert expression[place[0] : sum(place)].strip()


def placed(text):
    """Return line and columns of what is wrong with the only expression of a file of rules."""
    found = verify(read_manifests([SourceText("a.yaml", text.encode())]), Catalogue())
    (told,) = [each for each in found.diagnostics if each.code == "MLS1050"]
    return told.span.start.line, told.span.start.column, told.span.end.column


HEAD = "groups:\n- name: a\n  rules:\n  - record: a:b\n"


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("    expr: rate(a[5m]) + foo bar\n", (5, 29, 32)),
        ("    expr: 'rate(a[5m]) + foo bar'\n", (5, 30, 33)),
        ('    expr: "rate(a[5m]) + foo bar"\n', (5, 30, 33)),
        ("    expr: |\n      rate(a[5m])\n        + foo bar\n", (7, 15, 18)),
        ("    expr: |- # why\n\n      rate(a[5m])\n      + foo bar\n", (8, 13, 16)),
        ("    expr: >-\n      rate(a[5m])\n      + foo\n      bar\n", (8, 7, 10)),
        ("    expr: |2\n      rate(a[5m])\n       + foo bar\n", (7, 14, 17)),
        ("    expr: rate(a[5m])\n      + foo\n      bar\n", (7, 7, 10)),
        ('    expr: "rate(a[5m])\n      + foo bar"\n', (6, 13, 16)),
        ("    expr: |\n      sum(a\n      by (x)\n", (6, 10, 11)),
    ],
)
def test_the_place_is_that_in_the_file(written, place):
    assert place == placed(HEAD + written)


def test_escapes_change_characters_so_the_whole_text_is_named():
    assert (5, 11, 31) == placed(HEAD + '    expr: "rate(\\u0061[5m]) b"\n')


@given(st.text(max_size=20), st.integers(-3, 30), st.integers(0, 30), st.text(max_size=30))
@example("0", -2, 0, "0")
def test_a_place_inside_is_never_outside_of_the_lines(text, start, length, written):
    lines = written.split("\n")
    last = Position(len(lines), len(lines[-1]) + 1)

    found = place_inside(Span("a", Position(1, 1), last), text, (start, length), lines)

    if found is not None:
        line = lines[found.start.line - 1]
        assert 1 <= found.start.column < found.end.column <= len(line) + 1
        assert text[start] == line[found.start.column - 1]
