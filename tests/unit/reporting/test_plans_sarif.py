"""The risks of a plan for code scanning."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.reporting.sample_plans import BLOCKED, EMPTY, PLAN, SCREEN, saying

from mlspec.planning import Level, Risk, RiskReason
from mlspec.reporting.plans import render_plan


def run_of(plan):
    log = json.loads(render_plan(plan, "sarif"))
    assert "2.1.0" == log["version"]
    (run,) = log["runs"]
    return run


@pytest.mark.parametrize("plan", [PLAN, BLOCKED, EMPTY, saying("x")])
def test_every_result_points_at_its_rule_and_a_line(plan):
    run = run_of(plan)
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]

    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        assert location["physicalLocation"]["artifactLocation"]["uri"]
        assert 64 == len(result["partialFingerprints"]["mlspecRisk/v1"])


def test_a_finding_stands_at_the_field_that_its_rule_is_about():
    found = {each["ruleId"]: each for each in run_of(PLAN)["results"]}

    place = found["R-GATE-LOOSENED"]["locations"][0]
    assert {
        "artifactLocation": {"uri": "specs/screen.yaml"},
        "region": {"startLine": 31, "startColumn": 16},
    } == place["physicalLocation"]
    assert "model/screen" == place["logicalLocations"][0]["fullyQualifiedName"]


@pytest.mark.parametrize(
    ("level", "shown", "kind"),
    [
        ("none", "none", "informational"),
        ("low", "note", "fail"),
        ("medium", "warning", "fail"),
        ("high", "error", "fail"),
        ("critical", "error", "fail"),
    ],
)
def test_the_level_follows_the_risk(level, shown, kind):
    risk = Risk(Level(level), (RiskReason("R-X", Level(level), "so"),))

    (result,) = run_of(replace(PLAN, operations=(replace(SCREEN, risk=risk),)))["results"]

    assert (shown, kind) == (result["level"], result["kind"])


def test_what_blocks_is_an_error_of_its_own():
    results = run_of(BLOCKED)["results"]

    assert ["blocked-gate-failed", "blocked-protected"] == [
        each["ruleId"] for each in results if each["properties"]["blocking"]
    ]


def test_environments_are_runs_of_their_own():
    assert "mlspec/plan/prod/" == run_of(PLAN)["automationDetails"]["id"]


def test_text_of_a_spec_becomes_no_link_no_placeholder_and_no_address():
    (first, *_) = run_of(saying("[a](http://x.example) {0}"))["results"]

    assert "[a] (http://x.example) {{0}}" in first["message"]["text"]
    place = replace(SCREEN, at="a b/é?.yaml:3:1", changes=())
    (result, *_) = run_of(replace(PLAN, operations=(place,)))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "a%20b/%C3%A9%3F.yaml" == uri


def test_files_are_named_from_the_top_of_the_repository():
    moved, here = (
        json.loads(render_plan(BLOCKED, "sarif", folder=folder))["runs"][0]["results"]
        for folder in ("ml/churn", ".")
    )
    uris = [
        [found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for found in results]
        for results in (moved, here)
    ]

    assert [f"ml/churn/{each}" for each in uris[1]] == uris[0]
    assert [each["partialFingerprints"] for each in here] == [
        each["partialFingerprints"] for each in moved
    ]
