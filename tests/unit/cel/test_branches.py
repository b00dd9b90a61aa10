"""Parts of a condition that decide by themselves, and changes that leave one of them out."""

from __future__ import annotations

import pytest

from mlspec.cel import branches, mutations, parse


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a", ["a"]),
        ("a && b || !c", ["a", "b", "c"]),
        ("(a || b) && !(c && d)", ["a", "b", "c", "d"]),
        ("a ? b : c.size() > 1", ["a", "b", "c.size() > 1"]),
        ("x.all(e, e.a && e.b)", ["x.all(e, e.a && e.b)"]),
        ("has(x.y) && x.y in [1, 2]", ["has(x.y)", "x.y in [1, 2]"]),
        ("true && a", ["a"]),
        ("(a + b) == c && d", ["(a + b) == c", "d"]),
        ('("(" + a) == (b) || c', ['("(" + a) == (b)', "c"]),
        ("true", []),
        ("a &&", []),
        ("", []),
    ],
)
def test_the_parts_of_a_condition(text, found):
    assert found == [each.text for each in branches(text)]


def test_a_part_says_where_it_stands():
    assert [(1, 1), (2, 4)] == [(each.line, each.column) for each in branches("a\n&& b")]


def test_a_condition_that_is_nested_too_deep_has_no_parts():
    assert () == branches("(" * 100_000)


def test_what_is_left_keeps_its_parentheses():
    """Without them `(a || b) && c && d` would become `a || b && c`, another condition."""
    text = "(a || b) && c && d"

    [rest] = [each.text for each in mutations(text, parse(text)) if each.change == "without `d`"]

    assert "((a || b) && (c))" == rest


@pytest.mark.parametrize(
    "text",
    [
        "(a || b) && c",
        "((a + b)) * 2 > (c - (d))",
        '("(" + a) != ")" && b',
        "!(a && b)",
        "a && (b ? c : d) && e",
        "(a && b) || (c && d)",
    ],
)
def test_every_change_of_a_condition_can_be_read(text):
    changed = [each.text for each in mutations(text, parse(text))]

    assert changed
    assert all(hasattr(parse(each), "start") for each in changed)
