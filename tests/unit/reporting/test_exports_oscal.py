"""Assessment results: findings, risks and observations that point to each other, by fixed ids."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator
from tests.contract import tools

from mlspec.diagnostics import Severity
from mlspec.evidence import PaperLook, PaperStatus
from mlspec.policy import Enforcement, Fact, Ground, Outcome, Result, WaiverApproval, WaiverUse
from mlspec.reporting.exports_oscal import Assessed, render_assessment
from mlspec.resources import data_path

IN_TRESTLE = tools.ROOT / "tests" / "contract" / "in_trestle.py"
VERSION = "1.2.3"
SCHEMA = json.loads((data_path("schemas") / "v1" / "export-oscal.json").read_text("utf-8"))
DIGEST = f"sha256:{'ab' * 32}"
FACTS = (Fact(("spec", "risk", "tier"), "high"), Fact(("spec", "owners"), None, is_stated=False))
WAIVER = WaiverUse(
    "waiver/later",
    holds=True,
    reason="In May.",
    expires="2027-05-01",
    approved_by=("cro@x.org",),
    approval=WaiverApproval.RECORDED,
)


def result(rule, outcome, **more):
    return Result(
        rule, f"Title of {rule}", "core@2026.11.0", "model/churn", outcome, Severity.ERROR,
        Enforcement.WAIVABLE, **more,
    )  # fmt: skip


RESULTS = (
    result("A-1", Outcome.PASS, facts=FACTS),
    result("A-2", Outcome.FAIL, message="It has\nnone.", remediation="Add one.", facts=FACTS),
    result("A-3", Outcome.WARN, message="Not yet.", applies_from="2027-12-02"),
    result("A-4", Outcome.SKIP),
    result("A-5", Outcome.WAIVED, message="Later.", waiver=WAIVER),
    result("A-6", Outcome.ERROR, message="It can't be judged."),
)
ASSESSED = Assessed(
    "model/churn", "v2", "prod", "2026-11-21", (("core@2026.11.0", DIGEST),), RESULTS
)


def told(assessed=ASSESSED):
    return json.loads(render_assessment(assessed, VERSION))["assessment-results"]


def by_rule(entries):
    return {each["title"].partition(":")[0]: each for each in entries}


@pytest.mark.parametrize("results", [RESULTS, RESULTS[:1], RESULTS[3:4]])
def test_it_fits_the_published_schema(results):
    found = render_assessment(replace(ASSESSED, results=results), VERSION)

    Draft202012Validator(SCHEMA).validate(json.loads(found))


def test_every_rule_is_an_observation_with_what_it_read():
    (found,) = told()["results"]
    observed = by_rule(found["observations"])

    assert observed.keys() == {"A-1", "A-2", "A-3", "A-4", "A-5", "A-6"}
    assert [each["description"] for each in observed["A-1"]["relevant-evidence"]] == [
        'spec.risk.tier = "high"',
        "spec.owners: not stated",
    ]
    assert observed["A-2"]["description"] == "It has none."


def test_only_what_applies_is_a_finding():
    (found,) = told()["results"]
    states = {
        rule: (each["target"]["status"]["state"], each["target"]["status"]["reason"])
        for rule, each in by_rule(found["findings"]).items()
    }

    assert states == {
        "A-1": ("satisfied", "pass"),
        "A-2": ("not-satisfied", "fail"),
        "A-5": ("not-satisfied", "other"),
        "A-6": ("not-satisfied", "other"),
    }


def test_what_fails_is_a_risk_and_what_is_waived_stays_one():
    (found,) = told()["results"]
    risks = by_rule(found["risks"])

    assert risks["A-2"]["status"] == "open"
    assert risks["A-2"]["remediations"][0]["description"] == "Add one."
    assert risks["A-5"]["status"] == "deviation-approved"
    assert risks["A-5"]["deadline"] == "2027-05-01T00:00:00Z"
    stated = {each["name"]: each["value"] for each in risks["A-5"]["props"]}
    assert stated == {
        "waiver": "waiver/later",
        "waiver-reason": "In May.",
        "waiver-approved-by": "cro@x.org",
        "waiver-approval": "recorded",
    }
    assert risks.keys() == {"A-2", "A-5", "A-6"}


@pytest.mark.parametrize("approval", [WaiverApproval.SPEC_ONLY, WaiverApproval.NOT_ASKED])
def test_a_waiver_that_nobody_is_known_to_have_agreed_to_is_no_approval(approval):
    waived = result("A-5", Outcome.WAIVED, waiver=replace(WAIVER, approval=approval))
    (found,) = told(replace(ASSESSED, results=(waived,)))["results"]

    assert "deviation-requested" == found["risks"][0]["status"]


def test_a_pass_that_nobody_can_be_shown_does_not_satisfy():
    ground = Ground("paper", "spec.x", PaperLook(PaperStatus.MISSING, "it is gone"), "add it")
    unseen = result("A-1", Outcome.PASS, grounds=(ground,), is_shown=False)
    (found,) = told(replace(ASSESSED, results=(unseen,)))["results"]

    status = found["findings"][0]["target"]["status"]
    assert ("not-satisfied", "other") == (status["state"], status["reason"])
    evidence = [each["description"] for each in found["observations"][0]["relevant-evidence"]]
    assert ["missing: spec.x: it is gone"] == evidence


def test_every_id_that_is_named_is_there_once():
    (found,) = told()["results"]
    observations = [each["uuid"] for each in found["observations"]]
    risks = [each["uuid"] for each in found["risks"]]
    named = [
        each["observation-uuid"]
        for entry in (*found["findings"], *found["risks"])
        for each in entry["related-observations"]
    ]

    assert len(set(observations)) == len(observations)
    assert set(named) <= set(observations)
    assert {
        each["risk-uuid"] for f in found["findings"] for each in f.get("related-risks", ())
    } == (set(risks))


def test_the_packs_stand_for_the_plan_by_digest():
    found = told()
    (plan,) = found["back-matter"]["resources"]

    assert found["import-ap"]["href"] == f"#{plan['uuid']}"
    assert plan["props"][0]["value"] == f"core@2026.11.0 {DIGEST}"


def test_times_are_the_start_of_the_day_that_was_judged_by():
    found = told()

    assert found["metadata"]["last-modified"] == "2026-11-21T00:00:00Z"
    assert found["results"][0]["start"] == "2026-11-21T00:00:00Z"


def test_the_same_day_gives_the_same_bytes_and_another_day_other_ids():
    again = render_assessment(replace(ASSESSED), VERSION)

    assert again == render_assessment(ASSESSED, VERSION)
    assert told(replace(ASSESSED, day="2026-11-22"))["uuid"] != told()["uuid"]


def test_a_long_fact_is_cut_short():
    long = (Fact(("spec", "purpose"), "x" * 5_000),)
    (found,) = told(replace(ASSESSED, results=(result("A-1", Outcome.PASS, facts=long),)))[
        "results"
    ]

    assert len(found["observations"][0]["relevant-evidence"][0]["description"]) <= 1_000


@pytest.mark.conformance
def test_the_models_of_trestle_accept_it(tmp_path):
    file = tmp_path / "results.json"
    file.write_text(render_assessment(ASSESSED, VERSION), encoding="utf-8")

    (found,) = tools.answer("oracles-python", IN_TRESTLE, file)

    assert found["findings"] == 4
    assert found["observations"] == len(ASSESSED.results)
    assert found["risks"]


@pytest.mark.conformance
def test_the_models_of_trestle_refuse_what_is_none(tmp_path):
    file = tmp_path / "results.json"
    text = render_assessment(ASSESSED, VERSION)
    file.write_text(text.replace('"not-satisfied"', '"sort-of"'), encoding="utf-8")

    assert tools.attempt("oracles-python", IN_TRESTLE, file).returncode != 0
