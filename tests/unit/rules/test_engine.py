from __future__ import annotations

import pytest

from mlspec.diagnostics import Applicability, has_errors, sort_diagnostics
from mlspec.kinds.model import Risk
from mlspec.rules import check, load_rules
from mlspec.rules._registry import rules_for
from mlspec.rules._tiers import least_tier
from mlspec.syntax import SourceText, emit_documents
from mlspec.workspace import load

SPEC = "specs/employment-screen.yaml"


@pytest.fixture
def with_text(baseline_files, load_files):
    """Load the baseline files after replacing text in one of them."""

    def load_them(*replacements, file=SPEC):
        text = baseline_files[file].decode()
        for old, new in replacements:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return load_files(baseline_files | {file: text.encode()})

    return load_them


def place(diagnostic, workspace):
    """Return the text under a diagnostic."""
    span = diagnostic.span
    assert span.start.line == span.end.line
    line = workspace.sources[span.file].lines[span.start.line - 1]
    return line[span.start.column - 1 : span.end.column - 1]


def test_the_baseline_has_no_finding(baseline_files, load_files):
    assert () == check(load_files(baseline_files))


def test_results_are_sorted_and_do_not_depend_on_the_order_of_files(baseline_files, load_files):
    broken = {
        name: text.replace(b"  owner: workforce\n", b"").replace(b"  owner: archive\n", b"")
        for name, text in baseline_files.items()
    }
    first = check(load_files(broken))
    second = check(load_files(dict(reversed(broken.items()))))

    assert first == second
    assert list(first) == sort_diagnostics(first)
    assert len([each for each in first if each.code == "MLS301"]) == 9


def test_a_finding_points_at_the_value(with_text):
    workspace = with_text(("above: 0.02", "above: 2"))

    (found,) = check(workspace)

    assert "impossible-threshold" == found.name
    assert "2" == place(found, workspace)


def test_a_missing_value_points_at_the_key_above(with_text):
    workspace = with_text(("  owner: workforce\n", ""))

    (found,) = check(workspace)

    assert "missing-owner" == found.name
    assert "metadata" == place(found, workspace)


def test_a_missing_value_of_an_entry_points_at_what_names_the_entry(with_text):
    workspace = with_text(("      runbook: runbooks/errors.md\n", ""))

    (found,) = check(workspace)

    assert "page-without-runbook" == found.name
    assert "errors" == place(found, workspace)


def test_a_value_that_is_a_mapping_points_at_its_key(with_text):
    workspace = with_text(("  rollout:\n", "  rolloutPolicy: careful-canary\n  rollout:\n"))

    (found,) = check(workspace)

    assert "ambiguous-rollout" == found.name
    assert "careful-canary" == place(found, workspace)
    (related,) = found.related
    assert related.span.start.line == related.span.end.line


def test_a_rule_without_kinds_looks_at_every_kind():
    everywhere = [rule for rule in load_rules() if not rule.kinds]

    assert everywhere
    assert set(everywhere) <= set(rules_for("Team"))


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("view: applicant-profile@v2", "view: applicant-profile", "unpinned-feature-view"),
        ("age]}", "agee]}", "unknown-feature-column"),
        ("above: 0.02", "above: 2", "impossible-threshold"),
        ("replicas: {minimum: 2, maximum: 2}",
         "replicas: {minimum: 6, maximum: 2}\n    scaling: {cpuUtilisation: 0.7}",
         "reversed-range"),
        ("sensitiveData: true", "sensitiveData: false", "undeclared-sensitive-data"),
        ("    strategy: canary\n", "    strategy: canary\n    abortOnFailure: false\n",
         "canary-without-abort"),
        ("metric: roc-auc, atLeast", "decide: point, metric: roc-auc, atLeast",
         "point-decision-high-risk"),
    ],
)  # fmt: skip
def test_applying_the_fix_removes_the_finding(
    with_text, load_files, baseline_files, old, new, name
):
    workspace = with_text((old, new))
    (found,) = check(workspace)
    assert name == found.name
    (fix,) = found.fixes

    lines = list(workspace.sources[SPEC].lines)
    for edit in sorted(fix.edits, reverse=True):
        row, start, end = edit.span.start.line - 1, edit.span.start.column, edit.span.end.column
        lines[row] = lines[row][: start - 1] + edit.replacement + lines[row][end - 1 :]
    fixed = load_files(baseline_files | {SPEC: "\n".join([*lines, ""]).encode()})

    assert () == check(fixed)


def test_a_fix_that_keeps_the_meaning_is_safe(with_text):
    (found,) = check(with_text(("view: applicant-profile@v2", "view: applicant-profile")))

    assert Applicability.SAFE is found.fixes[0].applicability


def test_the_fix_for_an_offline_view_edits_the_view(with_text):
    workspace = with_text(("online: true", "online: false"), file="specs/data.yaml")

    (found,) = check(workspace)

    assert SPEC == found.span.file
    assert "specs/data.yaml" == found.fixes[0].edits[0].span.file


def test_a_default_is_no_place_for_a_fix(with_text):
    (found,) = check(with_text(("  online: true\n", ""), file="specs/data.yaml"))

    assert "offline-feature-at-serving" == found.name
    assert () == found.fixes


def test_a_feedback_loop_through_another_model_is_found(load_patched):
    workspace = load_patched(
        "kind: Dataset\nmetadata: {name: acs-2016}\nspec: {producedBy: employment-screen}\n---\n"
        "kind: Dataset\nmetadata: {name: acs-2015}\nspec: {derivedFrom: [acs-2016]}\n"
    )

    found = [each for each in check(workspace) if each.name == "feedback-loop"]

    through = "dataset/acs-2015 <- dataset/acs-2016 <- model/employment-screen"
    head = "the model is trained on its own answers: model/employment-screen"
    assert [
        f"{head} <- {through}",
        f"{head} <- feature-view/applicant-profile <- {through}",
    ] == [each.message for each in found]
    assert not has_errors(check(workspace))


def test_evaluating_on_what_the_model_produced_is_no_feedback_loop(load_patched):
    workspace = load_patched(
        "kind: Dataset\nmetadata: {name: acs-2016}\nspec: {producedBy: employment-screen}\n"
    )

    assert () == check(workspace)


def test_a_gate_of_a_shared_set_is_pointed_at_in_the_set(with_text):
    workspace = with_text(
        ("atLeast: 0.7}", "atLeast: 0.7, decide: point}"), file="specs/shared.yaml"
    )

    (found,) = check(workspace)

    assert "point-decision-high-risk" == found.name
    assert "specs/shared.yaml" == found.span.file


def test_a_gate_set_that_is_named_twice_is_reported(with_text):
    workspace = with_text(("[classifier-floor]", "[classifier-floor, classifier-floor]"))

    assert {"duplicate-gate"} == {each.name for each in check(workspace)}


def test_a_dangling_gate_set_is_not_reported_twice(baseline_documents):
    model = next(each for each in baseline_documents if each["kind"] == "Model")
    spec = model["spec"] | {"gates": [], "gateSets": ["classifier-flor"]}
    others = [each for each in baseline_documents if each is not model]
    sources = emit_documents([*others, model | {"spec": spec}]).encode()

    loaded = load([SourceText("mlspec.yaml", sources)])

    assert ["dangling-reference"] == [each.name for each in loaded.diagnostics]
    assert () == check(loaded.workspace, loaded.diagnostics)


@pytest.mark.parametrize(
    ("facts", "least"),
    [
        (("employment", True, True, False), "high"),
        (("law-enforcement", True, False, False), "high"),
        (("marketing", True, True, False), "limited"),
        (("marketing", True, False, True), "limited"),
        (("credit", True, False, False), "minimal"),
        (("credit", False, True, True), "minimal"),
    ],
)
def test_the_facts_say_the_least_tier(facts, least):
    domain, affects_people, automated_decision, sensitive_data = facts
    risk = Risk(
        tier="minimal",
        domain=domain,
        affectsPeople=affects_people,
        automatedDecision=automated_decision,
        sensitiveData=sensitive_data,
    )

    assert least == least_tier(risk)[0]
