"""Laws of the ledger: whatever one does to a single record of it is found."""

from __future__ import annotations

from copy import copy
from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.ledger.ledgers import Change, Ledger, record
from tests.unit.planning.test_verification import Opened, approval, reviewed

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.planning.verification import audit_view
from mlspec.state import BreakGlass, Lifecycle, RunOutcome

DIGEST = "sha256:" + "0" * 64
OTHERS = {str: ["", "other", DIGEST], int: [0, 1, 99], bool: [True, False]}


def whole():
    """A ledger with every sort of record."""
    counted, statement = approval("ana@x.org")
    told = {"approvals": (counted,), "kept": [statement], "risk_digest": counted.risk}
    made = Ledger().apply(record("model/a"), record("model/b", protect=True), record("dataset/d"))
    made.apply(record("model/a", {"n": 2}, revision=2), outcome=RunOutcome.PARTIAL, **told)
    made.apply(Change(record("model/b", revision=2), "delete", is_gone=True))
    made.apply(
        Change(record("model/b", {"n": 2}, revision=3), "rename", previous="model/a"),
        record("dataset/d", revision=2, lifecycle=Lifecycle.RETIRED),
        break_glass=BreakGlass("sre", "the site is down"),
    )
    return reviewed(made, "bo", None).apply(record("dataset/new"))


WHOLE = whole()


def copied():
    made = copy(WHOLE)
    made.events, made.checkpoints, made.runs = (
        list(each) for each in (WHOLE.events, WHOLE.checkpoints, WHOLE.runs)
    )
    made.objects, made.statements = dict(WHOLE.objects), dict(WHOLE.statements)
    return made


def problems(made):
    return audit_view(Opened(made), lambda signed: [None] * len(signed)).problems


def other_than(value):
    """Values of the same sort that differ."""
    return st.sampled_from([each for each in OTHERS.get(type(value), ["?"]) if each != value])


def edited(draw, body):
    """Return a body in which one thing that it says is another."""
    told = body["predicate"]
    key = draw(st.sampled_from(sorted(told)))
    return {**body, "predicate": {**told, key: draw(other_than(told[key]))}}


def harm_link(draw, links, place):
    """Edit, remove, replace or seal anew an event or a checkpoint."""
    each = links[place]
    match draw(st.sampled_from(["remove", "edit", "reseal", "digest", "body"])):
        case "remove":
            del links[place]
        case "edit":
            links[place] = replace(each, body=edited(draw, each.body))
        case "reseal":
            body = edited(draw, each.body)
            links[place] = replace(each, body=body, digest=digest_bytes(canonical_json(body)))
        case "digest":
            links[place] = replace(each, digest=DIGEST)
        case _:
            links[place] = replace(each, body={})


def harm_statement(draw, statements, digest):
    each = statements[digest]
    if draw(st.booleans()):
        del statements[digest]
    else:
        at = draw(st.integers(0, len(each.content) - 1))
        content = each.content[:at] + chr(ord(each.content[at]) ^ 1) + each.content[at + 1 :]
        statements[digest] = replace(each, content=content)


def harm_run(draw, runs, place):
    each = runs[place]
    if draw(st.booleans()):
        del runs[place]
        return
    glass = each.break_glass
    others = {
        "operations": [(), (*each.operations, each.operations[0])],
        "outcome": [x for x in RunOutcome if x is not each.outcome],
        "break_glass": [
            BreakGlass("x", "y"),
            *([None, replace(glass, reviewed_by="eve")] if glass else []),
        ],
    }
    name = draw(st.sampled_from([x.name for x in fields(each)]))
    values = st.sampled_from(others[name]) if name in others else other_than(getattr(each, name))
    runs[place] = replace(each, **{name: draw(values)})


def harm_object(draw, objects, address):
    each = objects[address]
    if draw(st.booleans()):
        del objects[address]
        return
    name = draw(st.sampled_from(["uid", "revision", "digest", "protect", "lifecycle", "body"]))
    lifecycles = [x for x in Lifecycle if x is not each.lifecycle]
    others = {"lifecycle": lifecycles, "body": [{"n": 99}, "text", []]}
    values = st.sampled_from(others[name]) if name in others else other_than(getattr(each, name))
    objects[address] = replace(each, **{name: draw(values)})


def test_the_ledger_of_these_laws_is_sound():
    assert () == problems(copied())


@settings(max_examples=400)
@given(st.data())
def test_whatever_is_done_to_one_record_is_found(data):
    made = copied()
    part = data.draw(st.sampled_from(["events", "checkpoints", "statements", "runs", "objects"]))
    held = getattr(made, part)
    place = data.draw(st.sampled_from(sorted(held) if isinstance(held, dict) else range(len(held))))
    harms = {"statements": harm_statement, "runs": harm_run, "objects": harm_object}

    harms.get(part, harm_link)(data.draw, held, place)

    assert problems(made)


@settings(max_examples=100)
@given(st.integers(0, 20), st.sampled_from(["serial", "head"]))
def test_counters_that_were_moved_are_found(serial, name):
    made = copied()
    if name == "serial":
        made.serial = serial
        is_same = serial == WHOLE.serial
    else:
        made.head = replace(made.head, sequence=serial)
        is_same = serial == WHOLE.head.sequence

    assert is_same or problems(made)
