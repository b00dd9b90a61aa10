"""The plan file: whole and known, or refused with the exit code that says which."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator
from tests.unit.planning.worlds import CONTEXT, GATE, planned, record, registered, wanted

from mlspec.canonical import digest_value, pretty_json
from mlspec.errors import ForeignPlanError, TamperedPlanError, UsageError
from mlspec.ledger import Strength
from mlspec.planning import (
    Action,
    EvidenceEntry,
    Freeze,
    Level,
    Move,
    Removal,
    Scope,
    ScopeMode,
    read_plan,
    write_plan,
)
from mlspec.resources import data_path
from mlspec.state import Lifecycle

LIMITED = {"risk": {"tier": "limited"}}
MODEL = wanted("Model", "screen", LIMITED | {"gates": [GATE]}, references=["dataset/census"])
GUARDED = wanted("Team", "ops", {"members": ["ana"]}, protect=True)


OLD = wanted("Model", "older", {"purpose": "x"})
RENAMED = wanted("Model", "newer", {"purpose": "x"})
THROWN = wanted("Dataset", "thrown", {"rows": 1})
GIVEN = wanted("Dataset", "given", {"rows": 1})
TAKEN = wanted("Dataset", "taken", {"rows": 1})
LOOSER = wanted("Model", "screen", LIMITED | {"gates": [GATE | {"atLeast": 0.88}]})
NEW = wanted("Dataset", "census", {"rows": 10, "text": "é\x1b\U0001f600"})
TERMS = {
    "require_gates": True,
    "require_approvals": True,
    "minimum_strength": Strength.HOST,
    "freezes": (
        Freeze("year", "2026-12-18T00:00:00Z", "2027-01-04T00:00:00Z", "on call", Level.LOW),
    ),
    "authors": ("li@example.org", "ana@example.org"),
    "valid_from": "2026-11-01T00:00:00Z",
    "moves": (Move(OLD.address, RENAMED.address),),
    "removals": (
        Removal(THROWN.address, Action.DELETE, "no longer used"),
        Removal(GIVEN.address, Action.FORGET, "given away"),
    ),
    "envelope": replace(CONTEXT.envelope, notices=("a run was not reviewed",)),
}


@pytest.fixture
def plan():
    snapshot = registered(
        *(record(each) for each in (MODEL, GUARDED, OLD, THROWN, GIVEN)),
        record(TAKEN, Lifecycle.FORGOTTEN),
    )
    return planned([LOOSER, NEW, RENAMED, TAKEN], snapshot, **TERMS)


@pytest.fixture
def file(plan):
    return json.loads(write_plan(plan))


def resealed(file):
    """Return the file with the digest that its body has now: a forger who knows the format."""
    file["envelope"]["digest"] = digest_value(file["body"])
    return pretty_json(file)


def test_a_plan_comes_back_as_it_was(plan):
    assert read_plan(write_plan(plan)) == plan
    assert read_plan(write_plan(plan)).envelope == plan.envelope


def test_a_plan_fits_the_schema_that_ships(file):
    schema = json.loads((data_path("schemas") / "v1" / "plan.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)

    assert list(validator.iter_errors(file)) == []
    assert list(validator.iter_errors(json.loads(write_plan(planned([], registered()))))) == []
    assert list(validator.iter_errors(file | {"extra": 1}))


def test_the_file_shows_all_kinds_of_operations(plan):
    assert [(each.action, each.blocked and each.blocked.code) for each in plan.operations] == [
        ("create", None),
        ("forget", None),
        ("adopt", None),
        ("delete", None),
        ("rename", "evidence-missing"),
        ("update", "evidence-missing"),
        ("retire", "protected"),
    ]


@pytest.mark.parametrize(
    "scope",
    [
        Scope(ScopeMode.TARGET, ("model/screen",)),
        Scope(ScopeMode.REVERT, ("model/screen",), "7-abc"),
    ],
)
def test_a_partial_plan_comes_back_as_it_was(plan, scope):
    part = replace(plan, scope=scope)

    assert read_plan(write_plan(part)) == part
    assert part.body["scope"]["partial"]
    assert part.digest != plan.digest


def test_what_reviewers_have_to_know_is_under_the_digest(plan):
    body = plan.body

    assert [(each["role"], each["strength"]) for each in body["required_approvals"]]
    assert body["authors"] == ["ana@example.org", "li@example.org"]
    assert body["freezes"][0] | {"reason": ""} == {
        "id": "year",
        "start": "2026-12-18T00:00:00Z",
        "end": "2027-01-04T00:00:00Z",
        "reason": "",
        "allow": "low",
    }
    assert body["expires_at"] > "2026-11-01T00:00:00Z"
    assert body["summary"]["max_risk"] == max(
        (each.risk.level for each in plan.operations), key=lambda each: each.rank
    )


def test_the_envelope_and_the_layout_are_not_under_the_digest(plan, file):
    file["envelope"] |= {"rendered_by": "another", "commit": None, "dirty": True, "serial": 99}

    assert read_plan(json.dumps(file)) == plan


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_damaged(plan, share):
    text = write_plan(plan)

    with pytest.raises(TamperedPlanError, match="can't be read") as caught:
        read_plan(text[: int(len(text) * share)])

    assert caught.value.exit_code == 12
    assert "mlspec plan" in caught.value.hint


def test_an_edited_value_is_found_and_both_digests_are_shown(plan):
    edited = write_plan(plan).replace("0.88", "0.87")

    with pytest.raises(TamperedPlanError, match="changed after it was made") as caught:
        read_plan(edited)

    assert caught.value.details[0] == f"written  {plan.digest}"


def test_an_edited_digest_is_found(plan):
    with pytest.raises(TamperedPlanError):
        read_plan(write_plan(plan).replace(plan.digest, "sha256:" + "0" * 64))


def test_a_value_that_stands_twice_is_refused(plan):
    doubled = write_plan(plan).replace('"env": "prod"', '"env": "dev", "env": "prod"')

    with pytest.raises(TamperedPlanError, match="twice"):
        read_plan(doubled)


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", '"\\ud800"'])
def test_values_without_a_canonical_form_are_refused(plan, value):
    with pytest.raises(TamperedPlanError):
        read_plan(write_plan(plan).replace("0.88", value))


def test_nesting_without_end_is_refused():
    with pytest.raises(TamperedPlanError):
        read_plan('{"format": ' + "[" * 200_000)


@pytest.mark.parametrize("part", ["envelope", "body"])
def test_a_file_without_a_part_is_damaged(file, part):
    del file[part]

    with pytest.raises(TamperedPlanError):
        read_plan(pretty_json(file))


@pytest.mark.parametrize(
    "text",
    [
        *["[]", "7", "null", "{}", '{"format": 1}', '{"format": "other/1.0"}', '{"a": 1, "a": 2}'],
        pytest.param("# Read me\n\nA plan is `mlspec.plan/1.0`.\n", id="prose"),
        pytest.param("apiVersion: mlspec.dev/v1\nkind: Team\n", id="spec"),
        pytest.param("{apiVersion: mlspec.dev/v1, kind: Team}\n", id="spec-in-braces"),
        pytest.param('{"name": "churn", "version": "1.0.0",\n', id="other-json-cut-off"),
        pytest.param("[" * 200_000, id="deep"),
    ],
)
def test_a_file_that_never_was_a_plan_is_a_usage_error(text):
    with pytest.raises(UsageError, match=r"`README\.md` is not a plan file") as caught:
        read_plan(text, "README.md")

    assert caught.value.exit_code == 64
    assert caught.value.hint == (
        "make one with `mlspec plan --out FILE`; for a spec, `mlspec show model/churn`"
    )


@pytest.mark.parametrize("value", [None, 1, "mlspec/1.0"])
def test_a_plan_that_lost_its_format_is_damaged(file, value):
    with pytest.raises(TamperedPlanError, match="its `format` is gone"):
        read_plan(pretty_json(file | {"format": value}))


def test_a_plan_is_known_by_its_parts_wherever_it_was_cut_off(plan):
    for text in (write_plan(plan), write_plan(plan).replace("\n", "\r\n")):
        for length in range(60):
            with pytest.raises(TamperedPlanError, match="may be cut off"):
                read_plan(text[:length])


@pytest.mark.parametrize("version", ["2.0", "1.1", "0.9", "1", "1.0 "])
def test_another_version_is_foreign(file, version):
    file["format"] = f"mlspec.plan/{version}"

    with pytest.raises(ForeignPlanError, match="has the format"):
        read_plan(pretty_json(file))


@pytest.mark.parametrize(
    "edit",
    [
        lambda body: body.update(extra=1),
        lambda body: body["operations"][0].update(extra=1),
        lambda body: body["operations"][5]["changes"][0].update(extra=1),
        lambda body: body["registry"].update(extra=1),
        lambda body: body["summary"].update(extra=1),
        lambda body: body["scope"].update(mode="part"),
        lambda body: body.pop("toolchain"),
        lambda body: body.update(operations={}),
        lambda body: body.update(operations=[1]),
        lambda body: body["operations"][0].update(action="destroy"),
        lambda body: body["operations"][0].update(previous=None),
        lambda body: body["operations"][0]["risk"].update(level="extreme"),
        lambda body: body["operations"][0]["risk"].update(extra=1),
        lambda body: body["operations"][0]["risk"]["blast"].update(traffic=1.5),
        lambda body: body["operations"][0]["risk"]["blast"].update(traffic=True),
        lambda body: body["operations"][0].update(contract={"compatibility": "breaking"}),
        lambda body: body["required_approvals"][0].update(strength="sworn"),
        lambda body: body["freezes"][0].update(allow="all"),
        lambda body: body.update(risk_digest="sha256:" + "0" * 64),
        lambda body: body.update(require_approvals="no"),
        lambda body: body.pop("expires_at"),
        lambda body: body["scope"].update(partial=True),
        lambda body: body["summary"].update(max_risk="none"),
        lambda body: body["operations"][0].update(depends_on=[1]),
        lambda body: body["operations"][0].update(depends_on="x"),
        lambda body: body["operations"][0].update(uid=1),
        lambda body: body["operations"][0].update(blocked=1),
        lambda body: body["operations"][0]["guard"].update(protect=1),
        lambda body: body["read_set"][0].update(revision=True),
        lambda body: body["summary"].update(loosened=0),
        lambda body: body["source"].update(spec_digest="sha256:0"),
        lambda body: body["source"].update(files=[]),
        lambda body: body["source"].update(files={"a": 1}),
    ],
)
def test_a_sealed_file_that_says_something_unknown_is_foreign(file, edit):
    edit(file["body"])

    with pytest.raises(ForeignPlanError):
        read_plan(resealed(file))


def test_unknown_fields_around_the_body_are_foreign(file):
    with pytest.raises(ForeignPlanError, match="unknown field `extra`"):
        read_plan(pretty_json(file | {"extra": 1}))
    file["envelope"]["commit"] = 1
    with pytest.raises(ForeignPlanError, match=r"envelope\.commit"):
        read_plan(pretty_json(file))


class TestRiskDigest:
    """Approvals carry over to a plan that has the same."""

    SNAPSHOT = registered(record(MODEL))

    def plan(self, *desired, snapshot=SNAPSHOT, **changes):
        return planned(desired or [LOOSER], snapshot, require_approvals=True, **changes)

    def test_stays_where_only_what_a_plan_stands_on_has_moved(self):
        moved = registered(record(MODEL, revision=9), record(TAKEN))
        files = {"mlspec.yaml": "sha256:" + "1" * 64}

        later = self.plan(LOOSER, TAKEN, snapshot=moved, sources=files, valid_from="2026-11-02")

        assert later.digest != self.plan().digest
        assert later.risk_digest == self.plan().risk_digest

    def test_stays_where_another_field_of_the_object_has_moved(self):
        described = {"metadata": {"name": "screen", "description": "new"}}
        old, new = (
            replace(each, body=each.body | described, digest=digest_value(each.body | described))
            for each in (MODEL, LOOSER)
        )

        later = self.plan(new, snapshot=registered(record(old)))

        assert later.risk_digest == self.plan().risk_digest

    @pytest.mark.parametrize(
        "changes",
        [
            {"environment": "dev"},
            {"minimum_strength": Strength.SIGNED},
        ],
    )
    def test_differs_with_where_it_applies_and_what_is_asked(self, changes):
        assert self.plan(**changes).risk_digest != self.plan().risk_digest

    @pytest.mark.parametrize(
        "desired",
        [
            [wanted("Model", "screen", LIMITED | {"gates": [GATE | {"atLeast": 0.87}]})],
            [LOOSER, NEW],
            [],
        ],
    )
    def test_differs_with_what_is_done(self, desired):
        other = planned(desired, self.SNAPSHOT, require_approvals=True)

        assert other.risk_digest != self.plan().risk_digest

    def test_differs_with_all_of_what_is_created(self):
        one, other = NEW, wanted("Dataset", "census", {"rows": 11})

        assert self.plan(LOOSER, one).risk_digest != self.plan(LOOSER, other).risk_digest

    def test_differs_with_the_evidence(self):
        known = {"model/screen": EvidenceEntry("model/screen", "present", "pass", "sha256:1")}
        stale = {"model/screen": replace(known["model/screen"], status="stale")}
        none, one, other = (self.plan(evidence=each).risk_digest for each in ({}, known, stale))

        assert len({none, one, other}) == 3

    def test_differs_from_registry_to_registry(self):
        elsewhere = replace(self.SNAPSHOT, lineage="L2")

        assert self.plan(snapshot=elsewhere).risk_digest != self.plan().risk_digest
