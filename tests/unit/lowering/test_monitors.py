# ruff: noqa: E501  (a diagnostic is one line)
from __future__ import annotations

import dataclasses
import re
import textwrap
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from tests.unit.lowering.test_lowering import MODEL, SHARED, WORKSPACE

from mlspec.evidence import FeatureProfile, Material, Profile
from mlspec.ir import OnCall
from mlspec.lowering import Files, lower
from mlspec.syntax import SourceText
from mlspec.workspace import load

FILE = "evaluation/training.json"
PROFILE = Profile(
    Material("training", FILE, "sha256:0", 500),
    500,
    (
        FeatureProfile("age", edges=(30.0, 50.0), counts=(120, 0, 340), missing=40),
        FeatureProfile("empty", edges=(1.0,), counts=(0, 0), missing=0),
        FeatureProfile("sex", categories=("a", "b"), counts=(200, 300), others=(), new=0),
        FeatureProfile("town", categories=("a",), counts=(1, 499), others=None, new=None),
    ),
)
EVALUATION = (
    f"evaluation: {{sources: [{{name: training, file: {FILE}, format: profile}}]}}\nmonitoring:\n"
)
DRIFT = "  - {{id: d, dimension: data-drift, metric: rows_total, statistic: psi, {}}}\n"


def lowered(rest, profiles=None):
    texts = {
        "mlspec.yaml": WORKSPACE,
        "specs/screen.yaml": MODEL.format(name="screen", rest=textwrap.indent(rest, "  ")),
        "specs/shared.yaml": SHARED,
    }
    loaded = load([SourceText(file, text.encode()) for file, text in texts.items()])
    assert not loaded.diagnostics
    files = Files(profiles={FILE: PROFILE} if profiles is None else profiles)
    return lower(loaded.workspace, "prod", evidence={}, version="0.1.0", files=files)


def reference(feature):
    drift = DRIFT.format(f"feature: {feature}, profile: training, above: 0.2")
    (monitor,) = lowered(EVALUATION + drift).bundle.monitors
    return monitor.reference


def told(rest, profiles=None):
    result = lowered(rest, profiles)
    assert () == result.bundle.monitors
    (found,) = result.diagnostics
    return f"{found.code} {found.message}"


def test_a_monitor_of_drift_has_the_bins_of_its_feature():
    assert reference("age") == snapshot((("0", 120), ("1", 0), ("2", 340), ("missing", 40)))


def test_categories_have_a_bin_for_those_that_the_reference_does_not_have():
    assert reference("sex") == snapshot((("0", 200), ("1", 300), ("new", 0), ("missing", 0)))


def test_new_categories_that_cannot_be_told_are_among_the_others():
    assert reference("town") == snapshot((("0", 1), ("1", 499), ("new", 0), ("missing", 0)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("profile: training, above: 0.2", "`d` names no `feature`"),
        ("feature: age, above: 0.2", "`d` names no `profile`"),
        ("feature: age, profile: zzz, above: 0.2", "`evaluation.sources` has no `zzz`"),
        (
            "feature: zzz, profile: training, above: 0.2",
            "the profile `training` has no feature `zzz`",
        ),
        ("feature: empty, profile: training, above: 0.2", "`empty` has no rows"),
        (
            "feature: age, profile: training, below: 0.2",
            "`d` has `below`, and no drift is nothing to be told of",
        ),
    ],
)
def test_drift_from_nothing_is_told(fields, message):
    rest = EVALUATION + DRIFT.format(fields)

    assert f"MLS591 {message}: no alert is compiled for it" == told(rest)


def test_a_profile_that_cannot_be_read_says_why():
    rest = EVALUATION + DRIFT.format("feature: age, profile: training, above: 0.2")

    assert told(rest, {FILE: "the file is gone"}) == snapshot(
        "MLS591 the file is gone: no alert is compiled for it"
    )
    assert told(rest, {}) == snapshot(
        "MLS591 `evaluation/training.json` was not read: no alert is compiled for it"
    )


def test_missing_values_need_no_profile():
    rest = "monitoring:\n" + DRIFT.format("feature: age, above: 0.2").replace(
        "psi", "missing-share"
    )

    (monitor,) = lowered(rest, {}).bundle.monitors

    assert ("age", ()) == (monitor.feature, monitor.reference)


def test_labels_come_with_a_counter_of_labelled_answers():
    labels = "labels: {predictions: answers_total, delayMinutes: 20160}"
    rest = "monitoring: [{{id: late, dimension: concept-drift, metric: m_total, below: 0.7, {}, {}}}]\n"

    (monitor,) = lowered(
        rest.format("statistic: share, total: labelled_total", labels)
    ).bundle.monitors

    assert ("answers_total", 20160, 0.9) == (
        monitor.predictions,
        monitor.delay_minutes,
        monitor.minimum_coverage,
    )
    assert told(rest.format("statistic: mean", labels)) == snapshot(
        "MLS592 `late` has `labels`, but is no share or quotient of labelled answers"
    )


def test_a_budget_with_a_metric_is_watched_by_month_and_by_day():
    budget = "budget: {monthly: 300, currency: EUR, alertShare: 0.8, metric: cost_euros_total}\n"

    found = lowered(budget).bundle.monitors

    assert [
        (each.id, each.above, each.window_minutes, each.receiver) for each in found
    ] == snapshot(
        [
            ("budget-spent", 240.0, 43200, "workforce-pager"),
            ("budget-pace", 30.0, 1440, "workforce-pager"),
        ]
    )
    assert {("cost", "increase")} == {(each.dimension, each.statistic) for each in found}


def test_who_is_told_of_the_budget_gets_the_runbook_of_the_model():
    served = (
        "budget: {monthly: 300, currency: EUR, metric: cost_euros_total}\n"
        "serving: {mode: batch, runbook: 'https://runbooks.example.org/a'}\n"
    )

    found = lowered(served).bundle.monitors

    assert {"https://runbooks.example.org/a"} == {each.runbook for each in found}


def test_a_budget_without_a_metric_is_not_watched():
    assert () == lowered("budget: {monthly: 300, currency: EUR}\n").bundle.monitors


def test_a_monitor_does_not_take_the_name_of_an_alert_of_the_budget():
    rest = (
        "budget: {monthly: 300, currency: EUR, metric: cost_euros_total}\n"
        "monitoring: [{id: budget-pace, dimension: cost, metric: cost_euros, above: 1}]\n"
    )

    (found,) = lowered(rest).diagnostics

    assert ("MLS593", "`budget-pace` is what the alert of the budget is called") == (
        found.code,
        found.message,
    )


def test_teams_that_can_be_called_are_in_the_bundle():
    assert lowered("").bundle.on_call == snapshot((OnCall("workforce", "workforce-pager", ""),))


def test_the_documented_monitors_are_compiled():
    page = (Path(__file__).parents[3] / "docs" / "pages" / "monitoring.md").read_text("utf-8")
    example = re.search(r"```yaml\n(monitoring:\n.*?)```", page, re.DOTALL)[1]
    profile = dataclasses.replace(
        PROFILE,
        features=(*PROFILE.features, dataclasses.replace(PROFILE.features[0], name="score")),
    )
    files = ("training", "scores")
    sources = ", ".join(f"{{name: {each}, file: {each}.json, format: profile}}" for each in files)

    found = lowered(
        f"evaluation: {{sources: [{sources}]}}\n{example}",
        {f"{each}.json": profile for each in files},
    )

    assert () == found.diagnostics
    assert {"share", "missing-share", "psi", "quotient", "increase"} == {
        each.statistic for each in found.bundle.monitors
    }
