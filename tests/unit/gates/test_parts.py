"""The number of a gate over parts is that of its worst part."""

from __future__ import annotations

import pytest

from mlspec.evidence import PartResult, Verdict
from mlspec.gates._parts import beyond, lowest, of_parts
from mlspec.gates.slo_burn import SloBurn

SPEC = SloBurn.model_validate(
    {
        "id": "burn",
        "type": "slo-burn",
        "source": "rows",
        "objective": 0.99,
        "counts": {"by": "window", "events": "bad", "trials": "all"},
    }
)


def part(name, estimate, verdict=Verdict.FAIL):
    return PartResult(name, verdict, f"{name} is bad", "requirement-missed", estimate=estimate)


@pytest.mark.parametrize(
    ("worse", "expected"), [(lowest, "c"), (beyond({}), "b"), (beyond({"a": 0.1, "b": 9}), "a")]
)
def test_the_headline_is_the_worst_of_the_parts_that_fail(worse, expected):
    parts = [part("a", 1.0), part("b", 2.0), part("c", 0.5), part("d", 99.0, Verdict.PASS)]
    limited = parts if expected != "a" else parts[:2]

    found = of_parts(SPEC, "", limited, worse=worse)

    assert {each.name: each.estimate for each in parts}[expected] == found.estimate
    assert f"fail for {expected}" in found.reason
    assert found.parts == tuple(limited)


def test_a_part_without_a_number_is_no_headline():
    found = of_parts(SPEC, "", [part("a", None), part("b", 2.0)], worse=lowest)

    assert 2.0 == found.estimate
