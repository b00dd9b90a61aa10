"""Several processes apply at once: each plan is applied once, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.contract.plugin.acme.folder import FolderRegistry
from tests.unit.planning.worlds import World, open_embedded, tree, wanted

from mlspec.planning import write_plan

ROOT = Path(__file__).parents[3]
APPLY = """
import sys
from pathlib import Path
from mlspec.api._patience import Patience
from mlspec.errors import MlspecError
from mlspec.planning import read_plan
from tests.contract.plugin.acme.folder import FolderRegistry
from tests.unit.planning.worlds import World, open_embedded, tree, wanted

folder, backend, name, rows = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
plan = read_plan((folder / f"{name}-{rows}.json").read_text(encoding="utf-8"))
world = World(folder, opens={"folder": FolderRegistry, "embedded": open_embedded}[backend])
wait = Patience(60, lambda: False).wait
try:
    print(world.apply(plan, tree(wanted("Dataset", name, {"rows": rows})), wait=wait).outcome.value)
except MlspecError as error:
    print(int(error.exit_code))
"""
BACKENDS = {"folder": FolderRegistry, "embedded": open_embedded}


@pytest.fixture(params=BACKENDS)
def crowd(request, tmp_path):
    """Apply plans for these datasets, all at the same time; return the world and what was told."""
    world = World(tmp_path, opens=BACKENDS[request.param])

    def run(wishes):
        for name, rows in set(wishes):
            plan = world.plan(tree(wanted("Dataset", name, {"rows": rows})))
            (tmp_path / f"{name}-{rows}.json").write_text(write_plan(plan), encoding="utf-8")
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", APPLY, str(tmp_path), request.param, name, str(rows)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name, rows in wishes
        ]
        return world, sorted(each.communicate(timeout=120)[0].strip() for each in processes)

    return run


def test_one_plan_is_applied_once(crowd):
    world, told = crowd([("census", 1)] * 6)

    assert told == ["already-applied"] * 5 + ["applied"]
    assert world.backend().observe().serial == 1
    assert len(list(world.backend().events())) == 1
    assert world.audit().is_intact


def test_plans_that_share_nothing_are_all_applied(crowd):
    world, told = crowd([(f"d{number}", 1) for number in range(6)])

    assert told == ["applied"] * 6
    assert len(world.backend().observe().objects) == world.backend().observe().serial == 6
    assert world.audit().is_intact


def test_of_plans_that_overlap_exactly_one_is_applied(crowd):
    world, told = crowd([("census", rows) for rows in range(6)])

    assert told == ["10"] * 5 + ["applied"]
    assert world.backend().observe().serial == 1
    assert world.audit().is_intact
