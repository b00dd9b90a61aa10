# ruff: noqa: E501  (a value is one line)
from __future__ import annotations

import dataclasses
import re
import textwrap
from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from mlspec.evidence import EvidenceRecord, GateResult, Interval, Material, PartResult, Verdict
from mlspec.gates import gates_digest
from mlspec.ir import ValueStatus
from mlspec.lowering.cards import lower_cards
from mlspec.syntax import SourceText
from mlspec.workspace import gates_of, load, overlay

DIGEST = "sha256:" + "1" * 64

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: county}
spec:
  environments:
    staging: {}
    prod:
      overrides:
        - {kind: Model, name: screen, path: "spec.gates[floor].atLeast", value: 0.8}
        - {kind: Model, name: screen, path: spec.serving.replicas, value: {minimum: 3}}
"""

PLAIN_WORKSPACE = WORKSPACE.partition("prod:")[0] + "prod: {}\n"

SHARED = f"""\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: workforce}}
spec:
  members: [ana@example.org, li@example.org]
  onCall: {{receiver: workforce-pager}}
---
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {{name: applicants, version: v1, owner: workforce}}
spec:
  uri: data/applicants.csv
  digest: {DIGEST}
  format: csv
  rows: 12000
  period: {{start: "2015-01-01", end: "2015-12-31"}}
  columns:
    - {{name: age, type: int, sensitive: true}}
    - {{name: score, type: float}}
  licence: CC0
  origin: A survey.
  preparation: None.
  gaps: [Few people over 60., One year only.]
---
apiVersion: mlspec.dev/v1
kind: FeatureView
metadata: {{name: profile, version: v1, owner: workforce}}
spec:
  entities: [person]
  source: {{dataset: applicants@v1}}
  features:
    - {{name: age, type: int, sensitive: true}}
    - {{name: school, type: int}}
  online: true
  freshnessMinutes: 1440
---
apiVersion: mlspec.dev/v1
kind: GateSet
metadata: {{name: shared, version: v1, owner: workforce}}
spec:
  gates: [{{id: brier, type: metric-threshold, metric: brier, atMost: 0.2, required: false}}]
"""

POLICY = """\
---
apiVersion: mlspec.dev/v1
kind: RolloutPolicy
metadata: {name: shared, version: v1, owner: workforce}
spec:
  rollout: {strategy: blue-green, previewMinutes: 5}
"""

MODEL = f"""\
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: screen, version: v2, owner: workforce, description: A screen.}}
spec:
  purpose: Ranks applications for a person to read first.
  task: binary-classification
  artifact: {{uri: models/screen.onnx, format: onnx, digest: {DIGEST}}}
  data: {{training: [applicants@v1]}}
  output:
    version: v1
    fields: [{{name: score, type: float, minimum: 0, maximum: 1, description: A probability.}}]
  risk:
    tier: limited
    domain: employment
    affectsPeople: true
    automatedDecision: false
    sensitiveData: false
"""

FULL = """\
limitations: [Not for benefits.]
features:
  - view: profile@v1
    columns: [age]
gateSets: [shared@v1]
gates:
  - {id: floor, type: metric-threshold, metric: roc-auc, atLeast: 0.7}
evaluation: {predictions: evaluation/screen.csv}
serving:
  mode: online
  image: registry.example.org/screen@sha256:0
  resources: {cpu: 500m, memory: 1Gi}
  requestsPerSecond: 5
  p99Ms: 150
  availability: 0.995
rollout:
  strategy: canary
  steps: [{share: 0.05, holdMinutes: 60}, {share: 0.5, holdMinutes: 1440}]
  analysis: [{id: errors, metric: error-share, atMost: 0.01}]
monitoring:
  - id: drift
    dimension: data-drift
    metric: screen_psi
    above: 0.25
    windowMinutes: 10080
    receiver: workforce
  - {id: silent, dimension: service, metric: up}
retraining:
  - {id: decay, type: monitor, monitor: drift, lastTested: "2026-09-10"}
  - {id: yearly, type: schedule, everyDays: 365}
oversight:
  mode: human-in-the-loop
  reviewers: workforce
  intervention: A person reads every file.
budget: {monthly: 400, currency: EUR}
"""


def workspace(rest=FULL, environment="prod", shared=SHARED):
    model = MODEL + textwrap.indent(rest, "  ")
    texts = {"mlspec.yaml": WORKSPACE, "specs/screen.yaml": model, "specs/shared.yaml": shared}
    if "gates" not in rest:
        texts["mlspec.yaml"] = PLAIN_WORKSPACE
    loaded = load([SourceText(file, text.encode()) for file, text in texts.items()])
    assert not loaded.diagnostics
    merged, diagnostics = overlay(loaded.workspace, environment)
    assert not diagnostics
    return merged


def record(found, **changes):
    model = found.find("Model", "screen")
    results = (
        GateResult(
            "floor",
            "metric-threshold",
            Verdict.FAIL,
            "roc-auc >= 0.8",
            reason="the interval lies below the floor",
            metric="roc-auc",
            estimate=0.74,
            interval=Interval("delong", 0.9, 0.729346, 0.75067),
            counts=(("positives", 5779), ("rows", 8000)),
        ),
        GateResult("brier", "metric-threshold", Verdict.PASS, "brier <= 0.2", metric="brier"),
    )
    fields = {
        "subject": "model/screen",
        "subject_digest": DIGEST,
        "gates_digest": gates_digest(gates_of(found, model), model.spec.evaluation),
        "tool_version": "0.1.0",
        "overall": Verdict.FAIL,
        "results": results,
        "materials": (Material("predictions", "evaluation/screen.csv", DIGEST, 8000),),
    }
    return EvidenceRecord(**fields | changes)


def card(rest=FULL, evidence=None, environment="prod", shared=SHARED, **options):
    found = workspace(rest, environment, shared)
    records = {"model/screen": evidence(found)} if evidence else {}
    made, *_ = lower_cards(found, environment, records, **options)
    return made


def rows(made, section):
    (found,) = [each for each in made.sections if each.id == section]
    return found.values


def lines(made, section):
    return [
        " | ".join(
            str(part)
            for part in (each.group, each.label, each.status, each.text, each.source, each.how)
        ).replace(DIGEST, "DIGEST")
        for each in rows(made, section)
    ]


def test_every_value_names_its_place_or_how_to_add_it():
    for made in (card(), card(rest=""), card(evidence=record)):
        for section in made.sections:
            for value in section.values:
                if value.status is ValueStatus.MISSING:
                    assert value.how
                    assert (value.text, value.source) == ("", "")
                else:
                    assert value.text
                    assert re.fullmatch(r"(.+:\d+(, )?)+|sha256:[0-9a-f]{64}", value.source)


def test_sections_come_in_one_order_and_gaps_come_last():
    assert [each.id for each in card().sections] == snapshot(
        [
            "identity",
            "purpose",
            "ownership",
            "risk",
            "hazards",
            "lineage",
            "data",
            "features",
            "output",
            "gates",
            "security",
            "serving",
            "monitoring",
            "logging",
            "retraining",
            "oversight",
            "people",
            "cost",
            "papers",
            "policy",
            "waivers",
            "incidents",
            "history",
            "missing",
        ]
    )
    assert [each.id for each in card("").sections] == [each.id for each in card().sections]


def test_a_value_stands_with_the_line_it_was_copied_from():
    made = card()

    assert lines(made, "identity") == snapshot(
        [
            " | Name | present | screen | specs/screen.yaml:3 | ",
            " | Version | present | v2 | specs/screen.yaml:3 | ",
            " | Description | present | A screen. | specs/screen.yaml:3 | ",
            " | Task | present | binary-classification | specs/screen.yaml:6 | ",
            " | Artifact | present | models/screen.onnx | specs/screen.yaml:7 | ",
            " | Format | present | onnx | specs/screen.yaml:7 | ",
            " | Artifact digest | present | DIGEST | specs/screen.yaml:7 | ",
        ]
    )
    assert lines(made, "data") == snapshot(
        [
            "Training data: applicants@v1 | Named by the model | present | applicants@v1 | specs/screen.yaml:8 | ",
            "Training data: applicants@v1 | Location | present | data/applicants.csv | specs/shared.yaml:12 | ",
            "Training data: applicants@v1 | Digest | present | DIGEST | specs/shared.yaml:13 | ",
            "Training data: applicants@v1 | Rows | present | 12,000 | specs/shared.yaml:15 | ",
            "Training data: applicants@v1 | Period | present | 2015-01-01 to 2015-12-31 | specs/shared.yaml:16 | ",
            "Training data: applicants@v1 | Licence | present | CC0 | specs/shared.yaml:20 | ",
            "Training data: applicants@v1 | Origin | present | A survey. | specs/shared.yaml:21 | ",
            "Training data: applicants@v1 | Preparation | present | None. | specs/shared.yaml:22 | ",
            "Training data: applicants@v1 | Sensitive columns | present | age | specs/shared.yaml:18 | ",
            "Training data: applicants@v1 | Known gap | present | Few people over 60. | specs/shared.yaml:23 | ",
            "Training data: applicants@v1 | Known gap | present | One year only. | specs/shared.yaml:23 | ",
            " | Evaluation data | missing |  |  | set spec.data.evaluation of model/screen in specs/screen.yaml",
        ]
    )
    assert lines(made, "features") == snapshot(
        [
            "Feature view: profile@v1 | Columns read | present | age | specs/screen.yaml:21 | ",
            "Feature view: profile@v1 | Columns of the view | present | age, school | specs/shared.yaml:32 | ",
            "Feature view: profile@v1 | Sensitive columns | present | age | specs/shared.yaml:32 | ",
            "Feature view: profile@v1 | Entities | present | person | specs/shared.yaml:29 | ",
            "Feature view: profile@v1 | Source | present | applicants@v1 | specs/shared.yaml:30 | ",
            "Feature view: profile@v1 | Read at serving | present | yes | specs/shared.yaml:34 | ",
            "Feature view: profile@v1 | Read for training | present | yes (default) | specs/shared.yaml:29 | ",
            "Feature view: profile@v1 | Freshness at serving | present | no older than 1 day | specs/shared.yaml:35 | ",
            "Feature view: profile@v1 | Time to live | missing |  |  | set spec.ttlHours of feature-view/profile in specs/shared.yaml",
        ]
    )


def test_an_overridden_value_names_the_override():
    made = card()

    assert [each for each in lines(made, "serving") if "Replicas" in each] == snapshot(
        ["Serving | Replicas, least | present | 3 | mlspec.yaml:10 | "]
    )
    assert [each for each in lines(made, "gates") if "0.8" in each] == snapshot(
        [
            "Gate: floor | Requirement | present | roc-auc >= 0.8; required, decided on the bound at 95 % confidence | specs/screen.yaml:24, mlspec.yaml:9 | "
        ]
    )


def test_what_nobody_wrote_is_marked_as_a_default():
    assert [each for each in lines(card(), "monitoring") if "(default)" in each] == snapshot(
        [
            "Monitor: drift | Urgency | present | ticket (default) | specs/screen.yaml:38 | ",
            "Monitor: silent | Urgency | present | ticket (default) | specs/screen.yaml:44 | ",
        ]
    )


def compared(found):
    result = GateResult(
        "floor",
        "champion-challenger",
        Verdict.PASS,
        "difference of recall > -0.02",
        metric="recall",
        estimate=0.0307297,
        interval=Interval("bootstrap-paired", 0.9, -0.00720526, 0.0),
        counts=(
            ("negatives", 2221),
            ("onlyChallengerRight", 230),
            ("positives", 5779),
            ("rows", 8000),
        ),
    )
    return record(found, results=(result,))


def test_a_comparison_shows_a_difference_and_no_value_of_the_metric():
    found = {each.label: each for each in rows(card(evidence=compared), "gates") if each.group}

    assert "difference of recall +0.03073" == found["Estimate"].text
    assert "-0.007205 to 0 (90 % interval, bootstrap-paired)" == found["Interval"].text


def test_a_number_of_a_gate_without_a_metric_is_named_as_its_part():
    def timed(found):
        parts = tuple(
            PartResult(name, Verdict.PASS, estimate=value)
            for name, value in (("p50", 1.25), ("p99", 3.5))
        )
        spec = ("floor", "latency", Verdict.PASS, "p50 <= 5 ms, p99 <= 150 ms")
        return record(found, results=(GateResult(*spec, estimate=3.5, parts=parts),))

    found = {each.label: each for each in rows(card(evidence=timed), "gates") if each.group}

    assert "p99 3.5" == found["Estimate"].text


GROUPS = (
    ("higherSelected", 61),
    ("higherTrials", 253),
    ("lowerSelected", 789),
    ("lowerTrials", 6465),
)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (GROUPS, "pass, 0.5, 789 of 6,465 against 61 of 253"),
        ((*GROUPS, ("rows", 8000)), "pass, 0.5, 8,000 rows"),
        (GROUPS[:3], "pass, 0.5"),
        ((), "pass, 0.5"),
    ],
)
def test_a_part_says_on_how_many_rows_its_number_rests(counts, told):
    def judged(found):
        part = PartResult("sex", Verdict.PASS, estimate=0.5, counts=counts)
        gate = GateResult("floor", "fairness", Verdict.PASS, "at least 0.8", parts=(part,))
        return record(found, results=(gate,))

    found = {each.label: each for each in rows(card(evidence=judged), "gates") if each.group}

    assert told == found["Part: sex"].text


def test_numbers_that_a_text_rounds_are_kept_in_full():
    found = {each.label: each for each in rows(card(evidence=compared), "gates") if each.group}

    assert (("estimate", 0.0307297),) == found["Estimate"].numbers
    assert (("lower", -0.00720526), ("upper", 0.0)) == found["Interval"].numbers


def test_a_sample_starts_with_all_of_it():
    found = {each.label: each for each in rows(card(evidence=compared), "gates") if each.group}

    assert found["Sample"].text == (
        "8,000 rows, 5,779 positives, 2,221 negatives, 230 only challenger right"
    )


def test_what_is_not_there_is_missing_and_named_once_at_the_end():
    assert lines(card(""), "missing") == snapshot(
        [
            "Purpose and limits | Limitations | missing |  |  | set spec.limitations of model/screen in specs/screen.yaml",
            "Purpose and limits | Foreseeable misuse | missing |  |  | set spec.risk.misuse of model/screen in specs/screen.yaml",
            "Ownership | Contact | missing |  |  | set spec.onCall.contact of team/workforce in specs/shared.yaml",
            "Ownership | People who answer for it | missing |  |  | set spec.owners of model/screen in specs/screen.yaml",
            "Ownership | Validation | missing |  |  | set spec.review of model/screen in specs/screen.yaml",
            "Risk | Why this tier | missing |  |  | set spec.risk.rationale of model/screen in specs/screen.yaml",
            "Risk register | Hazards | missing |  |  | set spec.risk.hazards of model/screen in specs/screen.yaml",
            "Lineage and parts | Lineage | missing |  |  | set spec.lineage of model/screen in specs/screen.yaml",
            "Data | Evaluation data | missing |  |  | set spec.data.evaluation of model/screen in specs/screen.yaml",
            "Features | Features | missing |  |  | set spec.features of model/screen in specs/screen.yaml",
            "Output contract and consumers | Consumers | missing |  |  | set spec.output.consumers of model/screen in specs/screen.yaml",
            "Gates and evidence | Gates | missing |  |  | set spec.gates of model/screen in specs/screen.yaml",
            "Security tests | Security tests | missing |  |  | add a gate of type `security` to spec.gates of model/screen in specs/screen.yaml",
            "Serving and rollout | Serving | missing |  |  | set spec.serving of model/screen in specs/screen.yaml",
            "Monitoring | Monitoring | missing |  |  | set spec.monitoring of model/screen in specs/screen.yaml",
            "Monitoring | After the release | missing |  |  | set spec.postMarket of model/screen in specs/screen.yaml",
            "Logging | Logging | missing |  |  | set spec.logging of model/screen in specs/screen.yaml",
            "Retraining | Retraining | missing |  |  | set spec.retraining of model/screen in specs/screen.yaml",
            "Human oversight | Human oversight | missing |  |  | set spec.oversight of model/screen in specs/screen.yaml",
            "What people are told | What people are told | missing |  |  | set spec.transparency of model/screen in specs/screen.yaml",
            "Cost | Budget | missing |  |  | set spec.budget of model/screen in specs/screen.yaml",
            "Changes and approvals | What was applied | missing |  |  | mlspec card model/screen --env prod, which asks the registry",
        ]
    )


def test_life_in_production_is_told_in_the_words_of_the_spec():
    made = card()

    assert lines(made, "serving") == snapshot(
        [
            "Serving | Mode | present | online | specs/screen.yaml:27 | ",
            "Serving | Image | present | registry.example.org/screen@sha256:0 | specs/screen.yaml:28 | ",
            "Serving | Resources of a replica | present | 500m CPU, 1Gi memory | specs/screen.yaml:29 | ",
            "Serving | Backend | present | gateway (default) | mlspec.yaml:5 | ",
            "Serving | Replicas, least | present | 3 | mlspec.yaml:10 | ",
            "Serving | Expected requests per second | present | 5 | specs/screen.yaml:30 | ",
            "Serving | Latency objective | present | 99 % of answers within 150 ms | specs/screen.yaml:31 | ",
            "Serving | Availability objective | present | 99.5 % | specs/screen.yaml:32 | ",
            "Rollout | Champion | not-applicable | none is named: a first release | specs/screen.yaml:5 | ",
            "Rollout | Strategy | present | canary | specs/screen.yaml:34 | ",
            "Rollout | Course | present | 5 % for 1 hour, 50 % for 1 day; when a condition fails: back to the champion | specs/screen.yaml:34 | ",
            "Rollout | Condition errors | present | error-share at most 0.01, from 100 requests | specs/screen.yaml:36 | ",
            "Rollout | Live traffic share | missing |  |  | mlspec evidence add model/screen --kind traffic-share --note SHARE --file FILE",
        ]
    )
    assert lines(made, "monitoring") == snapshot(
        [
            "Monitor: drift | Watches | present | data-drift: mean of screen_psi | specs/screen.yaml:40 | ",
            "Monitor: drift | Fires | present | above 0.25 over 7 days, for 10 minutes | specs/screen.yaml:41 | ",
            "Monitor: drift | Tells | present | workforce | specs/screen.yaml:43 | ",
            "Monitor: drift | Urgency | present | ticket (default) | specs/screen.yaml:38 | ",
            "Monitor: drift | What to do then | missing |  |  | set spec.monitoring[0].runbook of model/screen in specs/screen.yaml",
            "Monitor: drift | Last value | missing |  |  | mlspec evidence add model/screen --kind monitor-values --part drift --note VALUE --file FILE",
            "Monitor: silent | Watches | present | service: mean of up | specs/screen.yaml:44 | ",
            "Monitor: silent | Fires | missing |  |  | set spec.monitoring[1].above of model/screen in specs/screen.yaml",
            "Monitor: silent | Tells | missing |  |  | set spec.monitoring[1].receiver of model/screen in specs/screen.yaml",
            "Monitor: silent | Urgency | present | ticket (default) | specs/screen.yaml:44 | ",
            "Monitor: silent | What to do then | missing |  |  | set spec.monitoring[1].runbook of model/screen in specs/screen.yaml",
            "Monitor: silent | Last value | missing |  |  | mlspec evidence add model/screen --kind monitor-values --part silent --note VALUE --file FILE",
            " | After the release | missing |  |  | set spec.postMarket of model/screen in specs/screen.yaml",
        ]
    )
    assert lines(made, "retraining") == snapshot(
        [
            "Trigger: decay | Starts on | present | monitor drift | specs/screen.yaml:46 | ",
            "Trigger: decay | Last rehearsed | present | 2026-09-10 | specs/screen.yaml:46 | ",
            "Trigger: yearly | Starts on | present | schedule every 365 days | specs/screen.yaml:47 | ",
            "Trigger: yearly | Last rehearsed | missing |  |  | mlspec drill model/screen --env prod",
        ]
    )


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-09-11", ("2026-09-11, by `mlspec drill`", "evidence/prod/screen.drill.json:1")),
        ("2026-09-09", ("2026-09-10", "specs/screen.yaml:46")),
    ],
)
def test_a_trigger_was_last_rehearsed_on_the_later_day_of_spec_and_drill(day, told):
    found = workspace(FULL)
    drilled = replace(
        found,
        rehearsed={"model/screen": {"decay": day, "yearly": day}},
        rehearsal_files={
            "model/screen": dict.fromkeys(("decay", "yearly"), "evidence/prod/screen.drill.json")
        },
    )
    (made,) = [each for each in lower_cards(drilled, "prod", {}) if each.model == "screen"]

    decay, yearly = [each for each in rows(made, "retraining") if each.label == "Last rehearsed"]

    assert told == (decay.text, decay.source)
    assert f"{day}, by `mlspec drill`" == yearly.text


def test_a_batch_model_has_no_rollout_and_the_reason_is_a_line_of_the_spec():
    (rollout,) = [
        each
        for each in lines(card("serving: {mode: batch}\n"), "serving")
        if each.startswith("Rollout")
    ]

    assert rollout == snapshot(
        "Rollout | Rollout | not-applicable | served in batch: no traffic moves | specs/screen.yaml:18 | "
    )


def test_a_model_that_nobody_serves_has_no_traffic_to_move():
    assert lines(card(""), "serving") == snapshot(
        [
            "Serving | Serving | missing |  |  | set spec.serving of model/screen in specs/screen.yaml",
            "Rollout | Rollout | not-applicable | no serving is declared: no traffic moves | specs/screen.yaml:5 | ",
        ]
    )


@pytest.mark.parametrize(
    "rollout", ["rollout: {strategy: blue-green, previewMinutes: 5}", "rolloutPolicy: shared@v1"]
)
def test_a_declared_rollout_is_told_before_serving_is_declared(rollout):
    made = card(f"{rollout}\n", shared=SHARED + POLICY)

    found = [each for each in lines(made, "serving") if "Strategy" in each]

    assert ["Rollout | Strategy | present | blue-green"] == [
        each.rpartition(" | specs")[0] for each in found
    ]


def test_a_rollout_that_is_missing_is_named_once():
    made = card("serving: {mode: online, image: x}\n")

    assert [each for each in lines(made, "missing") if "ollout of" in each] == snapshot(
        [
            "Serving and rollout | Rollout | missing |  |  | set spec.rollout of model/screen in specs/screen.yaml"
        ]
    )


@pytest.mark.parametrize(
    ("serving", "told"),
    [
        ("", "not-applicable | no serving is declared: no answer waits for a value"),
        (
            "serving: {mode: batch}\n",
            "not-applicable | served in batch: no answer waits for a value",
        ),
        ("serving: {mode: online, image: x}\n", "missing |"),
    ],
)
def test_freshness_matters_where_somebody_waits_for_an_answer(serving, told):
    shared = SHARED.replace("  freshnessMinutes: 1440\n", "")
    made = card(f"features: [{{view: profile@v1}}]\n{serving}", shared=shared)

    (found,) = [each for each in lines(made, "features") if "Freshness" in each]

    assert f" | Freshness at serving | {told}" in found


@pytest.mark.parametrize(
    ("rollout", "course"),
    [
        ("{strategy: shadow, share: 0.1, holdMinutes: 600}", "copies 10 % for 10 hours"),
        (
            "{strategy: blue-green, previewMinutes: 0}",
            "0 minutes without traffic, then all of it; the champion stays up for 1 hour",
        ),
        (
            "{strategy: a-b, share: 0.5, outcome: answers, durationDays: 7, minimumSamples: 1000}",
            "50 % to arm B for 7 days, decided on answers from 1,000 requests per arm",
        ),
    ],
)
def test_each_strategy_is_told(rollout, course):
    found = rows(card(f"serving: {{mode: online, image: x}}\nrollout: {rollout}\n"), "serving")

    assert course in [each.text for each in found if each.label == "Course"]


def test_evidence_that_is_not_there_is_missing_with_the_command_that_adds_it():
    assert lines(card(), "gates") == snapshot(
        [
            " | Verdict of the required gates | missing |  |  | mlspec gate run model/screen --env prod",
            "Gate: brier | Requirement | present | brier <= 0.2; advisory, decided on the bound at 95 % confidence | specs/shared.yaml:41 | ",
            "Gate: brier | Verdict | missing |  |  | mlspec gate run model/screen --env prod",
            "Gate: floor | Requirement | present | roc-auc >= 0.8; required, decided on the bound at 95 % confidence | specs/screen.yaml:24, mlspec.yaml:9 | ",
            "Gate: floor | Verdict | missing |  |  | mlspec gate run model/screen --env prod",
        ]
    )


def test_verdicts_stand_with_their_numbers_and_the_digest_of_the_record():
    made = card(evidence=record)
    digest = record(workspace()).digest

    assert [each.replace(digest, "RECORD") for each in lines(made, "gates")] == snapshot(
        [
            " | Verdict of the required gates | present | fail | RECORD | ",
            " | Record | present | RECORD | RECORD | ",
            " | Judged by | present | mlspec 0.1.0 | RECORD | ",
            " | Rests on predictions | present | evaluation/screen.csv, 8,000 rows, DIGEST | RECORD | ",
            "Gate: brier | Requirement | present | brier <= 0.2; advisory, decided on the bound at 95 % confidence | specs/shared.yaml:41 | ",
            "Gate: brier | Verdict | present | pass | RECORD | ",
            "Gate: floor | Requirement | present | roc-auc >= 0.8; required, decided on the bound at 95 % confidence | specs/screen.yaml:24, mlspec.yaml:9 | ",
            "Gate: floor | Verdict | present | fail | RECORD | ",
            "Gate: floor | Estimate | present | roc-auc 0.74 | RECORD | ",
            "Gate: floor | Interval | present | 0.7293 to 0.7507 (90 % interval, delong) | RECORD | ",
            "Gate: floor | Sample | present | 8,000 rows, 5,779 positives | RECORD | ",
            "Gate: floor | Reason | present | the interval lies below the floor | RECORD | ",
        ]
    )
    assert not [each for each in rows(made, "missing") if "gate run" in each.how]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subject_digest": "sha256:" + "2" * 64}, "the artifact is not the one"),
        ({"gates_digest": "sha256:" + "2" * 64}, "the gates or their inputs were changed"),
    ],
)
def test_evidence_about_something_else_is_stale_with_the_reason(changes, reason):
    made = card(evidence=lambda found: dataclasses.replace(record(found), **changes))

    found = rows(made, "gates")
    verdicts = [
        each for each in found if each.label in ("Verdict", "Verdict of the required gates")
    ]
    assert {ValueStatus.STALE} == {each.status for each in verdicts}
    assert {"mlspec gate run model/screen --env prod"} == {each.how for each in verdicts}
    assert [each for each in found if each.text.startswith(reason)]
    assert 1 == sum("gate run" in each.how for each in rows(made, "missing"))


def test_evidence_from_a_file_that_has_changed_is_stale():
    same = card(evidence=record, current_digests={"evaluation/screen.csv": DIGEST})
    gone = card(evidence=record, current_digests={"evaluation/screen.csv": None})

    assert ValueStatus.PRESENT is rows(same, "gates")[0].status
    assert ValueStatus.STALE is rows(gone, "gates")[0].status


def test_a_record_that_another_version_wrote_is_stale_and_not_missing():
    why = "mlspec 0.0.1 wrote the record in another form than this version reads"

    made = card(doubts={"model/screen": why})

    found = [each for each in rows(made, "gates") if "erdict" in each.label]
    assert len(found) > 1
    assert {(ValueStatus.STALE, why)} == {(each.status, each.text) for each in found}
    assert {"mlspec gate run model/screen --env prod"} == {each.how for each in found}


def test_a_record_that_contradicts_the_spec_is_stale_with_the_reason():
    made = card(evidence=record, doubts={"model/screen": "gate floor: it is required"})

    found = {each.label: each for each in rows(made, "gates") if not each.group}
    assert ValueStatus.STALE is found["Verdict of the required gates"].status
    assert "gate floor: it is required" == found["Why it is not current"].text
    other = card(evidence=record, doubts={"model/other": "gate floor: it is required"})
    assert ValueStatus.PRESENT is rows(other, "gates")[0].status


def test_a_gate_that_the_record_does_not_know_has_no_verdict():
    made = card(evidence=lambda found: dataclasses.replace(record(found), results=()))

    verdicts = [each for each in rows(made, "gates") if each.label == "Verdict"]
    assert {ValueStatus.MISSING} == {each.status for each in verdicts}


def test_cards_do_not_depend_on_the_order_of_files():
    found = workspace()
    turned = dataclasses.replace(
        found, resources=dict(reversed(found.resources.items())), sources=found.sources
    )

    assert [*lower_cards(found, "prod", {})] == [*lower_cards(turned, "prod", {})]


def test_no_card_calls_a_model_compliant():
    assert "compliant" not in str(card(evidence=record)).lower()
