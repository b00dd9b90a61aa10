"""Bounds inside of texts: which change of a condition makes it hold less often, or more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.manifests.patching._stricter import fires_less, passes_more

COMPILED = "len(result) > 1 && !isNaN(result[0]) && !isNaN(result[1]) && result[1] <= {}"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("psi > 0.2", "psi > 0.1"),
        ("psi >= 0.2", "psi >= .1"),
        ("share < 0.2", "share < 0.3"),
        ('x{model="a > 9"} > 2', 'x{model="a > 9"} > 1'),
        ("a > 2 and on (model) b < 5", "a > 1 and on (model) b < 6"),
        ("(a > 2) or (b > 3)", "(a > 1) or (b > 3)"),
        ("a > 2 unless b > 5", "a > 1 unless b > 5"),
        ("sum by (model) (rate(x[5m])) / 3 > 0.2", "sum by (model) (rate(x[5m])) / 3 > 0.1"),
        (COMPILED.format("0.01"), COMPILED.format("0.02")),
    ],
)
def test_a_bound_that_is_easier_to_pass_fires_more_and_passes_more(was, now):
    assert not fires_less(was, now)
    assert fires_less(now, was)
    assert passes_more(was, now)
    assert not passes_more(now, was)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("psi > 0.2", "psi2 > 0.1"),
        ("psi > 0.2", "psi < 0.1"),
        ("psi > 0.2", "psi > 0.1 * 9"),
        ("psi > 0.2 * x", "psi > 0.1 * x"),
        ("psi == 2", "psi == 1"),
        ("psi > bool 2", "psi > bool 1"),
        ("count(x > 2) < 5", "count(x > 1) < 5"),
        ("absent(x > 2)", "absent(x > 1)"),
        ("a unless b > 2", "a unless b > 1"),
        ("!(a > 2)", "!(a > 1)"),
        ("not (a > 2)", "not (a > 1)"),
        ("a > 2 ? b : c", "a > 1 ? b : c"),
        ("a > 2 and b > 2", "a > 1 and b > 3"),
        ("rate(x[5m]) > 2", "rate(x[9m]) > 2"),
        ("psi - 3 > 2", "psi - 2 > 2"),
        ("a > 2", 3),
    ],
)
def test_a_text_without_a_direction_is_less_both_ways(was, now):
    for judges_less in (fires_less, passes_more):
        assert judges_less(was, now)
        assert judges_less(now, was)


NUMBERS = st.integers(min_value=0, max_value=9)
SIDES = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([">", ">=", "<", "<="]), NUMBERS)
JOINTS = st.sampled_from(["and", "or"])


def written(sides, joints, numbers):
    bounds = [
        f"({name} {word} {number})" for (name, word, _), number in zip(sides, numbers, strict=True)
    ]
    return f"{bounds[0]} {joints[0]} ({bounds[1]} {joints[1]} {bounds[2]})"


@given(st.tuples(*[SIDES] * 3), st.tuples(JOINTS, JOINTS), st.tuples(*[NUMBERS] * 3))
def test_what_is_said_to_fire_as_much_holds_wherever_it_held(sides, joints, numbers):
    was = written(sides, joints, [each[2] for each in sides])
    now = written(sides, joints, numbers)

    def holds(text, a, b):
        return eval(text, {"a": a, "b": b})

    if not fires_less(was, now):
        for a in range(11):
            for b in range(11):
                assert holds(now, a, b) >= holds(was, a, b)
