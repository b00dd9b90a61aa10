"""A plan in the widgets of a merge request."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from inline_snapshot import snapshot
from tests.unit.reporting.sample_plans import BLOCKED, EMPTY, PLAN, SCREEN, many

from mlspec.planning import Action, Level, Risk, RiskReason, Source
from mlspec.reporting.plans import render_plan


def issues(plan):
    return json.loads(render_plan(plan, "gitlab-codequality"))


def counts(*actions):
    operations = tuple(replace(SCREEN, action=each) for each in actions)
    return json.loads(render_plan(replace(PLAN, operations=operations), "gitlab-terraform"))


def test_the_terraform_report_counts_what_comes_stays_and_goes():
    assert {"create": 2, "update": 2, "delete": 3} == counts(*Action)
    assert {"create": 0, "update": 0, "delete": 0} == counts()


def test_a_code_quality_issue_has_the_documented_fields():
    assert issues(PLAN)[:2] == snapshot(
        [
            {
                "check_name": "R-TIER-LOWERED",
                "description": "model/screen: the tier is lowered (critical risk)",
                "fingerprint": "1f2a548d58e8803227af8c7c38d7df104901b59cbcea58f5bab5befe968a4783",
                "location": {"lines": {"begin": 7}, "path": "specs/screen.yaml"},
                "severity": "critical",
            },
            {
                "check_name": "R-GATE-LOOSENED",
                "description": "model/screen: a gate lets more through (high risk)",
                "fingerprint": "930cd9e4d45fcbcaaa9bee6da25c03dfd99be300f3c6bc7bce1a1b68d0ca9007",
                "location": {"lines": {"begin": 31}, "path": "specs/screen.yaml"},
                "severity": "major",
            },
        ]
    )


def test_only_the_documented_severities_are_used():
    found = {each["check_name"]: each["severity"] for each in issues(BLOCKED) + issues(PLAN)}

    assert found == snapshot(
        {
            "blocked-gate-failed": "blocker",
            "R-TIER-LOWERED": "critical",
            "R-GATE-LOOSENED": "major",
            "blocked-protected": "blocker",
            "R-RETIRED": "minor",
            "R-RENAMED": "info",
            "R-DELETED": "major",
        }
    )


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("none", "info"),
        ("low", "info"),
        ("medium", "minor"),
        ("high", "major"),
        ("critical", "critical"),
    ],
)
def test_the_severity_follows_the_level(level, severity):
    risk = Risk(Level(level), (RiskReason("R-X", Level(level), "so"),))

    (issue,) = issues(replace(PLAN, operations=(replace(SCREEN, risk=risk),)))

    assert severity == issue["severity"]


def test_fingerprints_differ_and_survive_moved_lines():
    moved = tuple(replace(each, at="", changes=()) for each in many(50).operations)

    before, after = issues(many(50)), issues(replace(many(50), operations=moved))

    prints = [each["fingerprint"] for each in before]
    assert len(set(prints)) == len(prints) > 40
    assert prints == [each["fingerprint"] for each in after]


def test_a_rule_that_speaks_twice_has_two_fingerprints():
    twice = replace(SCREEN, risk=replace(SCREEN.risk, reasons=SCREEN.risk.reasons[:1] * 2))

    one, other = issues(replace(PLAN, operations=(twice,)))

    assert one["fingerprint"] != other["fingerprint"]


def test_environments_do_not_share_fingerprints():
    prod, staging = issues(PLAN), issues(replace(PLAN, environment="staging"))

    assert prod[0]["fingerprint"] != staging[0]["fingerprint"]


@pytest.mark.parametrize("at", ["", "specs/a.yaml", "a:b:c", ":1:1"])
def test_what_has_no_place_is_shown_at_the_workspace_file(at):
    lost = replace(SCREEN, at=at, changes=())
    source = Source({"ml/specs/a.yaml": "sha256:1", "ml/mlspec.yaml": "sha256:2"})

    found = issues(replace(PLAN, operations=(lost,), source=source))

    assert {"path": "ml/mlspec.yaml", "lines": {"begin": 1}} == found[0]["location"]


def test_a_plan_without_changes_has_no_issues():
    assert [] == issues(EMPTY)


def test_files_are_named_from_the_top_of_the_repository():
    told = json.loads(render_plan(BLOCKED, "gitlab-codequality", folder="ml/churn"))
    here = json.loads(render_plan(BLOCKED, "gitlab-codequality"))

    assert [f"ml/churn/{each['location']['path']}" for each in here] == [
        each["location"]["path"] for each in told
    ]
    assert [each["fingerprint"] for each in here] == [each["fingerprint"] for each in told]
