"""The chain names what was done to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from mlspec.ledger import GENESIS, link, verify
from mlspec.state import Event


def chain(length=5):
    events = []
    for number in range(1, length + 1):
        previous = events[-1].digest if events else GENESIS
        events.append(link(previous, number, {"n": number}))
    return events


def said(events, head):
    return [(each.sequence, each.what) for each in verify(events, head)]


def test_a_whole_chain_has_no_problems():
    events = chain()

    assert verify(events, events[-1].digest) == ()
    assert verify([], GENESIS) == ()


def test_a_link_is_reproducible_with_sha256sum():
    event = link("", 1, {"b": 1, "a": "é"})

    assert event.digest == snapshot(
        "sha256:3a321c8c67270af4be00b5e67b8637c636fa255f6433e062c499d4f0bd3a50cf"
    )


def test_an_edited_event_is_named():
    events = chain()
    events[2] = replace(events[2], body={"n": 33})

    assert said(events, events[-1].digest) == snapshot(
        [(3, "its content does not match its digest: it was edited")]
    )


def test_an_edited_event_with_a_new_digest_is_named_by_the_next_one():
    events = chain()
    events[2] = link(events[1].digest, 3, {"n": 33})

    assert said(events, events[-1].digest) == snapshot(
        [(4, "it does not follow event 3: one of them was replaced or inserted")]
    )


def test_an_edited_newest_event_with_a_new_digest_is_named_by_the_head():
    events = chain()
    head = events[-1].digest
    events[-1] = link(events[-2].digest, 5, {"n": 55})

    assert [sequence for sequence, _what in said(events, head)] == [5]


def test_removed_events_are_named():
    events = chain()

    assert said([events[0], *events[3:]], events[-1].digest) == snapshot(
        [(4, "events 2 to 3 are missing before it")]
    )
    assert said(events[1:], events[-1].digest) == snapshot([(2, "event 1 is missing before it")])


def test_a_removed_event_with_renumbered_followers_is_named():
    events = chain()
    moved = [replace(each, sequence=each.sequence - 1) for each in events[2:]]

    assert said([events[0], *moved], events[-1].digest) != []


def test_reordered_events_are_named():
    events = chain()
    events[1], events[2] = events[2], events[1]

    assert said(events, events[-1].digest) == snapshot(
        [
            (3, "event 2 is missing before it"),
            (2, "it stands where event 4 belongs"),
            (4, "event 3 is missing before it"),
        ]
    )


def test_an_inserted_event_is_named():
    events = chain()
    events.insert(2, link(events[1].digest, 3, {"n": "new"}))

    assert said(events, events[-1].digest) == snapshot([(3, "it stands where event 4 belongs")])


def test_a_cut_tail_is_named():
    events = chain()

    assert said(events[:3], events[-1].digest) == snapshot(
        [
            (
                3,
                "the end was cut off or replaced: the head is `sha256:0de507cb6439...`",
            )
        ]
    )
    assert said([], events[-1].digest) == snapshot(
        [
            (
                0,
                "the end was cut off or replaced: the head is `sha256:0de507cb6439...`",
            )
        ]
    )


CHANGES = st.sampled_from(["remove", "swap", "body", "previous", "digest", "sequence", "insert"])


@settings(deadline=None)
@given(CHANGES, st.integers(0, 5), st.integers(2, 6))
def test_any_one_change_is_found(change, at, length):
    events = chain(length)
    head, at = events[-1].digest, at % length
    event = events[at]
    match change:
        case "remove":
            del events[at]
        case "swap":
            other = (at + 1) % length
            events[at], events[other] = events[other], event
        case "insert":
            events.insert(at, event)
        case "body":
            events[at] = replace(event, body={"n": -1})
        case "sequence":
            events[at] = replace(event, sequence=event.sequence + 1)
        case _:
            events[at] = replace(event, **{change: "sha256:0"})

    assert verify(events, head)


@pytest.mark.parametrize("body", [{"n": 1.0}, {"n": True}, {"n": "1"}, {"m": 1}])
def test_bodies_that_differ_have_other_digests(body):
    assert link("", 1, {"n": 1}).digest != link("", 1, body).digest
    assert isinstance(link("", 1, body), Event)
