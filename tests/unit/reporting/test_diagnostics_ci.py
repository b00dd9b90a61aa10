"""Diagnostics for code scanning (SARIF) and for CI that shows tests (JUnit)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.diagnostics import Diagnostic, Position, Related, Severity, Span
from mlspec.reporting.diagnostics import render_diagnostics

SCHEMA = Path(__file__).parents[4] / "shared" / "conformance" / "sarif" / "sarif-schema-2.1.0.json"


def span(file="deploy/a.yaml", line=4):
    return Span(file, Position(line, 3), Position(line, 8))


def found(message="no image", line=4, file="deploy/a.yaml", code="MLS1117", level="error"):
    severity = Severity(level)
    return Diagnostic(code, "container-without-image", severity, message, span(file, line))


def sarif(diagnostics, category="manifests"):
    text = render_diagnostics(diagnostics, {}, "sarif", category=category)
    (run,) = json.loads(text)["runs"]
    return run


def junit(diagnostics):
    text = render_diagnostics(diagnostics, {}, "junit", category="manifests")
    return ET.fromstring(text)


DIAGNOSTICS = st.lists(
    st.builds(
        found,
        st.text(max_size=20),
        st.integers(1, 50),
        st.sampled_from(["a.yaml", "b c.yaml"]),
        st.sampled_from(["MLS1117", "MLS1320"]),
        st.sampled_from(["error", "warning", "note"]),
    ),
    max_size=6,
    unique=True,
)


def test_a_result_says_rule_level_place_and_what_to_do():
    related = Related(span(line=9), "the other one")
    told = replace(found(level="warning"), hint="add `image`", related=(related,))

    run = sarif([told])

    (result,) = run["results"]
    assert ("MLS1117", 0, "warning") == (*(result["ruleId"], result["ruleIndex"], result["level"]),)
    assert "container-without-image: no image (hint: add `image`)" == result["message"]["text"]
    (place,) = result["locations"]
    assert {
        "artifactLocation": {"uri": "deploy/a.yaml"},
        "region": {"startLine": 4, "startColumn": 3, "endLine": 4, "endColumn": 8},
    } == place["physicalLocation"]
    assert 9 == result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"]
    assert ["MLS1117"] == [each["id"] for each in run["tool"]["driver"]["rules"]]


def test_runs_over_specs_and_over_manifests_do_not_replace_each_other():
    assert "mlspec/manifests/" == sarif([])["automationDetails"]["id"]
    assert "mlspec/specs/" == sarif([], "specs")["automationDetails"]["id"]


def test_what_has_no_place_has_one_all_the_same():
    (result,) = sarif([replace(found(), span=None)])["results"]

    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "mlspec.yaml" == uri


@given(DIAGNOSTICS)
def test_no_two_results_are_the_same_and_none_moves_with_its_line(diagnostics):
    moved = [
        replace(each, span=span(each.span.file, each.span.start.line + 7)) for each in diagnostics
    ]

    def marks(which):
        results = sarif(which)["results"]
        return [each["partialFingerprints"]["mlspecDiagnostic/v1"] for each in results]

    assert len(diagnostics) == len(set(marks(diagnostics)))
    assert sorted(marks(diagnostics)) == sorted(marks(moved))


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of SARIF is not beside this checkout")
@given(DIAGNOSTICS)
def test_the_report_fits_the_published_schema(diagnostics):
    text = render_diagnostics(diagnostics, {}, "sarif", category="manifests")

    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    assert [] == [each.message for each in validator.iter_errors(json.loads(text))]


@given(DIAGNOSTICS)
def test_a_test_fails_for_each_error_and_no_other(diagnostics):
    root = junit(diagnostics)

    errors = [each for each in diagnostics if each.severity is Severity.ERROR]
    assert len(diagnostics) == len(root.findall(".//testcase")) or not diagnostics
    assert len(errors) == len(root.findall(".//failure")) == int(root.get("failures"))


def test_each_file_is_a_suite():
    root = junit([found(), found(file="deploy/b.yaml", level="note")])

    assert ["deploy/a.yaml", "deploy/b.yaml"] == [each.get("name") for each in root]
    (case,) = root[1]
    assert "deploy/b.yaml:4:3 MLS1117 container-without-image" == case.get("name")
    assert "note: no image" == case.findtext("system-out")


def test_where_nothing_is_found_one_test_says_so():
    (case,) = junit([]).findall(".//testcase")

    assert "no problem" == case.get("name")


def test_nothing_a_stranger_writes_ends_a_tag_or_moves_a_cursor():
    evil = found('</failure>\x1b[31m"&', file="a\x1b.yaml")

    text = render_diagnostics([evil], {}, "junit", category="manifests")

    assert "\x1b" not in text
    assert 1 == len(ET.fromstring(text).findall(".//failure"))
