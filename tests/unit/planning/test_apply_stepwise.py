"""Applying where every write lasts by itself: journals, failures of one operation, interrupts."""

from __future__ import annotations

import pytest
from tests.contract.plugin.acme.folder import FolderRegistry
from tests.unit.planning.kills import KILLED, killed_at
from tests.unit.planning.worlds import World, tree, wanted

from mlspec.errors import OpenRunError
from mlspec.planning import OnError, Outcome
from mlspec.state import RunOutcome, StepStatus

DATA = wanted("Dataset", "census", {"rows": 1})
OTHER = wanted("Dataset", "other", {"rows": 1})
MODEL = wanted("Model", "screen", {"purpose": "x"}, references=["dataset/census"])
TEAM = wanted("Team", "ops", {"members": ["ana"]})
DESIRED = tree(DATA, OTHER, MODEL, TEAM)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "world", opens=FolderRegistry)


def obstacle(world):
    """Return a folder where the file of an object belongs: that write alone fails."""
    folder = world.folder / "state" / "folder" / "prod" / "objects" / "dataset" / "census.json"
    folder.mkdir(parents=True)
    return folder


def told(result):
    return {each.address: (each.status, each.note) for each in result.run.operations}


def test_a_failure_stops_the_rest_and_the_same_command_goes_on(world):
    plan = world.plan(DESIRED)
    in_the_way = obstacle(world)

    first = world.apply(plan, DESIRED)
    in_the_way.rmdir()
    second = world.apply(plan, DESIRED)

    assert (first.outcome, first.run.outcome) == (Outcome.PARTIAL, RunOutcome.PARTIAL)
    assert told(first)["dataset/census"][0] is StepStatus.FAILED
    assert "can't be written" in told(first)["dataset/census"][1]
    assert {status for status, _ in told(first).values()} <= {StepStatus.FAILED, StepStatus.PENDING}
    assert told(first)["team/ops"][1] == "stopped when `dataset/census` failed"
    assert second.outcome is Outcome.APPLIED
    assert set(world.backend().observe().objects) == DESIRED.keys()
    assert world.audit().is_intact


def test_a_failure_can_hold_up_only_what_depends_on_it(world):
    plan = world.plan(DESIRED)
    in_the_way = obstacle(world)

    first = world.apply(plan, DESIRED, on_error=OnError.CONTINUE)
    in_the_way.rmdir()
    second = world.apply(plan, DESIRED, on_error=OnError.CONTINUE)
    third = world.apply(plan, DESIRED)

    assert told(first)["model/screen"] == (StepStatus.PENDING, "depends on `dataset/census`")
    assert told(first)["dataset/other"] == told(first)["team/ops"] == (StepStatus.DONE, "")
    assert list(told(second)) == ["dataset/census", "model/screen"]
    assert (second.outcome, third.outcome) == (Outcome.APPLIED, Outcome.ALREADY_APPLIED)
    assert [each.outcome for each in world.backend().runs()] == [
        RunOutcome.PARTIAL,
        RunOutcome.APPLIED,
    ]
    assert len(list(world.backend().events())) == len(DESIRED)
    assert world.audit().is_intact


def test_an_interrupt_ends_after_the_operation_in_hand_and_is_gone_on_from(world):
    plan, told_steps = world.plan(DESIRED), []

    first = world.apply(
        plan, DESIRED, report=told_steps.append, interrupted=lambda: len(told_steps) > 0
    )
    second = world.apply(plan, DESIRED)

    statuses = [each.status for each in first.run.operations]
    assert first.outcome is Outcome.INTERRUPTED
    assert statuses == [StepStatus.DONE] + [StepStatus.PENDING] * 3
    assert {each.note for each in first.run.operations[1:]} == {"interrupted"}
    assert len(second.run.operations) == 3
    assert world.audit().is_intact


@pytest.fixture
def half_way(world):
    """A plan of which one operation is done when it is killed, and its world."""
    world.reach(DATA)
    desired = tree(DATA, OTHER, TEAM)
    plan = world.plan(desired)
    moment = 1
    while not stopped_between(world):
        assert killed_at(moment, lambda: world.apply(plan, desired)) == KILLED
        moment += 6
    return plan, desired


def stopped_between(world):
    journal = world.folder / "state" / "folder" / "prod" / "journal.jsonl"
    return journal.exists() and '"done"' in journal.read_text()


def test_a_killed_run_keeps_other_plans_away_and_says_how_to_end_it(world, half_way):
    plan, desired = half_way
    other = tree(*desired.values(), MODEL)

    with pytest.raises(OpenRunError) as caught:
        world.apply(world.plan(other), other)
    done = world.apply(plan, desired)

    assert caught.value.exit_code == 11
    run_id = f"2-{plan.digest[7:19]}"
    assert run_id in caught.value.message
    assert f"mlspec state abandon {run_id}" in caught.value.hint
    assert "mlspec apply" in caught.value.hint
    assert done.run.run_id == run_id
    assert world.apply(world.plan(other), other).outcome is Outcome.APPLIED
    assert world.audit().is_intact


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_journal_that_was_cut_off_in_its_last_line_is_read(world, half_way, cut):
    plan, desired = half_way
    journal = world.folder / "state" / "folder" / "prod" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-cut])

    assert world.apply(plan, desired).outcome is Outcome.APPLIED
    assert world.audit().is_intact


def test_a_journal_holds_no_value_of_any_spec(world):
    canary = wanted("Dataset", "secret", {"note": "canary-5f3a"})
    world.reach(DATA)
    plan = world.plan(tree(DATA, canary, OTHER))
    moment = 1
    while not stopped_between(world):
        killed_at(moment, lambda: world.apply(plan, tree(DATA, canary, OTHER)))
        moment += 6

    journal = world.folder / "state" / "folder" / "prod" / "journal.jsonl"
    assert "canary" not in journal.read_text()
