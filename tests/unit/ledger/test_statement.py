"""What an event says, and whether the registry agrees with it."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from mlspec.ledger import (
    Applied,
    ApplyFacts,
    apply_statement,
    link,
    verify_objects,
    verify_position,
    verify_runs,
)
from mlspec.state import ObjectRecord, RunRecord, Snapshot

FACTS = ApplyFacts(
    run_id="2-abc",
    plan_digest="sha256:p",
    spec_digest="sha256:s",
    environment="prod",
    lineage="L1",
    serial=2,
    actor="ana",
    at="2026-01-02T03:04:05Z",
)
CREATED = Applied("model/a", "create", "u1", 1, "", "sha256:aa")
UPDATED = Applied("model/a", "update", "u1", 2, "sha256:aa", "sha256:bb")


def events(*operations):
    made = []
    for number, each in enumerate(operations, start=1):
        previous = made[-1].digest if made else ""
        made.append(link(previous, number, apply_statement(FACTS, [each])))
    return made


def test_the_statement_is_in_toto():
    assert apply_statement(FACTS, [UPDATED]) == snapshot(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": "model/a", "digest": {"sha256": "bb"}}],
            "predicateType": "https://mlspec.dev/apply/v1",
            "predicate": {
                "type": "apply",
                "run": "2-abc",
                "plan": "sha256:p",
                "specs": "sha256:s",
                "environment": "prod",
                "lineage": "L1",
                "serial": 2,
                "actor": "ana",
                "at": "2026-01-02T03:04:05Z",
                "operations": [
                    {
                        "address": "model/a",
                        "action": "update",
                        "uid": "u1",
                        "revision": 2,
                        "pre": "sha256:aa",
                        "post": "sha256:bb",
                    }
                ],
            },
        }
    )


def test_a_registry_that_is_as_told_has_no_problems():
    record = ObjectRecord("model/a", "u1", 2, "sha256:bb")

    assert verify_objects(events(CREATED, UPDATED), {"model/a": record}) == ()


def test_objects_changed_behind_the_ledger_are_named():
    changed = {
        "model/a": ObjectRecord("model/a", "u1", 2, "sha256:cc"),
        "model/b": ObjectRecord("model/b", "u2", 1, "sha256:bb"),
    }

    told = events(CREATED, UPDATED, Applied("model/c", "create", "u3", 1, "", "sha256:cc"))

    assert [(each.sequence, each.what) for each in verify_objects(told, changed)] == snapshot(
        [
            (2, "`model/a` was changed after it without an event"),
            (0, "`model/b` is in the registry, but no event wrote it"),
            (3, "`model/c` was written by it, but is not in the registry"),
        ]
    )


def test_an_event_that_says_nothing_about_objects_is_no_problem():
    assert verify_objects([link("", 1, {"predicate": {"operations": [7]}})], {}) == ()
    assert verify_objects([link("", 1, {"note": "x"})], {}) == ()


def test_a_body_that_is_not_the_one_of_its_digest_is_named():
    swapped = ObjectRecord("model/a", "u1", 2, "sha256:bb", body={"metadata": {"name": "b"}})

    assert [
        each.what for each in verify_objects(events(CREATED, UPDATED), {"model/a": swapped})
    ] == ["`model/a` was changed after it without an event"]


RUN = RunRecord("2-abc", "sha256:p", "prod", 2, "ana", "2026-01-02T03:04:05Z", ())


def test_a_history_that_is_as_told_has_no_problems():
    assert verify_runs(events(CREATED), [RUN]) == ()


def test_a_history_that_was_rewritten_is_named():
    told = events(CREATED)
    invented = replace(RUN, run_id="3-abc")

    assert [each.what for each in verify_runs(told, [replace(RUN, actor="mallory")])] == [
        "the history of its run `2-abc` was changed without an event"
    ]
    assert [each.what for each in verify_runs(told, [invented])] == [
        "the history has lost its run `2-abc`",
        "the history has a run `3-abc`, but no event tells it",
    ]


def test_counters_that_run_ahead_of_the_newest_event_are_named():
    chain = events(CREATED, UPDATED)
    sound = Snapshot("prod", "L1", 2, chain[-1].digest, sequence=2)

    assert verify_position(chain, sound) == ()
    assert verify_position([], Snapshot("prod", "", 0, "")) == ()
    assert [each.what for each in verify_position(chain, replace(sound, serial=99))] == [
        "the registry says serial 99, but the events end at 2"
    ]
    assert [each.what for each in verify_position(chain, replace(sound, sequence=7))] == [
        "the registry says newest event 7, but the events end at 2"
    ]
