"""The rows that slices need before they can be decided."""

from __future__ import annotations

import pytest

from mlspec.gates import load_gates
from mlspec.gates._power import Assumed

GATES = load_gates()
SLICES = {"id": "s", "type": "slices", "metric": "accuracy", "by": [{"column": "region"}]}
FLOOR = {"atLeast": 0.8}
HEADER = ("id", "label", "score", "region")


def needed(gate_type, gate, observed):
    spec = GATES[gate_type].spec.model_validate(gate)
    return list(GATES[gate_type].power(spec, observed, Assumed()))


@pytest.fixture
def regions(evaluation):
    """Two regions, one of which is small."""
    for file, shift in (("challenger.csv", 0.0), ("champion.csv", 0.02)):
        rows = [
            (k, y, min(1.0, float(s) + shift * (n % 5 == 0)), "ab"[n % 50 == 0])
            for n, (k, y, s) in enumerate(evaluation.read(file))
        ]
        evaluation.write(file, rows, HEADER)
    return evaluation


def test_each_slice_needs_what_a_threshold_over_it_alone_needs(regions):
    gate = SLICES | FLOOR

    small, large = sorted(needed("slices", gate, regions.result(gate)), key=lambda each: each.have)

    assert ["region: `b`", "region: `a`"] == [small.part, large.part]
    assert (20, 980) == (small.have, large.have)
    (alone,) = needed(
        "metric-threshold",
        {"id": "s", "type": "metric-threshold", "metric": "accuracy"} | FLOOR,
        regions.result({"id": "s", "type": "metric-threshold", "metric": "accuracy"} | FLOOR),
    )
    assert alone.needed == small.needed == large.needed


def test_a_comparison_counts_the_pairs_of_each_slice(regions):
    gate = SLICES | {"mode": "non-inferiority", "margin": 0.05}

    found = needed("slices", gate, regions.result(gate))

    assert {"pairs"} == {each.unit for each in found}
    assert all(each.needed > 0 for each in found)
    assert {20, 980} == {each.have for each in found}


def test_what_a_superior_model_needs_is_not_known(regions):
    gate = SLICES | {"mode": "superiority"}

    found = needed("slices", gate, regions.result(gate))

    assert {None} == {each.needed for each in found}
    assert {None} == {each.is_enough for each in found}


def test_without_data_one_slice_is_planned(regions):
    gate = SLICES | FLOOR

    (found,) = needed("slices", gate, regions.result(gate, predictions="gone.csv"))

    assert (None, "") == (found.have, found.part)
    assert found.needed > 30
