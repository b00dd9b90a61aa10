"""An upper bound for the steps of an expression, without any facts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.cel import Budget, Environment, Program, compile_expression, list_of, worst_steps
from mlspec.cel._types import INT

NUMBERS = Environment({"xs": list_of(INT), "ys": list_of(INT)}, {})
KNOWN = {"values": {"markets": 3}}


def loops(depth, over="xs", body="true"):
    for number in range(depth):
        body = f"{over}.all(v{number}, {body})"
    return body


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_loop_inside_of_a_loop_multiplies(depth):
    assert 10**depth < worst_steps(loops(depth), 10, {}) < 10 ** (depth + 1)


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [
        ("xs.all(a, true)", "[1, 2].all(a, true)"),
        ("xs.all(a, true)", "values.markets.all(a, true)"),
        ("xs.all(a, true)", 'values["markets"].all(a, true)'),
        ('values["other"].all(a, true)', 'values["markets"].all(a, true)'),
        ("(xs + ys).all(a, true)", "(xs + [1]).all(a, true)"),
        ("xs.map(a, a).all(b, true)", "[1].map(a, a).all(b, true)"),
        ("xs.filter(a, a > 1 && a < 5).size()", "xs.filter(a, a > 1).size()"),
        ("cel.bind(z, xs, z.all(a, true))", "cel.bind(z, [1], z.all(a, true))"),
        ("xs.all(a, true) ? true : xs.all(a, true)", "xs.all(a, true) ? true : false"),
        (
            "cel.bind(z, [1], xs.all(z, z.all(a, true)))",
            "cel.bind(z, [1], xs.all(y, z.all(a, true)))",
        ),
    ],
)
def test_lengths_that_are_known_count(longer, shorter):
    assert worst_steps(longer, 20, KNOWN) > worst_steps(shorter, 20, KNOWN)


def test_what_cannot_be_read_takes_nothing():
    assert 0 == worst_steps("xs.all(", 20, {})


BODIES = st.sampled_from(["true", "v0 > 1", "v0 + 1 == v0 || v0 > 3", "ys.exists(w, w == v0)"])
OVERS = st.sampled_from(["xs", "(xs + ys)", "xs.map(u, u + 1)", "xs.filter(u, u > 2)", "[1, 2, 3]"])
LISTS = st.lists(st.integers(0, 5), max_size=6)


@given(OVERS, BODIES, st.sampled_from(["all", "exists", "exists_one"]), LISTS, LISTS)
@settings(max_examples=50)
def test_no_evaluation_takes_more(over, body, macro, xs, ys):
    text = f"{over}.{macro}(v0, {body})"
    program, budget = compile_expression(text, NUMBERS), Budget()
    assert isinstance(program, Program)
    program.evaluate({"xs": xs, "ys": ys}, budget)

    assert budget.steps - budget.left <= worst_steps(text, 6, {})
