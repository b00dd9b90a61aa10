"""A plan as tests: operations that may be applied pass, what is missing fails."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from tests.unit.reporting.sample_plans import BLOCKED, EMPTY, PLAN, saying

from mlspec.reporting.plans import render_plan


def suites(plan):
    root = ET.fromstring(render_plan(plan, "junit"))
    return root, {each.get("name"): each for each in root}


@pytest.mark.parametrize("plan", [PLAN, BLOCKED, EMPTY])
def test_the_counts_are_those_of_the_cases(plan):
    root, found = suites(plan)

    for suite in found.values():
        assert str(len(suite.findall("testcase"))) == suite.get("tests")
        assert str(len(suite.findall("testcase/failure"))) == suite.get("failures")
    for count in ("tests", "failures"):
        assert root.get(count) == str(sum(int(each.get(count)) for each in found.values()))


def test_every_operation_is_a_case_and_fails_while_it_is_blocked():
    _root, found = suites(BLOCKED)

    failures = {
        case.get("name"): [(each.get("type"), each.get("message")) for each in case.iter("failure")]
        for case in found["operations"]
    }
    assert {
        "model/screen update": [
            ("blocked-gate-failed", "gates do not pass: auc-floor fail"),
        ],
        "dataset/old retire": [("blocked-protected", "protected")],
        "model/churn restore": [],
    } == failures


def test_an_approval_that_is_needed_is_a_failure():
    _root, found = suites(PLAN)

    first, second = [each.text for each in found["approvals"].iter("failure")]
    rules = "R-GATE-LOOSENED model/screen, R-DELETED model/gone"
    assert f"needs 2 approved as model-risk, at least signed: {rules}" == first
    assert "needs 1 approved as compliance, at least host: R-TIER-LOWERED model/screen" == second


def test_a_case_says_what_the_operation_means():
    _root, found = suites(PLAN)

    told = found["operations"].find("testcase[@name='model/screen update']/system-out").text
    assert "risk: critical" in told
    assert "spec.gates[auc-floor].atLeast: 0.92 -> 0.88 (loosened)" in told
    assert "contract: breaking" in told


@pytest.mark.parametrize("hostile", ["]]>", "<a b='\"'>", "&amp;", "\x00\x1b", "\ufffe", "a\nb"])
def test_any_text_is_xml(hostile):
    _root, plain = suites(saying("x"))

    _root, found = suites(saying(hostile))

    shape = [[each.tag for each in suite.iter()] for suite in plain.values()]
    assert shape == [[each.tag for each in suite.iter()] for suite in found.values()]
