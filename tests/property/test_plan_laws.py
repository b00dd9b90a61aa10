"""Laws of plans: over any bodies, of known kinds and of none."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlspec.canonical import digest_value
from mlspec.errors import ForeignPlanError, TamperedPlanError
from mlspec.planning import (
    Action,
    ChangeDirection,
    Checkout,
    Desired,
    Move,
    Outcome,
    PlanContext,
    Removal,
    Scope,
    ScopeMode,
    Stamp,
    Toolchain,
    apply_plan,
    make_plan,
    read_plan,
    write_plan,
)
from mlspec.planning._lookup import traits_of
from mlspec.planning._moves import sources_of
from mlspec.planning.diff import diff
from mlspec.planning.revert import revert_of
from mlspec.planning.verification import audit_view
from mlspec.registry import Place, open_backend
from mlspec.state import Lifecycle, ObjectRecord, Snapshot

FLIPPED = {
    ChangeDirection.TIGHTENED: ChangeDirection.LOOSENED,
    ChangeDirection.LOOSENED: ChangeDirection.TIGHTENED,
    ChangeDirection.NEUTRAL: ChangeDirection.NEUTRAL,
    ChangeDirection.UNKNOWN: ChangeDirection.UNKNOWN,
}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | NUMBERS | TEXT
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def entries(key, **fields):
    """Lists of objects, each with its own key."""
    names = st.sampled_from(["a", "b", "c"])
    entry = st.fixed_dictionaries({key: names}, optional=fields)
    return st.lists(entry, max_size=3, unique_by=lambda each: each[key])


SPECS = st.fixed_dictionaries(
    {},
    optional={
        "purpose": TEXT,
        "gates": entries(
            "id",
            type=st.sampled_from(["metric-threshold", "champion-challenger"]),
            atLeast=NUMBERS,
            required=st.booleans(),
            decide=st.sampled_from(["point", "bound"]),
        ),
        "monitoring": entries("id", above=NUMBERS, below=NUMBERS, runbook=TEXT),
        "risk": st.fixed_dictionaries({"tier": st.sampled_from(["minimal", "limited", "high"])}),
        "serving": st.fixed_dictionaries(
            {}, optional={"replicas": st.fixed_dictionaries({"minimum": st.integers(0, 9)})}
        ),
        "rollout": st.fixed_dictionaries(
            {"strategy": st.sampled_from(["canary", "blue-green", "shadow"])},
            optional={"abortOnFailure": st.booleans(), "analysis": entries("id", atMost=NUMBERS)},
        ),
        "limitations": st.lists(TEXT, max_size=3),
        "oversight": st.fixed_dictionaries({"mode": st.just("human-in-the-loop")}),
        "bogus": JSON,
    },
)
BODIES = st.builds(
    lambda spec, protect: {"kind": "Model", "metadata": protect, "spec": spec},
    SPECS,
    st.sampled_from([{}, {"labels": {"a": "b"}}]),
)
ADDRESSES = st.sampled_from([f"model/m{number}" for number in range(5)])
CONTEXT = PlanContext("prod", "embedded", Toolchain("sha256:s", "sha256:t"), {"a.yaml": "sha256:1"})
STAMP = Stamp("ana", "2026-01-02T03:04:05+00:00")


def desired_of(bodies):
    return {
        address: Desired(
            address, "Model", body, digest_value(body), references=tuple(set(bodies) - {address})
        )
        for address, body in bodies.items()
    }


# stays in every tree: a plan that would retire everything is refused
ANCHOR = desired_of({"model/anchor": {"kind": "Model", "metadata": {}, "spec": {}}})
TREES = st.dictionaries(ADDRESSES, BODIES, max_size=4).map(lambda each: desired_of(each) | ANCHOR)


def compared(old, new):
    return diff(old, new, traits_of("Model", old, new), lambda _path: "")


@given(JSON)
def test_equal_bodies_have_no_difference(body):
    assert compared(body, json.loads(json.dumps(body))) == ()


@given(JSON | BODIES, JSON | BODIES)
def test_bodies_with_other_digests_have_one(old, new):
    assert bool(compared(old, new)) == (digest_value(old) != digest_value(new))


@given(BODIES | JSON, BODIES | JSON)
def test_the_way_back_flips_every_direction(old, new):
    there = sorted((each.path, each.direction) for each in compared(old, new))
    back = sorted((each.path, FLIPPED[each.direction]) for each in compared(new, old))

    assert there == back


@given(NUMBERS, NUMBERS, st.sampled_from(["atLeast", "atMost"]))
def test_a_threshold_loosens_exactly_when_it_lets_more_through(old, new, bound):
    gate = {"id": "auc", "type": "metric-threshold"}
    changes = compared(
        {"spec": {"gates": [gate | {bound: old}]}}, {"spec": {"gates": [gate | {bound: new}]}}
    )
    lets_more_through = new < old if bound == "atLeast" else new > old

    loosened = [each.direction is ChangeDirection.LOOSENED for each in changes]
    assert loosened == ([] if repr(old) == repr(new) else [lets_more_through])


def registry_in(folder):
    return open_backend("embedded", Place(Path(folder) / "registry.db", Path(folder)), "prod")


def applied(plan, backend, desired, context=CONTEXT):
    return apply_plan(read_plan(write_plan(plan)), backend, Checkout(desired, context), STAMP)


@st.composite
def intents(draw, objects, desired):
    """Say of what left the specs where it moved to, or that it is removed; of some, nothing."""
    gone = sorted({*objects} - {*desired})
    fresh = sorted({*desired} - {*objects})
    moves = [Move(*each) for each in zip(draw(st.permutations(gone)), fresh, strict=False)]
    moves = draw(st.lists(st.sampled_from(moves), unique=True)) if moves else []
    left = sorted({*gone} - {each.previous for each in moves})
    actions = st.sampled_from([None, Action.DELETE, Action.FORGET])
    chosen = [(each, draw(actions)) for each in left]
    removals = [Removal(address, action, "asked for") for address, action in chosen if action]
    return replace(CONTEXT, moves=tuple(moves), removals=tuple(removals), delete_budget=9)


@settings(max_examples=25)
@given(st.lists(TREES, min_size=1, max_size=4), st.data())
def test_applying_a_plan_reaches_what_was_desired_and_leaves_nothing_to_do(trees, data):
    with tempfile.TemporaryDirectory() as folder:
        backend = registry_in(folder)
        for desired in trees:
            before = backend.observe()
            context = data.draw(intents(before.objects, desired))
            plan = make_plan(desired, before, context)
            result = applied(plan, backend, desired, context)
            after = backend.observe()
            live = {
                address: each.body
                for address, each in after.objects.items()
                if each.lifecycle is Lifecycle.LIVE
            }

            assert {address: each.body for address, each in desired.items()} == live
            assert not make_plan(desired, after, context).has_changes
            assert not make_plan(desired, after, CONTEXT).has_changes
            assert audit_view(backend, lambda signed: [None] * len(signed)).is_intact
            for each in context.moves:
                assert after.objects[each.address].uid == before.objects[each.previous].uid
            for each in context.removals:
                kept = after.objects.get(each.address)
                assert (kept and kept.lifecycle) == (
                    None if each.action is Action.DELETE else Lifecycle.FORGOTTEN
                )
            if plan.has_changes:
                again = apply_plan(plan, backend, Checkout({}, CONTEXT), STAMP)
                assert (again.outcome, again.run) == (Outcome.ALREADY_APPLIED, result.run)


def live_in(snapshot):
    return {
        address: (each.body, each.protect)
        for address, each in snapshot.objects.items()
        if each.lifecycle is Lifecycle.LIVE
    }


@settings(max_examples=25)
@given(TREES, TREES, TREES, st.data())
def test_reverting_the_last_run_brings_back_what_was_live_before_it(first, second, third, data):
    with tempfile.TemporaryDirectory() as folder:
        backend = registry_in(folder)
        for desired in (first, second, third):
            before = backend.observe()
            context = data.draw(intents(before.objects, desired))
            result = applied(make_plan(desired, before, context), backend, desired, context)
        assume(result.run is not None)
        after = backend.observe()
        undone = revert_of(backend, result.run.run_id, CONTEXT)
        plan = make_plan(undone.desired, after, undone.context)
        applied(plan, backend, undone.desired, undone.context)
        reverted = backend.observe()

        assert not plan.blocked
        assert live_in(before) == live_in(reverted)
        for address, each in before.objects.items():  # identities come back, unless deleted
            if each.uid in {other.uid for other in after.objects.values()} and address in live_in(
                before
            ):
                assert reverted.objects[address].uid == each.uid
        again = revert_of(backend, result.run.run_id, CONTEXT)
        assert not make_plan(again.desired, reverted, again.context).has_changes


RECORDS = st.builds(
    lambda body, protect, lifecycle: (body, protect, lifecycle),
    BODIES,
    st.booleans(),
    st.sampled_from(list(Lifecycle)),
)


def snapshot_of(records):
    objects = {
        address: ObjectRecord(
            address, f"u-{address}", 1, digest_value(body), body, protect, lifecycle
        )
        for address, (body, protect, lifecycle) in records.items()
    }
    return Snapshot("prod", "L1", 1, "h", objects)


SNAPSHOTS = st.dictionaries(ADDRESSES, RECORDS, max_size=4).map(snapshot_of)
LINKS = st.lists(st.builds(Move, ADDRESSES, ADDRESSES), max_size=4)
REMOVALS = st.lists(
    st.builds(
        Removal, ADDRESSES, st.sampled_from([Action.DELETE, Action.FORGET]), st.just("asked for")
    ),
    max_size=4,
)


def asking(moves, removals, **changes):
    return replace(CONTEXT, moves=tuple(moves), removals=tuple(removals), **changes)


@given(TREES, SNAPSHOTS, LINKS, REMOVALS)
def test_any_plan_comes_back_from_its_file_as_it_was(desired, snapshot, moves, removals):
    plan = make_plan(desired, snapshot, asking(moves, removals))

    assert read_plan(write_plan(plan)) == plan


@given(TREES, SNAPSHOTS, LINKS, REMOVALS)
def test_every_object_has_one_operation_and_keeps_its_identity(desired, snapshot, moves, removals):
    plan = make_plan(desired, snapshot, asking(moves, removals))
    touched = [each.previous or each.address for each in plan.operations]

    assert len({*touched}) == len(touched)
    for each, source in zip(plan.operations, touched, strict=True):
        record = snapshot.objects.get(source)
        assert (each.uid, each.pre) == ((record.uid, record.digest) if record else ("", ""))
    addresses = [each.address for each in plan.operations]
    assert sorted({*addresses}) == addresses


@given(TREES, SNAPSHOTS, LINKS, REMOVALS, st.integers(0, 3))
def test_whatever_is_asked_for_the_guard_and_the_budget_hold(
    desired, snapshot, moves, removals, budget
):
    plan = make_plan(desired, snapshot, asking(moves, removals, delete_budget=budget))
    free = [each for each in plan.operations if not each.blocked]

    assert budget >= sum(each.action is Action.DELETE for each in free)
    for each in free:
        if each.action in (Action.RETIRE, Action.DELETE, Action.FORGET):
            assert not snapshot.objects[each.address].protect


@given(TREES, SNAPSHOTS)
def test_nothing_is_deleted_or_forgotten_that_nobody_named(desired, snapshot):
    actions = {each.action for each in make_plan(desired, snapshot, CONTEXT).operations}

    assert not actions & {Action.DELETE, Action.FORGET, Action.RENAME}


@given(TREES, SNAPSHOTS, LINKS, REMOVALS, st.lists(ADDRESSES, max_size=2))
def test_a_targeted_plan_is_a_part_of_the_whole(desired, snapshot, moves, removals, targets):
    scope = Scope(ScopeMode.TARGET, tuple(sorted({*targets})))
    whole = make_plan(desired, snapshot, asking(moves, removals))
    part = make_plan(desired, snapshot, asking(moves, removals, scope=scope))
    names = {(each.address, each.action, each.post) for each in whole.operations}

    assert names >= {(each.address, each.action, each.post) for each in part.operations}
    for each in whole.operations:
        if {each.address, each.previous} & {*targets}:
            assert each.address in {other.address for other in part.operations}


@given(st.sets(ADDRESSES), st.sets(ADDRESSES), LINKS)
def test_no_record_is_given_to_two_resources(desired, registered, moves):
    sources = sources_of(desired, registered, moves)

    assert len({*sources.values()}) == len(sources)
    assert {*sources.values()} <= registered - desired


@settings(max_examples=50)
@given(SNAPSHOTS, TREES, LINKS, REMOVALS, st.randoms(use_true_random=False))
def test_the_same_inputs_give_the_same_bytes_in_any_order(
    snapshot, desired, moves, removals, random
):
    ways = {each.address: each for each in moves}.values()  # an address has moved once
    context = asking(ways, {each.address: each for each in removals}.values())

    def shuffled(mapping):
        items = list(mapping.items())
        random.shuffle(items)
        return dict(items)

    one = make_plan(desired, snapshot, context)
    mixed = asking(random.sample(context.moves, len(context.moves)), reversed(context.removals))
    other = make_plan(
        shuffled(desired), replace(snapshot, objects=shuffled(snapshot.objects)), mixed
    )

    assert write_plan(one) == write_plan(other)


@given(TREES.filter(bool), st.data())
def test_one_changed_byte_is_found_or_changes_nothing(desired, data):
    plan = make_plan(desired, Snapshot("prod", "", 0, ""), CONTEXT)
    text = write_plan(plan).encode()
    start, end = text.index(b'"body"'), text.index(b'"envelope"')
    at = data.draw(st.integers(start, end - 1))
    byte = data.draw(st.integers(0, 127).filter(lambda value: value != text[at]))
    edited = (text[:at] + bytes([byte]) + text[at + 1 :]).decode("utf-8", "replace")

    try:
        read = read_plan(edited)
    except TamperedPlanError:
        return
    except ForeignPlanError:
        # the key `body` itself was renamed into something that stands beside the body
        assert at < start + len('"body"')
        return
    assert read == plan
    assert json.loads(edited)["body"] == plan.body
