"""A bound that lets bad models through is found, unless another gate asks for the other side."""

from __future__ import annotations

import pytest

from mlspec.rules import check

HEAD = "kind: Model\nspec: {gates: ["
THRESHOLD = "{{id: {id}, type: metric-threshold, metric: {metric}, {bound}}}"


def gate(metric, bound, name="first"):
    return THRESHOLD.format(id=name, metric=metric, bound=bound)


@pytest.mark.parametrize(
    ("metric", "bound", "meant"),
    [
        ("log-loss", "atLeast: 0.1", "atMost"),
        ("brier", "atLeast: 0.1", "atMost"),
        ("recall", "atMost: 0.99", "atLeast"),
    ],
)
def test_a_bound_that_points_away_from_good_models_is_found(load_patched, metric, bound, meant):
    (found,) = check(load_patched(f"{HEAD}{gate(metric, bound)}]}}"))

    assert "MLS427" == found.code
    assert f"write `{meant}`" in (found.hint or "")
    assert found.span.start.column > 1


@pytest.mark.parametrize(
    "gates",
    [
        [gate("recall", "atLeast: 0.9"), gate("recall", "atMost: 0.99", "not-too-good")],
        [gate("brier", "atMost: 0.2")],
        [
            "{id: champion, type: champion-challenger, metric: recall, mode: superiority}",
            gate("recall", "atMost: 0.99", "not-too-good"),
        ],
    ],
)
def test_a_range_and_a_right_bound_are_sound(load_patched, gates):
    found = check(load_patched(f"{HEAD}{', '.join(gates)}]}}"))

    assert "MLS427" not in {each.code for each in found}
