"""What the target `prometheus` emits, judged by promtool."""

from __future__ import annotations

import pytest
from tests.contract import promtool
from tests.unit.targets import sample

from mlspec.targets.prometheus import TARGET

NASTY = (
    "{{ $value }}",
    "{{",
    "}}",
    "{{{{ }} {",
    '{{ define "x" }}',
    "{{/* ",
    "a\n  - b: c\n---\nkind: Pod",
    "\"quoted\" 'twice' \\ `ticks`",
    "# no comment",
    "null",
    "0x1F",
    "12e03",
    "no",
    "  spaces  ",
    "tab\there",
    "émoji \U0001f600 \u2028 \x85 \x07 \x00",
    "%s %d $labels ${x} $(x)",
    "- a\n- b",
    "*alias &anchor !tag",
)

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("_promtool")]


@pytest.fixture
def _promtool():
    promtool.require_promtool()


@pytest.fixture
def write(tmp_path):
    def _write(bundle):
        for artifact in TARGET.emit(bundle, None):
            path = tmp_path / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(artifact.content, "utf-8")
        return tmp_path / "prometheus"

    return _write


def test_the_rules_are_accepted_and_their_tests_pass(write):
    folder = write(sample.full_bundle())

    promtool.check_rules(*sorted(folder.glob("*.rules.yaml")))
    promtool.test_rules(*sorted(folder.glob("*.test.yaml")))


def test_the_tests_would_notice_a_wrong_threshold(write):
    folder = write(sample.bundle(watched=[sample.monitor(above=0.2)]))
    rules = folder / "screen.rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("> 0.2", "> 200"), "utf-8")

    with pytest.raises(AssertionError, match="ScreenDrift"):
        promtool.test_rules(folder / "screen.test.yaml")


def test_the_tests_would_notice_labels_that_are_not_waited_for(write):
    folder = write(sample.bundle(watched=sample.late()[:1]))
    rules = folder / "late.rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace(">= 0.9", ">= 0"), "utf-8")

    with pytest.raises(AssertionError, match="LateWrong"):
        promtool.test_rules(folder / "late.test.yaml")


def test_the_tests_would_notice_drift_that_is_judged_without_its_bound(write):
    folder = write(sample.bundle(watched=sample.drifts()[:1]))
    rules = folder / "drifting.rules.yaml"
    text = rules.read_text("utf-8")
    rules.write_text(text.replace("and mlspec:drift_psi:lower", "and mlspec:drift_psi"), "utf-8")

    with pytest.raises(AssertionError, match="DriftingAge"):
        promtool.test_rules(folder / "drifting.test.yaml")


def test_text_of_a_spec_stays_text(write):
    watched = [
        sample.monitor(f"m{index}", above=1.0, runbook=text, receiver=text)
        for index, text in enumerate(NASTY)
    ]
    counted = {"statistic": "missing-share", "metric": "rows_total", "above": 0.5}
    watched += [
        sample.monitor(f"f{index}", feature=text, **counted) for index, text in enumerate(NASTY)
    ]

    folder = write(sample.bundle(watched=watched))

    promtool.check_rules(folder / "screen.rules.yaml")
    promtool.test_rules(folder / "screen.test.yaml")
