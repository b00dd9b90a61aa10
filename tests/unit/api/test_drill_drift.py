"""Synthetic drift: how rows move, and what is said of gates that can't see it."""

from __future__ import annotations

import csv
import math
import random

import pytest

from mlspec.api._drill_drift import drift_gate, inject
from mlspec.api._drill_moves import Drift
from mlspec.evidence import DrillStatus
from mlspec.gates import EvaluationInputs
from mlspec.gates._data_drift_spec import DataDrift

ROWS = 400
COLOURS = ("blue", "green", "red")


def spec(**changes):
    fields = {
        "id": "inputs",
        "type": "data-drift",
        "reference": "before",
        "current": "now",
        "features": [{"name": "*", "atMost": 0.2}],
    }
    return DataDrift.model_validate(fields | changes)


def inputs(**changes):
    sources = [{"name": "before", "file": "before.csv"}, {"name": "now", "file": "now.csv"}]
    return EvaluationInputs.model_validate({"sources": sources} | changes)


def write(file, columns):
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def read(file):
    with file.open(newline="") as source:
        return list(csv.DictReader(source))


@pytest.fixture
def root(tmp_path):
    """Return a folder with two samples of one population, some values missing."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    for name in ("before", "now"):
        drawn = random.Random(name)
        ages = [drawn.randrange(20, 60) for _ in range(ROWS)]
        colours = drawn.choices(COLOURS, k=ROWS)
        write(folder / f"{name}.csv", {"age": ["", *ages[1:]], "colour": ["", *colours[1:]]})
    return folder


@pytest.fixture
def scratch(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("drift", "strength"),
    [("auto", 1.0), ("shift", 1.0), ("scale", 0.5), ("missing", 0.5), ("swap", 0.5)],
)
def test_each_drift_is_seen_by_the_gate(root, scratch, drift, strength):
    found = inject(spec(), inputs(), root, scratch, Drift(drift), strength)

    assert DrillStatus.PROVEN is found.link.status, found.link.told
    assert found.measured.clean < 0.2 < found.measured.drifted


def moved(root, scratch, drift, strength):
    inject(spec(), inputs(), root, scratch, Drift(drift), strength)
    return read(scratch / "clean.csv"), read(scratch / "drifted.csv")


def ages(rows):
    return [float(each["age"]) for each in rows if each["age"]]


def test_a_shift_moves_numbers_by_deviations_and_leaves_categories(root, scratch):
    before, after = moved(root, scratch, "shift", 2.0)
    clean = ages(before)
    mean = math.fsum(clean) / len(clean)
    deviation = math.sqrt(math.fsum((each - mean) ** 2 for each in clean) / len(clean))

    for old, new in zip(clean, ages(after), strict=True):
        assert old + 2 * deviation == pytest.approx(new)
    assert [each["colour"] for each in before] == [each["colour"] for each in after]


def test_a_scale_multiplies_numbers(root, scratch):
    before, after = moved(root, scratch, "scale", 0.5)

    assert [each * 1.5 for each in ages(before)] == ages(after)


def test_a_share_of_the_values_goes_missing(root, scratch):
    before, after = moved(root, scratch, "missing", 0.25)

    assert len(ages(before)) == ROWS - 1
    assert 0.65 * ROWS < len(ages(after)) < 0.85 * ROWS


def test_a_swap_gives_a_share_of_the_rows_the_rarest_category(root, scratch):
    before, after = moved(root, scratch, "swap", 0.5)
    pairs = [(old["colour"], new["colour"]) for old, new in zip(before, after, strict=True)]

    changed = [new for old, new in pairs if old != new]
    assert 0.25 * ROWS < len(changed) < 0.4 * ROWS
    assert {"blue"} == set(changed)
    assert ages(before) == ages(after)


def test_a_category_without_another_becomes_a_new_one(root, scratch):
    write(root / "now.csv", {"age": [30] * ROWS, "colour": ["red"] * ROWS})
    _, after = moved(root, scratch, "swap", 1.0)

    assert {"red-drifted"} == {each["colour"] for each in after}


def test_a_value_that_is_missing_stays_missing(root, scratch):
    for drift in ("auto", "scale"):
        _, after = moved(root, scratch, drift, 1.0)

        assert {"age": "", "colour": ""} == after[0]


def test_the_same_rows_move_the_same_way(root, scratch):
    first = moved(root, scratch, "missing", 0.3)

    assert first == moved(root, scratch, "missing", 0.3)


def test_rows_that_drift_already_prove_nothing(root, scratch):
    write(root / "now.csv", {"age": [99] * ROWS, "colour": ["red"] * ROWS})

    found = inject(spec(), inputs(), root, scratch, Drift.AUTO, 1.0)

    assert DrillStatus.NOT_PROVEN is found.link.status
    assert found.measured is None


def test_a_gate_that_lets_everything_pass_has_failed(root, scratch):
    blind = spec(features=[{"name": "*", "atMost": 50}])

    found = inject(blind, inputs(), root, scratch, Drift.AUTO, 0.5)

    assert DrillStatus.FAILED is found.link.status
    assert "lower the limit" in found.link.step


@pytest.mark.parametrize(
    ("gate", "given", "status"),
    [
        (None, inputs(), "missing"),
        (spec(), None, "missing"),
        (spec(current="elsewhere"), inputs(), "missing"),
        (spec(features=[{"name": "height", "atMost": 1}]), inputs(), "not-proven"),
        (
            spec(),
            inputs(
                sources=[
                    {"name": "before", "file": "before.csv"},
                    {"name": "now", "file": "no.csv"},
                ]
            ),
            "not-proven",
        ),
        (
            spec(),
            inputs(
                sources=[{"name": "before", "file": "../b.csv"}, {"name": "now", "file": "now.csv"}]
            ),
            "not-proven",
        ),
    ],
)
def test_what_can_not_be_moved_is_told(root, scratch, gate, given, status):
    found = inject(gate, given, root, scratch, Drift.AUTO, 1.0)

    assert status == found.link.status
    assert found.link.step


def test_the_first_gate_of_its_type_is_drilled():
    assert "a" == drift_gate([spec(id="b"), spec(id="a")]).id
    assert drift_gate([]) is None
