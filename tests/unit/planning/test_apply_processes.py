"""Several processes apply at once: each plan is applied once, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.planning.worlds import tree, wanted

from mlspec.planning import write_plan

ROOT = Path(__file__).parents[3]
APPLY = """
import sys
from pathlib import Path
from mlspec.errors import MlspecError
from mlspec.planning import read_plan
from tests.unit.planning.worlds import World, tree, wanted

folder, number = Path(sys.argv[1]), int(sys.argv[2])
plan = read_plan((folder / f"{number}.json").read_text(encoding="utf-8"))
try:
    print(World(folder).apply(plan, tree(wanted("Dataset", f"d{number}", {}))).outcome.value)
except MlspecError as error:
    print(int(error.exit_code))
"""


@pytest.fixture
def apply_all(world):
    """Apply the plans of these numbers, all at the same time."""

    def run(numbers):
        for number in set(numbers):
            plan = world.plan(tree(wanted("Dataset", f"d{number}", {})))
            (world.folder / f"{number}.json").write_text(write_plan(plan), encoding="utf-8")
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", APPLY, str(world.folder), str(number)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in numbers
        ]
        return sorted(each.communicate(timeout=60)[0].strip() for each in processes)

    return run


def test_one_plan_is_applied_once(apply_all, world):
    told = apply_all([1, 1, 1, 1])

    assert told.count("applied") == 1
    assert set(told) <= {"applied", "already-applied", "11"}
    assert world.backend().observe().serial == 1


def test_plans_that_share_nothing_are_all_applied_or_told_to_wait(apply_all, world):
    told = apply_all([1, 2, 3, 4])

    assert set(told) <= {"applied", "11"}
    assert world.backend().observe().serial == told.count("applied") >= 1
    assert len(world.backend().observe().objects) == told.count("applied")
