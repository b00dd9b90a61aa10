"""Kill -9 at every effect of a run: the same command afterwards finishes it, or finds it done.

The end is that of a run that was never killed, to the byte: objects, events, checkpoints, run.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest
from tests.contract.plugin.acme.folder import FolderRegistry
from tests.unit.planning.kills import KILLED, killed_at, moments
from tests.unit.planning.worlds import World, open_embedded, tree, wanted

from mlspec.planning import Action, Move, Outcome, Removal
from mlspec.registry import open_backend
from mlspec.state import RunOutcome

BASE = (
    wanted("Dataset", "changed", {"rows": 1}),
    wanted("Dataset", "moved", {"rows": 1}),
    wanted("Dataset", "retired", {"rows": 1}),
    wanted("Dataset", "deleted", {"rows": 1}),
    wanted("Dataset", "forgotten", {"rows": 1}),
)
AGAIN = wanted("Dataset", "again", {"rows": 1})
NEW = tree(
    wanted("Dataset", "changed", {"rows": 2}),
    wanted("Dataset", "here", {"rows": 2}),
    AGAIN,
    wanted("Model", "created", {"purpose": "x"}, references=["dataset/here", "dataset/again"]),
)


def removal(name, action):
    return Removal(f"dataset/{name}", action, "asked for")


def open_git(place, environment):
    return open_backend("git", place, environment)


BACKENDS = {"folder": FolderRegistry, "embedded": open_embedded, "git": open_git}


@pytest.fixture(params=BACKENDS)
def ready(request, tmp_path):
    """A registry, and a plan with every action there is."""
    folder = tmp_path / "ready"
    folder.mkdir()
    if request.param == "git":
        for command in ("init -q .", "init -q --bare shared.git", "remote add origin shared.git"):
            subprocess.run(["git", *command.split()], cwd=folder, check=True)
    world = World(folder, opens=BACKENDS[request.param])
    world.reach(*BASE, AGAIN)
    left = replace(world.context, removals=(removal("again", Action.FORGET),))
    replace(world, context=left).reach(*BASE)
    asked = replace(
        world.context,
        moves=(Move("dataset/moved", "dataset/here"),),
        removals=(removal("deleted", Action.DELETE), removal("forgotten", Action.FORGET)),
    )
    return replace(world, context=asked)


@pytest.fixture
def copied(ready, tmp_path):
    """Return the world in a fresh copy, again and again."""

    def copy():
        folder = tmp_path / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ready.folder, folder)
        return replace(ready, folder=folder)

    return copy


def spread(total):
    """Return some moments of many, the last ones among them: there all is committed."""
    near_the_end = range(max(1, total - 6), total + 1)
    return sorted({*range(1, total + 1, max(1, total // 12)), *near_the_end})


def everything(world):
    observed, *rest = world.state()
    return observed, world.backend().observe(), *rest


def test_a_plan_of_every_action_ends_the_same_wherever_it_was_killed(ready, copied):
    plan = ready.plan(NEW)
    whole = copied()
    result = whole.apply(plan, NEW)
    expected = everything(whole)
    world = copied()
    total = moments(lambda: world.apply(plan, NEW))

    assert {each.action for each in plan.operations} == set(Action)
    assert result.outcome is Outcome.APPLIED
    assert total >= len(plan.operations)
    is_atomic = ready.opens is not FolderRegistry
    for moment in spread(total) if is_atomic else range(1, total + 1):
        world = copied()
        assert killed_at(moment, lambda: world.apply(plan, NEW)) == KILLED  # noqa: B023
        again = world.apply(plan, NEW)

        found = everything(world)
        assert again.run.outcome is RunOutcome.APPLIED, f"moment {moment} of {total}"
        assert found == expected, f"moment {moment} of {total}"
