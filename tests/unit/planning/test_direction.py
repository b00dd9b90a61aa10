"""What a change means follows from what its field declares, and from nothing else."""

from __future__ import annotations

import pytest

from mlspec.planning._direction import combined, direction_of
from mlspec.planning._model import ChangeDirection
from mlspec.schema import Direction, FieldClass, FieldTraits

T, L = ChangeDirection.TIGHTENED, ChangeDirection.LOOSENED
N, U = ChangeDirection.NEUTRAL, ChangeDirection.UNKNOWN
HIGHER, LOWER = Direction.HIGHER_IS_TIGHTER, Direction.LOWER_IS_TIGHTER
MORE, LESS = Direction.GROWTH_IS_TIGHTER, Direction.GROWTH_IS_LOOSER
TIERS = ("minimal", "limited", "high")


@pytest.mark.parametrize(
    ("direction", "order", "old", "new", "expected"),
    [
        (HIGHER, (), 0.88, 0.92, T),
        (LOWER, (), 0.88, 0.92, L),
        (HIGHER, (), 1, 1.0, N),
        (HIGHER, (), None, 5, T),
        (LOWER, (), None, 5, T),
        (HIGHER, (), False, True, T),
        (LOWER, (), False, True, L),
        (HIGHER, (), None, False, N),
        (HIGHER, (), None, True, T),
        (HIGHER, TIERS, "minimal", "high", T),
        (LOWER, TIERS, "minimal", "high", L),
        (HIGHER, TIERS, None, "minimal", T),
        (HIGHER, TIERS, "high", "colossal", U),
        (HIGHER, (), "500m", "1", U),
        (HIGHER, (), [1], [2], U),
        (MORE, (), None, {"mode": "x"}, T),
        (LESS, (), None, "sre", L),
        (MORE, (), "ops", "sre", N),
        (Direction.NONE, (), 1, 2, N),
        (Direction.NONE, (), None, 2, N),
    ],
)
def test_a_change_and_its_reverse(direction, order, old, new, expected):
    traits = FieldTraits(FieldClass.GATE, direction, order=order)
    flipped = {T: L, L: T}.get(expected, expected)

    assert direction_of(traits, old, new) == expected
    assert direction_of(traits, new, old) == flipped


def test_a_field_that_is_not_declared_is_unknown():
    assert direction_of(None, 1, 2) == U


@pytest.mark.parametrize(
    ("parts", "expected"),
    [((), N), ((N, N), N), ((N, T), T), ((L, L), L), ((T, L), U), ((T, U), U), ((U,), U)],
)
def test_parts_that_go_both_ways_are_unknown(parts, expected):
    assert combined(parts) == expected
