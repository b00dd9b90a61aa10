"""Policy in plans, applies and compiles: what stops, what is waived, and what reports tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from jsonschema import Draft202012Validator
from tests.e2e.commands import CHECKOUT, edit

PACK, MODEL = "policies/house", "specs/churn.yaml"
FORMATS = ("text", "markdown", "html", "json", "sarif", "junit", "gitlab-codequality")
REASON = "The deputy is named when the new year starts."
TEAM = """---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: risk}
spec: {members: [val@example.org], roles: [model-risk, compliance]}
"""
HOME = """\
apiVersion: mlspec.dev/policy/v1
kind: PolicyPack
metadata: {name: house, title: House rules, version: 2026.11.0}
spec:
  engine: cel-core/1
  description: What this house wants.
  disclaimer: A pass says that what the rule asks for is there.
"""
RULES = """\
apiVersion: mlspec.dev/policy/v1
kind: Rule
metadata: {name: HOUSE-001, title: A model has owners}
spec:
  severity: error
  enforcement: waivable
  require: has(spec.owners)
  message: "Nobody owns `{{ metadata.name }}` <b>by name</b>."
  remediation: Add `spec.owners`.
---
apiVersion: mlspec.dev/policy/v1
kind: TierRule
metadata: {name: HOUSE-900, title: Law enforcement}
spec:
  tier: prohibited
  when: spec.risk.domain == "law-enforcement"
  reason: it is made for the police
"""
BINDING = f"""\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {{name: house, owner: risk}}
spec: {{pack: house, version: 2026.11.0, source: {{folder: {PACK}}}}}
"""


def day(days):
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def waiver(first=-10, last=20, by="val@example.org"):
    return f"""---
apiVersion: mlspec.dev/v1
kind: Waiver
metadata: {{name: no-deputy, owner: growth}}
spec:
  rule: HOUSE-001
  scope: {{resource: model/churn}}
  reason: {REASON}
  approvedBy: [{by}]
  created: "{day(first)}"
  expires: "{day(last)}"
"""


@pytest.fixture
def house(mlspec, shop):
    """The scaffold under a pack of its own; its model breaks the rule."""
    (shop / "specs/team.yaml").write_text((shop / "specs/team.yaml").read_text() + TEAM)
    (shop / "specs/policy.yaml").write_text(BINDING)
    (shop / PACK / "rules").mkdir(parents=True)
    (shop / PACK / "pack.yaml").write_text(HOME)
    (shop / PACK / "rules/all.yaml").write_text(RULES)
    mlspec("policy", "lock", cwd=shop).expect(0)
    return shop


@pytest.fixture
def waived(house):
    (house / "specs/policy.yaml").write_text(BINDING + waiver())
    return house


def plan(mlspec, folder, *options):
    return mlspec("plan", "--env", "staging", *options, cwd=folder)


def fits(name, document):
    """Assert that a document is as its published schema says."""
    schema = json.loads((CHECKOUT / f"schemas/v1/{name}.json").read_text())
    Draft202012Validator(schema).validate(document)


def test_what_a_rule_stops_is_not_applied(mlspec, house):
    shown = plan(mlspec, house, "--out", "plan.json").expect(0)

    assert "blocked: HOUSE-001: Nobody owns `churn`" in shown.out
    assert "policy:" in shown.out.lower()
    mlspec("apply", "plan.json", cwd=house).refused(5, "HOUSE-001")
    assert not (house / ".mlspec" / "registry.db").exists()


@pytest.mark.parametrize("style", FORMATS)
def test_every_report_tells_that_a_rule_is_waived_until_when_and_by_whom(mlspec, waived, style):
    out = plan(mlspec, waived, "--format", style).expect(0).out

    assert "HOUSE-001" in out
    assert REASON in out
    assert "<b>by name</b>" not in out or style in ("text", "json", "sarif", "gitlab-codequality")
    if style != "gitlab-codequality":
        assert "val@example.org" in unescape(out).replace("<!-- -->", "")


def test_a_waived_result_is_closed_for_code_scanning_in_a_plan_and_in_validate(mlspec, waived):
    planned = plan(mlspec, waived, "--format", "sarif").expect(0).json
    checked = mlspec("validate", "--format", "sarif", cwd=waived).expect(0).json

    for found in (planned, checked):
        (result,) = [e for e in found["runs"][0]["results"] if e["ruleId"] == "HOUSE-001"]
        assert [REASON] == [each["justification"] for each in result["suppressions"]]
        assert ["accepted"] == [each["status"] for each in result["suppressions"]]


def test_what_was_waived_is_on_record_with_the_digest_of_the_pack(mlspec, waived):
    mlspec("apply", "--auto", "--env", "staging", cwd=waived).expect(0)
    command = ("audit", "show", "model/churn", "--env", "staging")
    text = mlspec(*command, cwd=waived).expect(0).out
    shown = mlspec(*command, "--format", "json", cwd=waived).expect(0).json
    found = shown["run"]["policy"]
    locked = json.loads((waived / "mlspec.lock").read_text())["packs"][0]["digest"]

    fits("audit-show", shown)
    assert locked == found["packs"][0]["digest"]
    assert locked in text
    assert f"waived until {day(20)} by val@example.org (waiver/no-deputy: {REASON})" in text
    mlspec("audit", "verify", "--env", "staging", cwd=waived).expect(0)


@pytest.mark.parametrize(
    ("last", "by", "why"),
    [
        (-1, "val@example.org", "it ended on"),
        (20, "you@example.org", "does not hold"),
        (20, "nobody@example.org", "no team has"),
        (200, "val@example.org", "the pack allows 90"),
    ],
)
def test_a_waiver_that_does_not_hold_stops_validate_and_plan(mlspec, house, last, by, why):
    (house / "specs/policy.yaml").write_text(BINDING + waiver(last=last, by=by))

    checked = mlspec("validate", cwd=house).expect(4)
    planned = plan(mlspec, house).expect(0)
    assert why in checked.out + checked.err
    assert "`waiver/no-deputy` does not hold" in planned.out
    mlspec("apply", "--auto", "--env", "staging", cwd=house).expect(5)


def test_a_waiver_of_what_was_mended_is_told(mlspec, waived):
    people = "  owners: {accountable: a@x.org, deputy: b@x.org, technical: c@x.org}\n"
    edit(waived / MODEL, "  serving:\n", f"{people}  serving:\n")

    done = mlspec("validate", cwd=waived).expect(0)
    assert "the waiver covers nothing" in done.out
    only = mlspec("validate", "--env", "prod", cwd=waived).expect(0)
    assert "the waiver covers nothing" not in only.out


def test_a_pack_that_is_not_that_of_the_lock_blocks_everything(mlspec, waived):
    edit(waived / PACK / "rules/all.yaml", "require: has(spec.owners)", 'require: "true"')

    shown = plan(mlspec, waived).expect(0).out
    assert shown.count("blocked: the policy packs in force can't be trusted") == shown.count("! ")
    assert 1 == shown.count("MLS1405")
    told = mlspec("apply", "--auto", "--env", "staging", cwd=waived).refused(5, "MLS1405").err
    assert 1 == told.count("MLS1405")
    assert 1 == told.count("can't be trusted")


def test_a_pack_that_changes_after_the_plan_refuses_it(mlspec, waived):
    plan(mlspec, waived, "--out", "plan.json").expect(0)
    edit(waived / PACK / "rules/all.yaml", "require: has(spec.owners)", 'require: "true"')
    mlspec("policy", "lock", cwd=waived).expect(0)

    mlspec("apply", "plan.json", cwd=waived).refused(13, "policies")


def test_a_prohibited_use_is_neither_planned_nor_compiled(mlspec, waived):
    edit(waived / MODEL, "domain: marketing", "domain: law-enforcement")

    mlspec("compile", "--env", "staging", cwd=waived).refused(5, "the practice is prohibited")
    assert not (waived / "build").exists()
    assert "and policy says `prohibited`: it is made for the police (HOUSE-900)" in (
        plan(mlspec, waived).expect(0).out
    )
    mlspec("apply", "--auto", "--env", "staging", cwd=waived).expect(5)


def test_the_schema_of_a_plan_knows_what_policy_says(mlspec, waived):
    made = plan(mlspec, waived, "--format", "json").expect(0).json

    assert ["HOUSE-001"] == [e["rule"] for e in made["body"]["policy"]["entries"][0]["told"]]
    fits("plan", made)
