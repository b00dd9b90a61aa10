"""Small changes of expressions: each is another expression, and a good suite notices it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from mlspec.cel import (
    Environment,
    Fault,
    Program,
    compile_expression,
    mutations,
    parse,
    type_from,
)

ENVIRONMENT = Environment({name: type_from("dyn") for name in ("a", "b", "c")})


def changed(text):
    return [
        (each.line, each.column, each.change, each.text) for each in mutations(text, parse(text))
    ]


def test_terms_comparisons_macros_and_numbers_are_changed():
    assert snapshot(
        [
            (1, 1, "without `a || !b`", "((c.all(x, x >= 1u)))"),
            (1, 1, "without `c.all(x, x >= 1u)`", "((a || !b))"),
            (1, 2, "without `a`", "(((!b))) && c.all(x, x >= 1u)"),
            (1, 2, "without `!b`", "(((a))) && c.all(x, x >= 1u)"),
            (1, 7, "without `!`", "(a || (b)) && c.all(x, x >= 1u)"),
            (1, 14, "`exists` for `all`", "(a || !b) && c.exists(x, x >= 1u)"),
            (1, 23, "`>` for `>=`", "(a || !b) && c.all(x, (x) > (1u))"),
            (1, 23, "`<` for `>=`", "(a || !b) && c.all(x, (x) < (1u))"),
            (1, 28, "one more than `1u`", "(a || !b) && c.all(x, x >= (2u))"),
        ]
    ) == changed("(a || !b) && c.all(x, x >= 1u)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a > 0.5",
            [
                ("`>=` for `>`", "(a) >= (0.5)"),
                ("`<` for `>`", "(a) < (0.5)"),
                ("one more than `0.5`", "a > (1.5)"),
            ],
        ),
        ("a in ['x', b]", [("without `'x'`", "a in [b]"), ("without `b`", "a in ['x']")]),
        ("a in ['x']", []),
        ("a in []", []),
        ("1e308 < a", [("`<=` for `<`", "(1e308) <= (a)"), ("`>` for `<`", "(1e308) > (a)")]),
    ],
)
def test_floats_and_entries_of_lists_are_changed(text, expected):
    assert expected == [(change, made) for _, _, change, made in changed(text)]


@pytest.mark.parametrize("text", ["a.b", "'text'", "true", "size(a)", "a ? b : c"])
def test_what_has_nothing_to_turn_has_no_mutations(text):
    assert [] == changed(text)


PARTS = st.sampled_from(
    [
        "a",
        "(b)",
        "a == 1",
        "!(a && b)",
        "c.exists(x, x < 2)",
        "has(a.b)",
        "-1 > a",
        "a <= 0.5",
        "a in [1, 2]",
    ]
)
TEXTS = st.recursive(
    PARTS,
    lambda below: st.tuples(below, st.sampled_from([" && ", " || ", "==", " ? a : "]), below).map(
        lambda each: f"({each[0]}){each[1]}({each[2]})"
    ),
    max_leaves=6,
)


@given(text=TEXTS)
def test_every_mutation_can_be_read_and_differs(text):
    tree = parse(text)
    if isinstance(tree, Fault):
        return

    found = [each.text for each in mutations(text, tree)]

    assert len(set(found)) == len(found)
    assert text not in found
    for each in found:
        assert isinstance(compile_expression(each, ENVIRONMENT), Program), each


def test_one_who_approves_twice_is_found_by_a_case_that_no_mutation_survives():
    text = "a.filter(x, x.by != b && x.ok).size() >= 2"
    cases = [
        ([("ana", True), ("eve", True)], True),
        ([("ana", True)], False),
        ([("ana", True), ("author", True)], False),
        ([("ana", True), ("eve", False)], False),
        ([("ana", True), ("eve", True), ("joe", True)], True),
    ]

    survivors = [each.change for each in mutations(text, parse(text)) if passes(each.text, cases)]

    assert passes(text, cases)
    assert [] == survivors


def passes(text, cases):
    program = compile_expression(text, ENVIRONMENT)
    return all(
        wanted
        is program.evaluate({"a": [{"by": by, "ok": ok} for by, ok in approvals], "b": "author"})
        for approvals, wanted in cases
    )
