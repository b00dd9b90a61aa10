"""The Code Quality report of diagnostics: what GitLab needs of each issue, and what stays."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from mlspec.diagnostics import Diagnostic, Position, Related, Severity, Span
from mlspec.reporting.diagnostics import render_diagnostics, render_gitlab


def span(file="specs/credit.yaml", line=4):
    return Span(file, Position(line, 3), Position(line, 8))


def found(message="no owner", line=4, file="specs/credit.yaml", code="MLS301"):
    return Diagnostic(code, "missing-owner", Severity.ERROR, message, span(file, line))


def issues(diagnostics):
    return json.loads(render_gitlab(diagnostics))


def test_each_issue_has_what_gitlab_reads():
    warning = Diagnostic("MLS401", "ungated", Severity.WARNING, "no gate", span(), hint="add one")

    assert render_gitlab([warning]) == snapshot("""\
[
  {
    "check_name": "MLS401 ungated",
    "description": "no gate (hint: add one)",
    "fingerprint": "f248d46088332c8ec89b5dec0ae8d520036d9325f754ff3bb2943514942a73fd",
    "location": {
      "lines": {
        "begin": 4
      },
      "path": "specs/credit.yaml"
    },
    "severity": "minor"
  }
]
""")


@pytest.mark.parametrize(
    ("severity", "said"),
    [(Severity.ERROR, "major"), (Severity.WARNING, "minor"), (Severity.NOTE, "info")],
)
def test_a_severity_is_one_of_those_of_gitlab(severity, said):
    (issue,) = issues([replace(found(), severity=severity)])

    assert said == issue["severity"]


def test_what_has_no_place_is_shown_at_the_workspace_file():
    nowhere = Diagnostic("MLS201", "no-workspace", Severity.ERROR, "there is no `mlspec.yaml`")

    (issue,) = issues([nowhere])

    assert {"path": "mlspec.yaml", "lines": {"begin": 1}} == issue["location"]


LINES = st.lists(st.integers(1, 500), min_size=1, max_size=6)
MESSAGES = st.sampled_from(["no owner", "no gate", "wrong type"])


@given(diagnostics=st.lists(st.builds(found, MESSAGES, st.integers(1, 500)), max_size=8))
def test_no_two_issues_are_the_same(diagnostics):
    marks = [each["fingerprint"] for each in issues(diagnostics)]

    assert len(marks) == len(set(marks)) == len(set(map(repr, diagnostics)))


@given(diagnostics=st.lists(st.builds(found, MESSAGES, st.integers(1, 500)), max_size=8))
def test_an_issue_stays_the_same_when_its_line_moves(diagnostics):
    moved = [replace(each, span=span(line=each.span.start.line + 7)) for each in diagnostics]

    def told(which):
        return [(each["fingerprint"], each["description"]) for each in issues(which)]

    assert told(diagnostics) == told(moved)


@pytest.mark.parametrize(
    "other", [{"message": "no gate"}, {"file": "specs/other.yaml"}, {"code": "MLS302"}]
)
def test_another_problem_is_another_issue(other):
    first, second = issues([found()])[0], issues([found(**other)])[0]

    assert first["fingerprint"] != second["fingerprint"]


def test_nothing_a_stranger_writes_reaches_the_page_as_a_control_character():
    evil = "x\r\n\x1b[31m\u202e"

    (issue,) = issues([replace(found(evil, file=evil), hint=evil)])

    assert r"x\r\n\x1b[31m\u202e (hint: x\r\n\x1b[31m\u202e)" == issue["description"]
    assert r"x\r\n\x1b[31m\u202e" == issue["location"]["path"]


@pytest.mark.parametrize("output_format", ["github", "gitlab"])
def test_forges_name_files_from_the_top_of_the_repository(output_format):
    related = Related(span("specs/team.yaml"), "a team is here")
    told = [replace(found(), related=(related,))]

    text = render_diagnostics(told, {}, output_format, folder="ml/specs")

    assert "ml/specs/specs/credit.yaml" in text
    assert ("ml/specs/specs/team.yaml" in text) == (output_format == "github")
    assert "ml/specs" not in render_diagnostics(told, {}, output_format)


@pytest.mark.parametrize("output_format", ["text", "json"])
def test_people_and_programs_read_names_as_the_workspace_has_them(output_format):
    here, there = (
        render_diagnostics([found()], {}, output_format, folder=each) for each in (".", "ml")
    )

    assert here == there


def test_no_problems_are_an_empty_report():
    assert [] == issues([])
