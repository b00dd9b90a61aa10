"""Drift is what was recorded against what is there, with the owner of each field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlspec.canonical import digest_value
from mlspec.errors import TamperedPlanError
from mlspec.planning.drift import (
    Drift,
    DriftCode,
    DriftField,
    DriftView,
    Owner,
    SubjectKind,
    branch_drift,
    drift,
)
from mlspec.planning.recorded import recorded_objects
from mlspec.state import Event, Lifecycle, ObjectRecord, Snapshot

BODY = {"kind": "Team", "metadata": {"name": "ml"}, "spec": {"members": ["a@x.org"]}}
RECORD = ObjectRecord("team/ml", "u1", 1, digest_value(BODY), BODY)


def event(address="team/ml", sequence=1, **facts):
    predicate = {
        "action": "create",
        "uid": "u1",
        "revision": sequence,
        "post": digest_value(BODY),
        "protect": False,
        "lifecycle": "live",
        "run": "r1",
        "at": "2026-11-21T10:00:00Z",
    }
    digest = f"sha256:{address}{sequence}"
    previous = facts.pop("previous", "")
    return Event(address, sequence, previous, {"predicate": predicate | facts}, digest)


def found(events, *records):
    snapshot = Snapshot("prod", "l", 1, "", {each.address: each for each in records})
    bodies = {digest_value(BODY): BODY}
    return list(drift(recorded_objects(events), snapshot, bodies))


def test_what_is_as_recorded_is_no_drift():
    assert found([event()], RECORD) == []


def test_a_changed_field_belongs_to_the_spec_and_an_added_one_to_somebody_else():
    spec = {"members": ["a@x.org", "b@x.org"], "note": "hot fix"}
    body = BODY | {"metadata": {"name": "ML"}, "spec": spec}
    (changed,) = found([event()], replace(RECORD, body=body, digest=digest_value(body)))

    assert ("team/ml", DriftCode.CHANGED, "r1") == (changed.subject, changed.code, changed.run)
    assert {
        "metadata.name": (Owner.MLSPEC, "ml", "ML"),
        "spec.members": (Owner.EXTERNAL, None, "b@x.org"),
        "spec.note": (Owner.EXTERNAL, None, "hot fix"),
    } == {each.path: (each.owner, each.recorded, each.live) for each in changed.fields}


@pytest.mark.parametrize(
    ("field", "value"),
    [("protect", True), ("revision", 7), ("uid", "u2"), ("lifecycle", Lifecycle.RETIRED)],
)
def test_what_the_registry_keeps_beside_the_body_is_compared(field, value):
    (changed,) = found([event()], replace(RECORD, **{field: value}))

    assert [f"registry.{field}"] == [each.path for each in changed.fields]


def test_objects_that_are_gone_and_those_that_nobody_wrote_are_told():
    stranger = replace(RECORD, address="team/stranger")

    codes = {each.subject: each.code for each in found([event()], stranger)}

    assert {"team/ml": DriftCode.GONE, "team/stranger": DriftCode.UNDOCUMENTED} == codes


@pytest.mark.parametrize("body", [None, BODY | {"spec": {}}])
def test_a_body_that_is_not_the_one_of_its_digest_is_told(body):
    (broken,) = found([event()], replace(RECORD, body=body))

    assert broken.code is DriftCode.UNREADABLE


def test_a_deleted_object_and_the_old_name_of_a_renamed_one_are_not_missed():
    old = event("team/old")
    new = event("team/ml", 2, previous=old.digest, previousAddress="team/old")
    gone = event("team/gone", action="delete", post="")

    assert found([gone, new, old], replace(RECORD, revision=2)) == []


def test_an_object_created_under_an_old_name_is_one_of_its_own():
    old = event("team/old")
    moved = event("team/ml", 2, previous=old.digest, previousAddress="team/old")
    again = event("team/old", 2, previous=old.digest, uid="u9")

    (missing,) = found([moved, old, again], replace(RECORD, revision=2))

    assert ("team/old", DriftCode.GONE) == (missing.subject, missing.code)


def test_what_becomes_of_a_forgotten_object_is_no_drift():
    assert found([event(lifecycle="forgotten")]) == []


def test_a_damaged_event_is_named():
    with pytest.raises(TamperedPlanError, match="event 1 of `team/ml`"):
        recorded_objects([event(revision="one")])


def test_a_branch_drifts_when_its_files_are_not_those_that_were_published():
    files = {"a.yaml": "sha256:1", "b.yaml": "sha256:2"}
    recorded = {each: digest_value(files) for each in ("same", "edited", "deleted")}
    live = {"same": files, "edited": files | {"c.yaml": "sha256:3"}}

    found = branch_drift(recorded, live.get)

    assert [("deleted", "gone"), ("edited", "changed")] == [
        (each.subject, each.code.value) for each in found
    ]


FIELDS = (
    DriftField("spec.gates[auc].atLeast", 1, 2, Owner.MLSPEC),
    DriftField("spec.note", None, "x", Owner.EXTERNAL),
)
VIEW = DriftView(
    "prod",
    "l",
    1,
    (
        Drift("model/churn", DriftCode.CHANGED, FIELDS),
        Drift("team/x", DriftCode.UNDOCUMENTED),
        Drift("rendered/prod", DriftCode.GONE, subject_kind=SubjectKind.BRANCH),
    ),
)


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        ([], ["model/churn", "model/churn", "team/x", "rendered/prod"]),
        (["model/*"], ["team/x", "rendered/prod"]),
        (["team/?"], ["model/churn", "model/churn", "rendered/prod"]),
        (["model/churn:spec.gates[auc].*"], ["model/churn", "team/x", "rendered/prod"]),
        (["*:spec.*", "team/*"], ["rendered/prod"]),
        (["rendered/*"], ["model/churn", "model/churn", "team/x"]),
        (["*"], []),
        (["churn", "spec.note"], ["model/churn", "model/churn", "team/x", "rendered/prod"]),
    ],
)
def test_what_is_ignored_is_counted(patterns, left):
    view = VIEW.without(patterns)

    told = [each.subject for each in view.drifts for _ in each.fields or (None,)]
    assert left == told
    assert 4 - len(left) == view.ignored
