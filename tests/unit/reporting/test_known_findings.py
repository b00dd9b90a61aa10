"""Findings that are known since the policy baseline, in every format: counted, never green."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from mlspec.diagnostics import Diagnostic, Position, Severity, Span, fingerprints
from mlspec.reporting.diagnostics import render_diagnostics

WHY = "known since the baseline of 2026-11-22, accepted by nobody: live before"
PLACE = Span("specs/a.yaml", Position(2, 3), Position(2, 8))


def known(code="CORE-001", about="model/a", message="Nobody owns `a`."):
    mark = next(fingerprints([Diagnostic(code, "x", Severity.ERROR, message, PLACE, about=about)]))
    told = {"waived": WHY, "about": about, "known": mark}
    return Diagnostic(code, code.lower(), Severity.NOTE, message, PLACE, **told)


NEW = Diagnostic("MLS301", "missing-owner", Severity.ERROR, "no owner", PLACE, about="model/b")
FOUND = [known(), known("CORE-002"), known("CORE-002", "model/b"), NEW]


def rendered(style):
    return render_diagnostics(FOUND, {}, style)


def test_text_counts_them_by_rule_and_shows_what_is_new():
    out = rendered("text")

    assert "3 findings known since the baseline, accepted by nobody: CORE-001 1, CORE-002 2" in out
    assert "Nobody owns" not in out
    assert "error[MLS301]" in out
    assert "Found 1 error in 1 file" in out


def test_json_has_each_with_its_fingerprint():
    report = json.loads(rendered("json"))

    assert report["summary"]["known"] == 3
    assert report["summary"]["errors"] == 1
    assert sum("known" in each for each in report["diagnostics"]) == 3


def test_code_scanning_shows_a_failure_that_is_suppressed_and_accepted_by_nobody():
    (run,) = json.loads(rendered("sarif"))["runs"]
    passed = [each for each in run["results"] if "suppressions" in each]

    assert {each["kind"] for each in passed} == {"fail"}
    assert [each["suppressions"] for each in passed] == [
        [{"kind": "external", "justification": WHY}]
    ] * 3
    marks = {each["partialFingerprints"]["mlspecDiagnostic/v1"] for each in passed}
    assert marks == {each.known for each in FOUND if each.known}


def test_tests_that_are_known_to_fail_are_skipped():
    suite = ET.fromstring(rendered("junit")).find("testsuite")

    assert suite.get("skipped") == "3"
    assert suite.get("failures") == "1"
    assert [each.get("message") for each in suite.iter("skipped")] == [WHY] * 3


def test_forges_show_notices_with_why():
    assert rendered("github").count("::notice ") == rendered("github").count(WHY) == 3
    issues = json.loads(rendered("gitlab"))
    assert sum(each["severity"] == "info" and WHY in each["description"] for each in issues) == 3


def test_markdown_counts_them_beside_what_is_new():
    out = rendered("markdown")

    assert "1 error, 3 known since the baseline" in out
    assert out.count("Passed over: known since the baseline") == 3


def test_a_fingerprint_stays_where_days_go_by_and_files_are_renamed():
    def dated(days, file):
        span = Span(file, Position(2, 3), Position(2, 8))
        told = {"about": "model/a", "lasting": "Nobody."}
        message = f"Nobody. (applies from 2027-12-02, in {days} days)"
        return Diagnostic("CORE-001", "x", Severity.WARNING, message, span, **told)

    assert [*fingerprints([dated(377, "a.yaml")])] == [*fingerprints([dated(376, "b.yaml")])]
