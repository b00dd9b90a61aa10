"""Whatever is done to a ledger is found, and named where it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ledger.ledgers import Change, Ledger
from tests.unit.ledger.ledgers import record as record_of

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.ledger import (
    UNREADABLE_BODY,
    Approval,
    Strength,
    read_run_statement,
    verify_chains,
    verify_checkpoints,
    verify_heads,
    verify_objects,
    verify_runs,
    verify_signatures,
    verify_statements,
)
from mlspec.state import BreakGlass, Head, Lifecycle, Statement


def record(address="model/churn", revision=1, text=""):
    body = {"kind": "Model", "metadata": {"name": address}, "spec": {"n": revision, "text": text}}
    return record_of(address, body, uid=f"u-{address}", revision=revision)


def book(runs=3, addresses=("model/a", "model/b")):
    made = Ledger()
    for number in range(1, runs + 1):
        made.apply(*(record(each, number) for each in addresses))
    return made


def problems(made):
    snapshot = made.state
    return (
        *verify_chains(made.events, made.checkpoints),
        *verify_checkpoints(made.checkpoints, snapshot),
        *verify_statements(made.events, made.checkpoints, made.runs, made.statements),
        *verify_objects(made.events, snapshot.objects, made.bodies()),
        *verify_runs(made.runs, made.statements, snapshot),
    )


def chains(made, events):
    return [(each.where, each.what) for each in verify_chains(events, made.checkpoints)]


def resealed(event, **changes):
    """Return an event that says something else, with the digest of what it says."""
    body = {**event.body, "predicate": {**event.body["predicate"], **changes}}
    return replace(event, body=body, digest=digest_bytes(canonical_json(body)))


def test_a_whole_ledger_has_no_problems():
    assert problems(book()) == ()
    assert problems(Ledger()) == ()


def test_the_digest_of_an_event_is_that_of_its_bytes():
    for each in book().events:
        assert each.digest == digest_bytes(canonical_json(each.body))
        assert each.previous == each.body["predicate"]["previous"]


def test_an_edited_event_is_named():
    made = book()
    edited = replace(made.events[1], body={**made.events[1].body, "predicateType": "other"})

    assert chains(made, [made.events[0], edited, *made.events[2:]]) == [
        ("`model/a` event 2", "its content does not match its digest: it was edited")
    ]


def test_an_event_that_was_edited_and_sealed_again_is_named():
    made = book()
    forged = resealed(made.events[1], actor="mallory")

    found = chains(made, [made.events[0], forged, *made.events[2:]])

    assert (
        "`model/a` event 2",
        "it is another one than its checkpoint names: it was replaced",
    ) in found
    assert "`model/a` event 3" in [where for where, _what in found]


def test_a_removed_event_is_named():
    made = book()

    found = chains(made, [made.events[0], *made.events[2:]])

    assert ("`model/a` event 2", "it is missing") in found


def test_a_chain_whose_end_was_cut_off_is_named():
    made = book()

    assert chains(made, [*made.events[:2], *made.events[3:]]) == [
        ("`model/a` event 3", "it is missing: the end was cut off")
    ]


def test_a_chain_that_was_taken_away_whole_is_named():
    made = book(runs=1)

    assert chains(made, made.events[1:]) == [
        ("`model/a` event 1", "it is missing: the end was cut off")
    ]


def test_an_event_that_no_run_wrote_is_named():
    made = book()
    other = book(runs=4)
    added = [each for each in other.events if each.sequence == 4]

    found = chains(made, sorted([*made.events, *added], key=lambda e: (e.address, e.sequence)))

    assert ("`model/a` event 4", "no checkpoint knows it: it was added without a run") in found


def test_a_renamed_object_goes_on_with_its_chain():
    made = book(addresses=("model/a",))
    made.apply(Change(record("model/new", 4), "rename", previous="model/a")).apply(
        record("model/new", 5)
    )

    assert problems(made) == ()
    assert [(each.address, each.sequence) for each in made.events][-2:] == [
        ("model/new", 4),
        ("model/new", 5),
    ]


def test_an_address_that_is_used_again_after_a_rename_keeps_all_its_events():
    made = book(runs=5, addresses=("model/b",)).apply(record("model/a", 1))
    del made.objects["model/b"]
    made.objects["model/b"] = record("model/b", 5)
    made.apply(Change(record("model/b", 2, "renamed"), "rename", previous="model/a"))

    assert [each.sequence for each in made.events if each.address == "model/b"] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    assert verify_chains(made.events, made.checkpoints) == ()


def test_a_removed_checkpoint_is_named():
    made = book()
    del made.checkpoints[1]

    found = [each.what for each in verify_checkpoints(made.checkpoints, made.state)]

    assert "1 checkpoint is missing before it" in found


def test_checkpoints_whose_end_was_cut_off_are_named_by_the_registry():
    made = book()
    snapshot = made.state

    (found, _serial) = verify_checkpoints(made.checkpoints[:-1], snapshot)

    assert found.where == "checkpoint 2"
    assert "cut off" in found.what


def test_an_edited_checkpoint_is_named():
    made = book()
    body = {**made.checkpoints[1].body, "predicate": {}}
    edited = replace(made.checkpoints[1], body=body)

    found = verify_checkpoints([made.checkpoints[0], edited, made.checkpoints[2]], made.state)

    assert ("checkpoint 2", "its content does not match its digest: it was edited") in [
        (each.where, each.what) for each in found
    ]


def test_signatures_may_begin_but_not_end():
    made = book()
    signed = [
        made.checkpoints[0],
        replace(made.checkpoints[1], signature="good"),
        made.checkpoints[2],
    ]

    def reason(checkpoint):
        return None if checkpoint.signature == "good" else "it is for another text"

    assert verify_signatures(made.checkpoints, reason) == ()
    assert [each.where for each in verify_signatures(signed, reason)] == ["checkpoint 3"]
    assert 3 == len(verify_signatures(made.checkpoints, reason, required=True))


def test_a_signature_that_does_not_count_is_named_with_its_reason():
    made = book(runs=1)
    swapped = [replace(made.checkpoints[0], signature="another")]

    (found,) = verify_signatures(swapped, lambda _checkpoint: "it is for another text")

    assert found.what == "its signature does not count: it is for another text"


def test_a_statement_that_is_gone_or_edited_is_named():
    made = book()
    digest = made.runs[1].statement
    gone = {key: each for key, each in made.statements.items() if key != digest}
    edited = made.statements | {digest: Statement(digest, "{}")}

    (lost,) = verify_statements(made.events, made.checkpoints, made.runs, gone)
    (altered,) = verify_statements(made.events, made.checkpoints, made.runs, edited)

    assert (lost.where, lost.what.endswith("is gone")) == ("run 2-ab", True)
    assert altered.what == "its content was edited"


def test_an_approval_that_a_run_rests_on_and_that_is_gone_is_named():
    text = '{"who":"ana"}'
    kept = Statement(digest_bytes(text.encode()), text, "signature")
    approval = Approval("ana", "sre", Strength.SIGNED, "sha256:aa", "sha256:bb", kept.digest)
    made = Ledger().apply(record(), approvals=(approval,), kept=(kept,))

    assert problems(made) == ()
    del made.statements[kept.digest]
    assert ["run 1-ab"] == [each.where for each in problems(made)]


@pytest.mark.parametrize(
    "changes",
    [
        {"revision": 9},
        {"uid": "other"},
        {"protect": True},
        {"lifecycle": Lifecycle.RETIRED},
        {"digest": "sha256:other"},
    ],
    ids=str,
)
def test_an_object_that_was_changed_behind_the_ledger_is_named(changes):
    made = book()
    made.objects["model/a"] = replace(made.objects["model/a"], **changes)

    (found,) = problems(made)

    assert "`model/a` was changed after it without an event" == found.what


def test_an_object_that_was_added_or_taken_behind_the_ledger_is_named():
    made = book()
    made.objects["model/c"] = record("model/c")
    del made.objects["model/a"]

    assert ["`model/a` event 3", "`model/c`"] == [each.where for each in problems(made)]


@pytest.mark.parametrize(
    "changes",
    [{"actor": "mallory"}, {"at": "2020-01-01"}, {"plan_digest": "sha256:zz"}, {"operations": ()}],
    ids=str,
)
def test_a_history_that_was_changed_is_named(changes):
    made = book()
    made.runs[1] = replace(made.runs[1], **changes)

    assert ["run 2-ab"] == [each.where for each in problems(made)]


def test_a_serial_that_was_set_back_is_named():
    made = book()
    snapshot = replace(made.state, serial=1)

    found = (
        *verify_runs(made.runs, made.statements, snapshot),
        *verify_checkpoints(made.checkpoints, snapshot),
    )

    assert 2 == len(found)


def test_a_run_statement_reads_back_as_it_was_made():
    approval = Approval(
        "ana", "sre", Strength.HOST, "sha256:aa", "sha256:bb", "sha256:cc", "t", "c"
    )
    glass = BreakGlass("sre", "the site is down")
    made = Ledger().apply(record(), approvals=(approval,), break_glass=glass, reverts="1-ab")
    statement = made.statements[made.runs[0].statement]

    found = read_run_statement(statement)

    assert (found.approvals, found.break_glass, found.reverts) == ((approval,), glass, "1-ab")


@given(st.data())
def test_any_single_harm_to_the_events_is_found(data):
    made = book(runs=4)
    events = list(made.events)
    place = data.draw(st.integers(0, len(events) - 1))
    harm = data.draw(st.sampled_from(["remove", "edit", "reseal", "double", "swap"]))
    if harm == "remove":
        del events[place]
    elif harm == "edit":
        events[place] = replace(events[place], digest="sha256:" + "0" * 64)
    elif harm == "reseal":
        events[place] = resealed(events[place], actor="mallory")
    elif harm == "double":
        events.insert(place, events[place])
    else:
        other = (place + 1) % len(events)
        events[place], events[other] = (
            replace(events[place], body=events[other].body),
            replace(events[other], body=events[place].body),
        )

    if harm == "double":
        assert {each.digest for each in events} == {each.digest for each in made.events}
    else:
        assert verify_chains(events, made.checkpoints)


def test_a_body_that_was_altered_is_named_as_one_that_is_lost():
    made = book()
    made.objects["model/a"] = replace(made.objects["model/a"], body={"kind": "Other"})

    assert [("`model/a`", UNREADABLE_BODY)] == [(each.where, each.what) for each in problems(made)]


def other_head(head):
    return replace(head, digest="sha256:" + "0" * 64)


HEADS = {
    "removed": (lambda heads: heads.pop("model/a"), "it was removed: the chain ends at event 3"),
    "altered": (
        lambda heads: heads.update({"model/a": other_head(heads["model/a"])}),
        "it was altered: it names event 3",
    ),
    "older": (
        lambda heads: heads.update({"model/a": Head(2, heads["model/a"].digest)}),
        "it was altered: it names event 2",
    ),
    "added": (
        lambda heads: heads.update({"model/z": heads["model/a"]}),
        "it was added: it names event 3",
    ),
}


@pytest.mark.parametrize(("harm", "what"), HEADS.values(), ids=HEADS)
def test_a_stored_head_that_is_not_that_of_its_chain_is_named(harm, what):
    made = book()
    heads = made.heads()
    assert () == verify_heads(heads, made.events, made.checkpoints)

    harm(heads)

    (found,) = verify_heads(heads, made.events, made.checkpoints)
    assert found.where in {"head of `model/a`", "head of `model/z`"}
    assert found.what.startswith(what)


def test_a_head_that_was_cut_off_together_with_its_chain_is_found_by_the_chain():
    """Whichever of chain and checkpoints is believed: the problem is told once, at the event."""
    made = book()
    events = [x for x in made.events if (x.address, x.sequence) != ("model/a", 3)]
    heads = {x.address: Head(x.sequence, x.digest) for x in events}

    assert () == verify_heads(heads, events, made.checkpoints)
    assert [("`model/a` event 3", "it is missing: the end was cut off")] == chains(made, events)


def test_a_body_that_is_lost_and_a_lineage_that_was_changed_are_named():
    made = book()
    made.lose(made.objects["model/a"].digest)
    elsewhere = replace(made.snapshot(), lineage="L2")

    assert [("`model/a`", UNREADABLE_BODY)] == [(each.where, each.what) for each in problems(made)]
    (found,) = verify_checkpoints(made.checkpoints, elsewhere)
    assert "lineage" in found.what
