"""Edits of state are runs: recorded like any other, and they can end one that was killed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from tests.contract.plugin.acme.folder import FolderRegistry
from tests.unit.planning.kills import KILLED, killed_at, moments
from tests.unit.planning.worlds import STAMP, World, tree, wanted

from mlspec.errors import TamperedPlanError, UsageError
from mlspec.planning import Action, Move, Removal, history_view
from mlspec.planning.audit import audit_log
from mlspec.planning.drift import drift
from mlspec.planning.recorded import recorded_objects
from mlspec.planning.state_edit import Editor
from mlspec.state import Lifecycle, RunOutcome

DATA = wanted("Dataset", "census", {"rows": 10})
OTHER = wanted("Dataset", "other", {"rows": 1})
BASE = (DATA, OTHER, wanted("Dataset", "moved", {"rows": 1}), wanted("Dataset", "gone", {}))
NEW = tree(
    wanted("Dataset", "census", {"rows": 11}),
    wanted("Dataset", "here", {"rows": 2}),
    wanted("Dataset", "new", {"rows": 3}),
)


def open_folder(place, environment):
    return FolderRegistry(place, environment)


@pytest.fixture(params=["embedded", "folder"])
def live(request, tmp_path):
    """A registry with something in it, of either sort of backend."""
    world = World(tmp_path / "live")
    world = world if request.param == "embedded" else replace(world, opens=open_folder)
    world.reach(*BASE)
    return world


def editor(world, **changes):
    return replace(Editor(world.backend(), world.context, STAMP, "because"), **changes)


def drifts(world):
    backend = world.backend()
    recorded = recorded_objects(backend.events())
    bodies = backend.bodies({each.record.digest for each in recorded.values()})
    return list(drift(recorded, backend.observe(), bodies))


def assert_sound(world):
    assert world.audit().problems == ()
    assert drifts(world) == []


def test_a_move_goes_on_with_the_chain_of_the_object(live):
    before = live.backend().observe().objects[DATA.address]

    edited = editor(live).move(DATA.address, "dataset/renamed")

    after = live.backend().observe().objects["dataset/renamed"]
    assert (before.uid, before.revision + 1, before.body) == (
        after.uid,
        after.revision,
        after.body,
    )
    (event,) = live.backend().events("dataset/renamed")
    assert 2 == event.sequence
    assert ["rename"] == [each.action for each in edited.changes]
    assert_sound(live)


def test_a_move_to_an_address_that_had_a_longer_chain_goes_on_above_both(live):
    for rows in (2, 3):
        live.reach(*BASE[:1], *BASE[2:], wanted("Dataset", "other", {"rows": rows}))
    removal = Removal(OTHER.address, Action.DELETE, "asked for")
    asked = replace(live, context=replace(live.context, removals=(removal,)))
    asked.reach(*BASE[:1], *BASE[2:])

    editor(live).move(DATA.address, OTHER.address)

    chain = [each.sequence for each in live.backend().events(OTHER.address)]
    assert [1, 2, 3, 4, 5] == chain
    assert_sound(live)


def test_a_forgotten_object_stays_as_it_is(live):
    edited = editor(live).forget(DATA.address)

    after = live.backend().observe().objects[DATA.address]
    assert (Lifecycle.FORGOTTEN, DATA.body) == (after.lifecycle, after.body)
    assert edited.run == list(live.backend().runs())[-1]
    assert_sound(live)
    with pytest.raises(UsageError, match="forgotten already"):
        editor(live).forget(DATA.address)


def test_the_order_is_kept_with_its_reason(live):
    edited = editor(live, reason="the runner died").forget(DATA.address)

    kept = live.backend().statements([edited.run.plan_digest])[edited.run.plan_digest]
    assert '"reason":"the runner died"' in kept.content
    assert '"verb":"forget"' in kept.content
    facts = history_view(live.backend()).facts[edited.run.statement]
    assert ("the runner died", True) == (facts.reason, facts.is_ordered)
    newest = audit_log(live.backend(), DATA.address)[-1]
    assert "the runner died" == newest.told["reason"]


def test_two_edits_with_the_same_words_are_two_runs(live):
    first = editor(live).move(DATA.address, "dataset/renamed").run
    editor(live).move("dataset/renamed", DATA.address)
    again = editor(live).move(DATA.address, "dataset/renamed").run

    assert first.run_id != again.run_id
    assert first.plan_digest != again.plan_digest
    assert_sound(live)


def test_edits_of_a_ledger_with_signed_checkpoints_are_signed(live):
    editor(live, sign=lambda _checkpoint: "signed").forget(DATA.address)

    with pytest.raises(UsageError, match="signed"):
        editor(live).forget(OTHER.address)
    editor(live, sign=lambda _checkpoint: "signed, too").forget(OTHER.address)
    assert ["", "signed", "signed, too"] == [e.signature for e in live.backend().checkpoints()]


def test_what_was_lost_is_rebuilt_from_the_record(live):
    lost = live.backend().observe().objects[DATA.address]
    strange = replace(live.backend().observe().objects[OTHER.address], address="dataset/strange")
    with live.backend().transaction() as transaction:
        transaction.remove(DATA.address, "by-hand")
        transaction.put(strange)

    edited = editor(live).rebuild()

    assert [(DATA.address, "it was lost")] == [(e.address, e.note) for e in edited.changes]
    assert ("`dataset/strange`: no event wrote it",) == edited.left
    back = live.backend().observe().objects[DATA.address]
    assert lost == replace(back, op_id=lost.op_id)
    assert editor(live).rebuild().changes == ()


def test_heads_of_chains_are_rebuilt_and_the_next_run_follows_them(live):
    with live.backend().transaction() as transaction:
        right = dict(transaction.heads())
        wrong = {**right, "dataset/strange": right[OTHER.address]}
        del wrong[DATA.address]
        wrong[OTHER.address] = replace(right[OTHER.address], digest="sha256:" + "0" * 64)
        transaction.restore_heads(wrong)
        transaction.put(replace(transaction.snapshot().objects[OTHER.address], revision=9))
    if live.opens is open_folder:  # there, events are the heads
        assert [OTHER.address] == [each.address for each in editor(live).rebuild().changes]
        return

    edited = editor(live).rebuild()

    assert [
        (OTHER.address, "rebuild"),
        (DATA.address, "rebuild-head"),
        (OTHER.address, "rebuild-head"),
        ("dataset/strange", "rebuild-head"),
    ] == [(each.address, each.action) for each in edited.changes]
    assert [each.note for each in edited.run.operations] == [e.note for e in edited.changes]
    assert len({each.op_id for each in edited.run.operations}) == len(edited.changes)
    assert right == dict(live.backend().heads())
    assert_sound(live)
    live.reach(wanted("Dataset", "census", {"rows": 11}), *BASE[1:])
    assert_sound(live)
    assert editor(live).rebuild().changes == ()


def test_nothing_is_rebuilt_from_a_ledger_that_was_cut(live):
    """The record is the ground to stand on, so it is verified first."""
    files = (live.folder / "state").rglob("events/dataset/census/*.json")
    for file in files:
        file.unlink()
    database = live.folder / "state" / "registry.db"
    if database.exists():
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("DELETE FROM event WHERE address = 'dataset/census'")
            connection.commit()

    with pytest.raises(TamperedPlanError, match="ledger that was changed") as refused:
        editor(live).rebuild()
    assert any("cut off" in each for each in refused.value.details)


@pytest.fixture
def ready(tmp_path):
    """A registry that can't write all at once, and a plan of several actions."""
    world = World(tmp_path / "ready", opens=open_folder)
    world.reach(*BASE)
    asked = replace(
        world.context,
        moves=(Move("dataset/moved", "dataset/here"),),
        removals=(Removal("dataset/gone", Action.DELETE, "asked for"),),
    )
    return replace(world, context=asked)


def test_a_run_that_was_killed_anywhere_can_be_given_up(ready, tmp_path):
    plan = ready.plan(NEW)

    def copied():
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(ready.folder, tmp_path / "copy")
        return replace(ready, folder=tmp_path / "copy")

    world = copied()
    total = moments(lambda: world.apply(plan, NEW))
    given_up, outcomes = 0, set()
    for moment in range(1, total + 1, 2):
        world = copied()
        assert killed_at(moment, lambda: world.apply(plan, NEW)) == KILLED  # noqa: B023
        with world.backend().transaction() as transaction:
            journal = transaction.journal()
        if journal is None:
            continue
        given_up += 1
        edited = editor(world).abandon(journal.run_id)

        where = f"moment {moment} of {total}"
        outcomes.add(edited.run.outcome)
        facts = history_view(world.backend()).facts[edited.run.statement]
        is_abandoned = edited.run.outcome is RunOutcome.ABANDONED
        # one that was killed while it was recorded stays as its own statement tells it
        assert (facts.reason, facts.is_ordered) == ("because" if is_abandoned else "", False), where
        assert world.audit().problems == (), where
        assert drifts(world) == [], where
        world.apply(world.plan(NEW), NEW)
        live = {
            address: each.body
            for address, each in world.backend().observe().objects.items()
            if each.lifecycle is Lifecycle.LIVE
        }
        assert {each.address: each.body for each in NEW.values()} == live, where
        assert world.audit().problems == (), where
    assert given_up > total / 4
    assert {RunOutcome.ABANDONED, RunOutcome.APPLIED} == outcomes


def test_a_run_that_ended_is_not_given_up(live):
    run = list(live.backend().runs())[-1]

    with pytest.raises(UsageError, match="not stopped half way"):
        editor(live).abandon(run.run_id)
