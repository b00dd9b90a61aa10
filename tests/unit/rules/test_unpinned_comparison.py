"""Files of a comparison that nothing pins may be swapped unseen."""

from __future__ import annotations

import pytest

from mlspec.rules import check

HEAD = "kind: Model\nspec:\n  evaluation: "
SLICES = (
    "{id: by-sex, type: slices, metric: accuracy, by: [{column: sex}], mode: superiority, "
    "onMissingBaseline: block}"
)
FLOOR = "{id: floor, type: metric-threshold, metric: roc-auc, atLeast: 0.8}"


def found(load_patched, patch):
    return [each for each in check(load_patched(HEAD + patch)) if each.code == "MLS428"]


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ("{predictionsDigest: null}", "`predictionsDigest`"),
        ("{championDigest: null}", "`championDigest`"),
        ("{predictionsDigest: null, championDigest: null}",
         "`predictionsDigest` and `championDigest`"),
    ],
)  # fmt: skip
def test_a_file_that_nothing_pins_is_told(load_patched, change, missing):
    (each,) = found(load_patched, change + "\n")

    assert "gate `no-worse` compares files that may be swapped unseen" in each.message
    assert f"add {missing}:" in each.hint
    assert "warning" == each.severity.value


def test_slices_that_compare_are_meant_and_bounds_are_not(load_patched):
    loose = "{championDigest: null}\n"

    (each,) = found(load_patched, f"{loose}  gates: [{FLOOR}, {SLICES}]\n")

    assert "`by-sex`" in each.message
    assert not found(load_patched, f"{loose}  gates: [{FLOOR}]\n")


@pytest.mark.parametrize("change", ["{}\n", "{champion: null, championDigest: null}\n"])
def test_pinned_files_and_a_first_release_are_fine(load_patched, change):
    assert not found(load_patched, change)


def test_a_model_of_another_tier_is_left_alone(load_patched):
    assert not found(load_patched, "{championDigest: null}\n  risk: {tier: limited}\n")
