"""Laws of plans: over any bodies, of known kinds and of none."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.canonical import digest_value
from mlspec.errors import ForeignPlanError, TamperedPlanError
from mlspec.ledger import verify
from mlspec.planning import (
    ChangeDirection,
    Desired,
    Outcome,
    PlanContext,
    Stamp,
    Toolchain,
    apply_plan,
    make_plan,
    read_plan,
    write_plan,
)
from mlspec.planning._lookup import traits_of
from mlspec.planning.diff import diff
from mlspec.registry import open_backend

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
        "monitoring": entries("id", above=NUMBERS, below=NUMBERS, receiver=TEXT),
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


TREES = st.dictionaries(ADDRESSES, BODIES, max_size=4).map(desired_of)


def compared(old, new):
    return diff(old, new, traits_of("Model", old, new), lambda _path: "")


@settings(deadline=None)
@given(JSON)
def test_equal_bodies_have_no_difference(body):
    assert compared(body, json.loads(json.dumps(body))) == ()


@settings(deadline=None)
@given(JSON | BODIES, JSON | BODIES)
def test_bodies_with_other_digests_have_one(old, new):
    assert bool(compared(old, new)) == (digest_value(old) != digest_value(new))


@settings(deadline=None)
@given(BODIES | JSON, BODIES | JSON)
def test_the_way_back_flips_every_direction(old, new):
    there = sorted((each.path, each.direction) for each in compared(old, new))
    back = sorted((each.path, FLIPPED[each.direction]) for each in compared(new, old))

    assert there == back


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.sampled_from(["atLeast", "atMost"]))
def test_a_threshold_loosens_exactly_when_it_lets_more_through(old, new, bound):
    gate = {"id": "auc", "type": "metric-threshold"}
    changes = compared(
        {"spec": {"gates": [gate | {bound: old}]}}, {"spec": {"gates": [gate | {bound: new}]}}
    )
    lets_more_through = new < old if bound == "atLeast" else new > old

    loosened = [each.direction is ChangeDirection.LOOSENED for each in changes]
    assert loosened == ([] if repr(old) == repr(new) else [lets_more_through])


@settings(max_examples=25, deadline=None)
@given(st.lists(TREES, min_size=1, max_size=4))
def test_applying_a_plan_reaches_what_was_desired_and_leaves_nothing_to_do(trees):
    with tempfile.TemporaryDirectory() as folder:
        backend = open_backend("embedded", Path(folder) / "registry.db", "prod")
        for desired in trees:
            plan = make_plan(desired, backend.observe(), CONTEXT)
            result = apply_plan(read_plan(write_plan(plan)), backend, desired, CONTEXT, STAMP)
            after = backend.observe()
            live = {a: each.body for a, each in after.objects.items() if not each.retired}

            assert {address: each.body for address, each in desired.items()} == live
            assert not make_plan(desired, after, CONTEXT).has_changes
            assert verify(backend.events(), after.head) == ()
            if plan.has_changes:
                again = apply_plan(plan, backend, {}, CONTEXT, STAMP)
                assert (again.outcome, again.run) == (Outcome.ALREADY_APPLIED, result.run)


@settings(max_examples=50, deadline=None)
@given(TREES, TREES, st.randoms(use_true_random=False))
def test_the_same_inputs_give_the_same_bytes_in_any_order(before, desired, random):
    with tempfile.TemporaryDirectory() as folder:
        backend = open_backend("embedded", Path(folder) / "registry.db", "prod")
        apply_plan(make_plan(before, backend.observe(), CONTEXT), backend, before, CONTEXT, STAMP)
        snapshot = backend.observe()

    def shuffled(mapping):
        items = list(mapping.items())
        random.shuffle(items)
        return dict(items)

    one = make_plan(desired, snapshot, CONTEXT)
    other = make_plan(
        shuffled(desired), replace(snapshot, objects=shuffled(snapshot.objects)), CONTEXT
    )

    assert write_plan(one) == write_plan(other)


@settings(deadline=None)
@given(TREES.filter(bool), st.data())
def test_one_changed_byte_is_found_or_changes_nothing(desired, data):
    backend = open_backend("embedded", Path("nowhere") / "registry.db", "prod")
    plan = make_plan(desired, backend.observe(), CONTEXT)
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
