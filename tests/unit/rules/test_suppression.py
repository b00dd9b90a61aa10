from __future__ import annotations

import pytest

from mlspec.diagnostics import Diagnostic, Severity
from mlspec.rules import SUPPRESSION_CODES, check
from mlspec.workspace import overlay

SPEC = "specs/employment-screen.yaml"
YEARLY = (
    "  retraining:\n"
    "{}    - {{id: yearly, type: schedule, everyDays: 365, lastTested: 2026-01-15}}{}\n"
)


@pytest.fixture
def codes(baseline_files, load_files):
    """Return the codes found when the only trigger is a schedule with these comments."""

    def found(above="", behind="", environments="", **arguments):
        text = baseline_files[SPEC].decode()
        start, end = text.index("  retraining:"), text.index("  oversight:")
        text = text[:start] + YEARLY.format(above, behind) + text[end:]
        settings = baseline_files["mlspec.yaml"] + environments.encode()
        files = baseline_files | {SPEC: text.encode(), "mlspec.yaml": settings}
        return [each.code for each in check(load_files(files), **arguments)]

    return found


def test_without_a_comment_the_rule_reports(codes):
    assert ["MLS511"] == codes()


@pytest.mark.parametrize("word", ["MLS511", "calendar-only-retraining", " MLS511 "])
def test_a_comment_behind_the_value_suppresses_by_code_and_by_name(codes, word):
    assert [] == codes(behind=f"  # mlspec: ignore[{word}] the source is published once a year")


def test_a_comment_on_the_line_above_suppresses(codes):
    assert [] == codes(above="    # mlspec: ignore[MLS511] published once a year\n")


def test_comments_above_may_be_stacked(codes):
    assert [] == codes(
        above="    # mlspec: ignore[MLS511] published once a year\n    # see the contract\n"
    )


def test_one_comment_may_name_several_rules(codes):
    assert ["MLS393"] == codes(behind="  # mlspec: ignore[MLS511, MLS512] published once a year")


@pytest.mark.parametrize("reason", ["", "  ", " -", " :"])
def test_a_comment_without_a_reason_is_reported_and_has_no_effect(codes, reason):
    assert {"MLS391", "MLS511"} == set(codes(behind=f"  # mlspec: ignore[MLS511]{reason}"))


@pytest.mark.parametrize("brackets", ["", "[]", "[calendar-only]", "[MLS999]"])
def test_a_comment_for_no_rule_is_reported(codes, brackets):
    assert {"MLS392", "MLS511"} == set(codes(behind=f"  # mlspec: ignore{brackets} a reason"))


@pytest.mark.parametrize(
    "word", ["understated-risk", "ungated-high-risk", "high-risk-without-oversight"]
)
def test_rules_that_protect_people_are_not_suppressed_by_a_comment(codes, word):
    found = codes(behind=f"  # mlspec: ignore[{word}] we are in a hurry")

    assert {"MLS392", "MLS511"} == set(found)


def test_a_comment_elsewhere_suppresses_nothing_and_is_reported(codes):
    assert {"MLS393", "MLS511"} == set(codes(above="    # mlspec: ignore[MLS511] a reason\n    \n"))


def test_a_comment_that_suppresses_nothing_is_reported(baseline_files, load_files):
    text = baseline_files[SPEC] + b"  # mlspec: ignore[missing-budget] paid by the state\n"

    (found,) = check(load_files(baseline_files | {SPEC: text}))

    assert "unused-suppression" == found.name
    assert Severity.WARNING is found.severity
    assert 3 == found.span.start.column


def test_unused_comments_are_not_judged_while_specs_are_missing(codes):
    error = Diagnostic("MLS104", "missing-key", Severity.ERROR, "a key is absent")

    assert [] == codes(behind="  # mlspec: ignore[MLS511,MLS512] a reason", earlier=[error])


OVERRIDE = (
    "    test:\n"
    "      overrides:\n"
    "        - {{kind: Model, name: employment-screen, path: {}, value: {}}} {}\n"
)
PAID = "# mlspec: ignore[missing-budget] paid for by the platform"


def test_a_comment_that_only_an_environment_needs_is_of_use(baseline_files, load_files):
    override = OVERRIDE.format("spec.budget", "null", PAID)
    settings = baseline_files["mlspec.yaml"] + override.encode()

    workspace = load_files(baseline_files | {"mlspec.yaml": settings})

    assert () == check(workspace)
    assert () == check(overlay(workspace, "test")[0])


def test_a_finding_about_an_override_points_at_the_override(baseline_files, load_files):
    override = OVERRIDE.format("spec.serving.replicas.minimum", "9", "")
    settings = baseline_files["mlspec.yaml"] + override.encode()

    workspace = load_files(baseline_files | {"mlspec.yaml": settings})
    (found,) = check(overlay(workspace, "test")[0])

    assert "reversed-range" == found.name
    assert "mlspec.yaml" == found.span.file
    assert () == found.fixes


def test_the_word_alone_in_a_text_is_no_comment(baseline_files, load_files):
    text = baseline_files[SPEC].replace(b"first.\n", b"first, mlspec:ignore[MLS511] or not.\n")

    assert () == check(load_files(baseline_files | {SPEC: text}))


def test_the_codes_of_comments_are_documented():
    assert ["MLS391", "MLS392", "MLS393"] == [each.code for each in SUPPRESSION_CODES]
