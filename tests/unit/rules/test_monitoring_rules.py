"""Rules about environments in series, names of alerts, receivers and rehearsals."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mlspec.lowering import lower
from mlspec.rules import check
from mlspec.targets.prometheus import TARGET
from mlspec.workspace import overlay

MODEL = "kind: Model\nmetadata: {name: employment-screen}\nspec:\n"
ADDRESS = "model/employment-screen"


@pytest.fixture
def found(load_patched):
    def told(patch, code, **changes):
        workspace = replace(load_patched(patch), **changes)
        return [each.message for each in check(workspace) if each.code == code]

    return told


def environments(dev, prod, targets=""):
    return (
        "kind: Workspace\nspec:\n"
        f"{targets}  environments:\n    dev: {{{dev}}}\n    prod: {{{prod}}}\n"
    )


def overridden(key, value):
    place = f"spec.targets.prometheus.{key}"
    return (
        f"overrides: [{{kind: Workspace, name: county-screening, path: {place}, value: {value}}}]"
    )


ONE = "namespace: ml"
EU = overridden("labels", "{cluster: eu}")
ELSEWHERE = overridden("address", "'http://prometheus.eu.svc'")
SAME = "  targets: {prometheus: {labels: {cluster: eu}}}\n"


@pytest.mark.parametrize(
    ("patch", "count"),
    [
        (environments(ONE, "namespace: ml-prod"), 0),
        (environments(ONE, ONE), 1),
        (environments(ONE, f"{ONE}, {EU}"), 0),
        (environments(f"{ONE}, {EU}", f"{ONE}, {EU}"), 1),
        (environments(ONE, f"{ONE}, {ELSEWHERE}"), 0),
        (environments(ONE, "namespace: ml-prod", SAME), 1),
        (environments("namespace: null", "namespace: default"), 1),
    ],
)
def test_environments_that_ask_for_the_same_series_are_told(found, patch, count):
    assert count == len(found(patch, "MLS440"))


def test_environments_without_a_model_to_watch_ask_for_nothing(found):
    patch = environments(ONE, ONE) + f"---\n{MODEL}  serving: null\n  monitoring: []\n"

    assert [] == found(patch, "MLS440")


def monitors(*ids):
    entry = "    - {{id: {}, dimension: service, metric: m, above: 1, receiver: workforce}}\n"
    return "  monitoring:\n" + "".join(entry.format(each) for each in ids)


SERVED = "  serving: {availability: 0.99, p99Ms: 100, runbook: wiki}\n"


@pytest.mark.parametrize(
    ("ids", "rest", "alert"),
    [
        (("biz", "biz-unknown"), "", "EmploymentScreenBizUnknown"),
        (("biz-unknown", "biz"), "", "EmploymentScreenBizUnknown"),
        (("p99ms", "p99-ms"), "", "EmploymentScreenP99Ms"),
        (("availability-fast-burn",), SERVED, "EmploymentScreenAvailabilityFastBurn"),
        (("latency-p99",), SERVED, "EmploymentScreenLatencyP99"),
        (("objectives",), SERVED, "EmploymentScreenObjectivesUnknown"),
        (("availability",), SERVED, "EmploymentScreenAvailabilityUnknown"),
        (("rollout-errors-failed",), "", "EmploymentScreenRolloutErrorsFailed"),
        (
            ("budget-spent",),
            "  budget: {monthly: 1, currency: EUR, metric: cost_total}\n",
            "EmploymentScreenBudgetSpent",
        ),
    ],
)
def test_two_alerts_of_one_name_are_told(found, ids, rest, alert):
    messages = found(MODEL + rest + monitors(*ids), "MLS441")

    assert any(f"`{alert}`" in each for each in messages)


@pytest.mark.parametrize("ids", [("biz", "biz-known"), ("unknown", "known"), ("errors",)])
def test_alerts_of_different_names_are_fine(found, ids):
    assert [] == found(MODEL + SERVED + monitors(*ids), "MLS441")


def teams(first, second):
    return (
        f"kind: Team\nmetadata: {{name: workforce}}\nspec:\n  onCall: {first}\n---\n"
        f"kind: Team\nmetadata: {{name: archive}}\nspec:\n  onCall: {second}\n"
    )


A, B = "http://pager.svc/a", "http://pager.svc/b"


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("{receiver: one}", "{receiver: one}", 0),
        (f"{{receiver: one, webhook: '{A}'}}", f"{{receiver: one, webhook: '{A}'}}", 0),
        (f"{{receiver: one, webhook: '{A}'}}", f"{{receiver: two, webhook: '{B}'}}", 0),
        (f"{{receiver: one, webhook: '{A}'}}", f"{{receiver: one, webhook: '{B}'}}", 2),
        ("{receiver: one, webhook: null}", f"{{receiver: one, webhook: '{B}'}}", 2),
    ],
)
def test_a_receiver_calls_the_same_for_all_of_its_teams(found, first, second, count):
    assert count == len(found(teams(first, second), "MLS442"))


@pytest.mark.parametrize(
    ("receiver", "count"),
    [("mlspec-unclaimed", 1), ("mlspec-", 1), ("mlspec", 0), ("my-mlspec-x", 0)],
)
def test_names_of_our_own_receivers_are_kept(found, receiver, count):
    assert count == len(found(teams(f"{{receiver: {receiver}}}", "null"), "MLS443"))


def triggers(tested):
    day = f", lastTested: {tested}" if tested else ""
    return f"  retraining:\n    - {{id: on-drift, type: monitor, monitor: input-drift{day}}}\n"


TRAINED = "  training: {image: registry.example.org/t:v1, command: [train]}\n"


@pytest.mark.parametrize(
    ("patch", "count"),
    [
        ("  training: null\n" + triggers(""), 1),
        ("  training: null\n" + triggers("2026-10-01"), 0),
        (TRAINED + triggers(""), 0),
        ("  training: null\n  retraining: []\n", 0),
    ],
)
def test_triggers_that_start_nothing_are_told(found, patch, count):
    assert count == len(found(MODEL + patch, "MLS444"))


@pytest.mark.parametrize(
    ("tested", "today", "count"),
    [
        ("2025-11-20", "2026-11-21", 0),
        ("2025-11-19", "2026-11-21", 1),
        ("2020-01-15", "", 0),
        ("2020-02-31", "2026-11-21", 0),
        ("2027-01-01", "2026-11-21", 0),
        ("", "2026-11-21", 0),
    ],
)
def test_a_rehearsal_counts_for_a_year(found, tested, today, count):
    assert count == len(found(MODEL + TRAINED + triggers(tested), "MLS445", today=today))


def test_the_later_of_a_record_and_a_stated_day_counts(found):
    patch = MODEL + TRAINED + triggers("2020-01-15")

    assert [] == found(patch, "MLS445", rehearsed={ADDRESS: {"on-drift": "2026-06-01"}})
    assert ["the retraining `on-drift` was last rehearsed on 2021-06-01, over a year ago"] == found(
        patch, "MLS445", rehearsed={ADDRESS: {"on-drift": "2021-06-01"}}
    )


@pytest.mark.parametrize(
    ("name", "count"),
    [("role", 1), ("model", 1), ("le", 1), ("receiver", 1), ("__name__", 1), ("cluster", 0),
     ("namespace", 0), ("environment", 0)],
)  # fmt: skip
def test_labels_that_mean_something_else_tell_no_environment(found, name, count):
    patch = f"kind: Workspace\nspec:\n  targets: {{prometheus: {{labels: {{{name}: x}}}}}}\n"

    assert count == len(found(patch, "MLS446"))


def test_a_budget_of_errors_that_wakes_somebody_has_a_runbook(found):
    burning = "  serving: {availability: 0.99, runbook: null}\n"

    assert 1 == len(found(MODEL + burning, "MLS508"))
    assert [] == found(MODEL + burning.replace("null", "wiki"), "MLS508")
    assert [] == found(MODEL + "  serving: {p99Ms: 100, runbook: null}\n", "MLS508")


COMPILED = (
    f"{MODEL}  serving: {{availability: 0.99, p99Ms: 100, runbook: wiki}}\n"
    "  budget: {monthly: 100, currency: EUR, metric: cost_total}\n"
)


def test_no_monitor_takes_the_name_of_an_alert_that_is_compiled(found, load_patched):
    workspace, _ = overlay(load_patched(COMPILED + monitors("biz")), "prod")
    bundle = lower(workspace, "prod", evidence={}, version="0.1.0").bundle
    names = {
        name.removeprefix("EmploymentScreen")
        for artifact in TARGET.emit(bundle, None)
        if artifact.path.endswith(".rules.yaml")
        for name in re.findall(r"alert: (\w+)", artifact.content)
    }
    taken = {"-".join(re.findall(r"[A-Z][a-z0-9]*", name)).lower() for name in names}

    assert {"biz-unknown", "budget-pace", "latency-p99", "rollout-errors-unproven"} < taken
    assert 15 == len(taken)
    for each in sorted(taken - {"biz"}):
        assert found(COMPILED + monitors("biz", each), "MLS441"), each


@pytest.mark.parametrize(
    ("enabled", "rest", "called", "count"),
    [
        ("alertmanager", "", "", 1),
        ("alertmanager", "", ", webhook: 'http://pager.ops.svc/workforce'", 0),
        ("prometheus", "", "", 0),
        ("alertmanager", ", patches: [{id: pager, path: 'alertmanager/*', file: p.yaml}]", "", 0),
        ("alertmanager", ", patches: [{id: slow, path: 'prometheus/*', file: p.yaml}]", "", 1),
    ],
)
def test_a_receiver_that_calls_nobody_is_told(found, enabled, rest, called, count):
    patch = (
        f"kind: Workspace\nspec:\n  targets: {{enabled: [{enabled}]{rest}}}\n"
        "---\nkind: Team\nmetadata: {name: workforce}\n"
        f"spec:\n  onCall: {{receiver: workforce-pager{called}}}\n"
    )

    told = [each for each in found(patch, "MLS469") if "`workforce-pager`" in each]

    assert count == len(told)
