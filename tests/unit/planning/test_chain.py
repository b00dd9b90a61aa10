"""An address is followed through renames: back to what it was, and on to what it is now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import STAMP, World, wanted

from mlspec.planning import history_view
from mlspec.planning.audit import audit_log, audit_show
from mlspec.planning.state_edit import Editor

A, B, C = "dataset/a", "dataset/b", "dataset/c"
FIRST = wanted("Dataset", "a", {"rows": 10})


@pytest.fixture
def live(tmp_path):
    world = World(tmp_path / "live")
    world.reach(FIRST)
    return world


def at(day):
    return f"2026-02-{day:02}T00:00:00+00:00"


def move(world, day, previous, address):
    stamp = replace(STAMP, at=at(day))
    Editor(world.backend(), world.context, stamp, "because").move(previous, address)


def log(world, address):
    return [(each.event.address, each.action) for each in audit_log(world.backend(), address)]


def test_every_name_of_an_object_leads_to_all_that_was_done_to_it(live):
    move(live, 1, A, B)
    move(live, 2, B, C)

    backend, whole = live.backend(), [(A, "create"), (B, "rename"), (C, "rename")]
    for address in (A, B, C):
        assert whole == log(live, address)
        assert [*backend.runs()] == [*history_view(backend, address).runs]
    for address in (A, B, C):
        now, then = (audit_show(backend, address, at(day)) for day in (3, 1))
        assert (C, at(2)) == (now.known_as, now.newest.at)
        assert (B, at(1)) == (then.known_as, then.newest.at)
        assert now.is_live


def test_an_object_that_gets_its_name_back_is_followed_in_a_circle(live):
    move(live, 1, A, B)
    move(live, 2, B, A)

    whole = [(A, "create"), (B, "rename"), (A, "rename")]
    assert whole == log(live, A) == log(live, B)
    assert A == audit_show(live.backend(), B, at(3)).known_as


def test_an_address_that_another_object_got_since_is_of_that_one(live):
    move(live, 1, A, B)
    live.reach(wanted("Dataset", "a", {"rows": 1}), wanted("Dataset", "b", {"rows": 10}))

    assert log(live, A)[-1] == (A, "create")
    assert log(live, B) == [(A, "create"), (B, "rename"), (B, "update")]
    assert A == audit_show(live.backend(), A, at(3)).known_as
    assert B == audit_show(live.backend(), B, at(3)).known_as
