"""Undoing a run is an ordinary plan, made from what the registry holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import CONTEXT, record, registered, tree, wanted

from mlspec.errors import RegistryUnavailableError, UsageError
from mlspec.planning import Action, BlockCode, EvidenceEntry, Scope, ScopeMode, make_plan
from mlspec.planning.revert import evidence_for, require_whole, revert_objects, undos_of
from mlspec.state import Event, Lifecycle

RUN = "7-abc"
DATA = wanted("Dataset", "census", {"rows": 10})


def model(name, **spec):
    return wanted(
        "Model", name, {"data": {"training": ["census"]}} | spec, references=["dataset/census"]
    )


A, B, C = (model("screen", purpose=each) for each in "abc")
OTHER = model("triage", purpose="a")
UID = record(A).uid


def event(action, address, pre="", post="", *, sequence=2, run=RUN, **facts):
    """Return an event of one object; `was` is the lifecycle that the event before left."""
    predicate = {
        "action": action,
        "address": address,
        "uid": UID,
        "pre": pre,
        "post": post,
        "run": run,
        "lifecycle": "live",
    } | facts
    digest = f"sha256:{address}-{sequence}"
    before = f"sha256:{facts.get('previousAddress', address)}-{sequence - 1}"
    return Event(address, sequence, before if pre else "", {"predicate": predicate}, digest)


def first(address="model/screen", lifecycle="live"):
    return event("create", address, sequence=1, run="1-first", lifecycle=lifecycle)


def reverted(events, *now, **changes):
    """Return the plan that undoes the run of the events in a registry that holds these records."""
    snapshot = registered(record(DATA), *now)
    bodies = {each.digest: each.body for each in (A, B, C, OTHER)}
    context = replace(CONTEXT, scope=Scope(ScopeMode.REVERT, reverts=RUN), **changes)
    undone = revert_objects(undos_of(events, RUN), snapshot, bodies, context)
    require_whole(undone)
    return make_plan(undone.desired, snapshot, undone.context)


def told(plan):
    return [
        (each.action, each.previous, each.address, each.pre, each.post, each.reason)
        for each in plan.operations
    ]


def only(plan):
    (operation,) = plan.operations
    return operation


def test_an_update_goes_back_to_the_body_of_before():
    plan = reverted([first(), event("update", A.address, A.digest, B.digest)], record(B))

    assert told(plan) == [(Action.UPDATE, "", A.address, B.digest, A.digest, "reverted")]
    assert [(each.path, each.old, each.new) for each in only(plan).changes] == [
        ("spec.purpose", "b", "a")
    ]
    assert plan.scope == Scope(ScopeMode.REVERT, ("model/screen",), RUN)
    assert plan.scope.is_partial


def test_what_was_created_is_retired_and_never_deleted():
    plan = reverted([event("create", A.address, "", A.digest, sequence=1)], record(A))

    assert told(plan) == [(Action.RETIRE, "", A.address, A.digest, A.digest, "reverted")]


def test_what_was_retired_comes_back():
    retired = event("retire", A.address, A.digest, A.digest, lifecycle="retired")

    plan = reverted([first(), retired], record(A, Lifecycle.RETIRED))

    assert told(plan) == [(Action.UPDATE, "", A.address, A.digest, A.digest, "reverted")]


def test_what_was_restored_is_retired_again():
    restored = event("update", A.address, A.digest, A.digest)

    plan = reverted([first(lifecycle="retired"), restored], record(A))

    assert only(plan).action is Action.RETIRE


def test_what_was_deleted_is_created_from_the_body_that_is_kept():
    plan = reverted([first(), event("delete", A.address, A.digest)])

    assert told(plan) == [(Action.CREATE, "", A.address, "", A.digest, "reverted")]


def test_what_was_renamed_goes_back_with_its_identity():
    renamed = event("rename", OTHER.address, A.digest, OTHER.digest, previousAddress=A.address)

    plan = reverted([first(), renamed], record(OTHER, uid=UID))

    assert told(plan) == [
        (Action.RENAME, OTHER.address, A.address, OTHER.digest, A.digest, "reverted")
    ]
    assert only(plan).uid == UID


def test_what_was_forgotten_is_adopted_and_what_was_adopted_is_forgotten():
    forgotten = event("forget", A.address, A.digest, A.digest, lifecycle="forgotten")
    adopted = event("adopt", A.address, A.digest, A.digest)

    back = reverted([first(), forgotten], record(A, Lifecycle.FORGOTTEN))
    away = reverted([first(lifecycle="forgotten"), adopted], record(A))

    assert only(back).action is Action.ADOPT
    assert only(away).action is Action.FORGET


def test_later_changes_are_shown_against_what_is_there_now():
    plan = reverted([first(), event("update", A.address, A.digest, B.digest)], record(C))

    assert [(each.old, each.new) for each in only(plan).changes] == [("c", "a")]


def test_what_moved_since_is_followed_by_its_identity():
    plan = reverted(
        [first(), event("update", A.address, A.digest, B.digest)], record(OTHER, uid=UID)
    )

    assert told(plan)[0][:3] == (Action.RENAME, OTHER.address, A.address)


def test_an_address_that_another_resource_has_taken_since_is_shown_as_blocked():
    events = [first(), event("update", A.address, A.digest, B.digest)]

    plan = reverted(events, record(OTHER, uid=UID), record(C, uid="another"))

    assert only(plan).blocked.code is BlockCode.ADDRESS_TAKEN


def test_an_object_that_was_created_and_is_gone_leaves_its_address_to_others():
    created = event("create", A.address, "", A.digest, sequence=1)

    assert not reverted([created], record(B, uid="another")).has_changes


def test_what_is_already_as_before_needs_nothing():
    events = [first(), event("update", A.address, A.digest, B.digest)]

    assert not reverted(events, record(A)).has_changes


def test_the_guard_holds_against_a_revert_too():
    created = event("create", A.address, "", A.digest, sequence=1)

    plan = reverted([created], record(A, protect=True))

    assert only(plan).blocked.code is BlockCode.PROTECTED


def test_moves_and_removals_of_the_specs_say_nothing():
    from mlspec.planning import Move, Removal

    plan = reverted(
        [first(), event("update", A.address, A.digest, B.digest)],
        record(B),
        moves=(Move(A.address, OTHER.address),),
        removals=(Removal(DATA.address, Action.DELETE, "no longer used"),),
    )

    assert [each.address for each in plan.operations] == [A.address]


def test_nothing_is_left_to_refer_to_what_is_gone():
    created = event("create", "dataset/census", "", DATA.digest, sequence=1, uid=record(DATA).uid)

    with pytest.raises(UsageError, match="can't be reverted alone") as caught:
        reverted([created], record(A))

    assert caught.value.details == ("`model/screen` refers to `dataset/census`",)


def test_a_body_that_is_lost_is_told():
    with pytest.raises(RegistryUnavailableError, match="has lost the body"):
        reverted([first(), event("update", A.address, "sha256:lost", B.digest)], record(B))


def test_other_runs_of_the_same_chain_are_left():
    events = [first(), event("update", A.address, A.digest, B.digest, run="5-other")]

    assert undos_of(events, RUN) == ()


def test_evidence_counts_where_model_and_references_are_those_of_the_checkout():
    known = {A.address: EvidenceEntry(A.address, "present", "pass")}
    other = wanted("Dataset", "census", {"rows": 11})

    assert evidence_for(tree(A, DATA), tree(A, DATA), known) == known
    assert evidence_for(tree(B, DATA), tree(A, DATA), known) == {}
    assert evidence_for(tree(A, DATA), tree(A, other), known) == {}
