"""What the examples in the docstrings leave out: the other ways in which a rule finds something."""

from __future__ import annotations

import pytest

from mlspec.diagnostics import Severity
from mlspec.errors import UsageError
from mlspec.rules import Rule, check, load_rules
from mlspec.rules._registry import _refuse_duplicates

HEAD = "kind: Model\nspec:\n"
SPLIT = "outcome: hires_total, durationDays: 14, minimumSamples: 1000, steps: null"
ALONE = "  champion: null\n  rollout: null\n"
BATCH = "{mode: batch, replicas: null}"
MONITOR = (
    "  monitoring:\n"
    "    - {{id: input, dimension: data-drift, metric: psi, above: 0.2, receiver: workforce}}\n"
    "    - {{id: score, dimension: prediction-drift, metric: m, {}, receiver: workforce}}\n"
    "    - {{id: kpi, dimension: business-kpi, metric: kpi, below: 0.4, receiver: workforce}}\n"
)
INSENSITIVE = "  risk: {sensitiveData: false}\n"
GATE = "  gates: [{{id: a, type: metric-threshold, {}}}]"
COMPARISON = "  gates: [{{id: a, type: champion-challenger, metric: {}}}]"
SLICES = "  gates: [{{id: a, type: slices, by: [{{column: region}}], metric: {}}}]"
NOT_WORSE = COMPARISON.replace("{}", "{}, mode: non-inferiority, margin: {}")
WIDE_SCORE = "  output: {fields: [{name: score, type: float, minimum: 0, maximum: 100}]}\n"
REGRESSION = "  task: regression\n  output: {fields: [{name: income, type: float}]}\n"
CLASSES = (
    "  task: multiclass-classification\n  evaluation: {prediction: grade}\n"
    "  output: {fields: [{name: grade, type: int, minimum: 1, maximum: 5}]}\n"
)
SEGMENTS = "\n  evaluation: {sources: [{name: segments, file: evaluation/segments.csv}]}"
FAR = (
    "  evaluation: {sources: [{name: far, file: 's3://lake/a.csv', digest: 'sha256:"
    + "a" * 64
    + "'}, {name: near, file: a.csv}]}\n"
)
DRIFT = (
    "  gates:\n    - {id: a, type: data-drift, reference: near, current: far,\n"
    "       features: [{name: x, atMost: 0.2}]}"
)
PERIOD = "kind: Dataset\nmetadata: {{name: acs-2016}}\nspec: {{period: {{start: {}, end: {}}}}}"
FIRST_RELEASE = (
    "  gateSets: []\n"
    "  champion: null\n"
    "  evaluation: {champion: null}\n"
    "  gates:\n"
    "    - {id: a, type: metric-threshold, metric: recall, atLeast: 0.7}\n"
    "    - {id: b, type: champion-challenger, metric: recall, mode: superiority,\n"
    "       onMissingBaseline: first-release}"
)
POLICY = "kind: RolloutPolicy\nspec:\n  rollout: "

CASES = [
    ("  retraining: [{id: a, type: monitor, lastTested: 2026-01-15}]", "MLS513"),
    ("  evaluation: {score: label}", "MLS408"),
    ("  evaluation: {labels: 's3://lake/labels.csv'}", "MLS472"),
    ("  evaluation: {sources: [{name: a, file: 's3://lake/a.csv'}]}", "MLS472"),
    ("  evaluation: {sources: [{name: a, file: 's3://lake/a.json'}]}", "MLS472"),
    ("  evaluation: {sources: [{name: a, file: 's3:///lake.csv'}]}", "MLS472"),
    (FAR + "  gates: [{id: a, type: latency, source: far, p99Ms: 9}]", "MLS472"),
    (FAR + SLICES.format("roc-auc, atLeast: 0.6, source: far"), "MLS472"),
    (FAR + "  gates: [{id: a, type: data-quality, source: far, rowsAtLeast: 9}]", "MLS472"),
    (FAR + DRIFT + "\n    - {id: b, type: latency, source: far, p99Ms: 9}", "MLS472"),
    ("  evaluation: {prediction: label}", "MLS408"),
    ("  evaluation: {key: row, score: row}", "MLS408"),
    ("  retraining: [{id: a, type: data-arrival, lastTested: 2026-01-15}]", "MLS513"),
    ("  retraining: [{id: a, type: monitor, monitor: zzz, lastTested: 2026-01-15}]", "MLS513"),
    (
        "  retraining: [{id: a, type: data-arrival, minimumRows: 1, lastTested: 2026-13-15}]",
        "MLS306",
    ),
    ("  output: {fields: [{name: score, type: float, minimum: 1, maximum: 0}]}", "MLS305"),
    ("  serving: {runtime: triton}", "MLS421"),
    ("  serving: {image: null, runtime: triton, llm: {}}", "MLS421"),
    ("  features: [{view: applicant-profile@v2, columns: [zzz]}]", "MLS252"),
    (f"{INSENSITIVE}  features: [{{view: applicant-profile@v2}}]", "MLS605"),
    ("  evaluation: {champion: null}", "MLS403"),
    (GATE.format("metric: x, atLeast: 1, source: metrics, decide: point"), "MLS403"),
    (GATE.format("metric: roc-auc, atLeast: 72"), "MLS402"),
    (GATE.format("metric: recall, atLeast: 0.7, required: false") + "\n  gateSets: []", "MLS401"),
    ("  rollout: {analysis: [{id: a, metric: error-share, queryMetric: m, atMost: 1}]}", "MLS415"),
    ("  rollout: {analysis: [{id: a, metric: error-share, atLeast: 0, atMost: 1}]}", "MLS415"),
    ("  rollout: {analysis: [{id: a, atMost: 1}]}", "MLS415"),
    ("  rollout: {strategy: a-b, share: 1, " + SPLIT + "}", "MLS416"),
    ("  rollout: {strategy: shadow, share: 0, holdMinutes: 60, steps: null}", "MLS416"),
    ("  champion: {image: 'registry.example.org:5000/screen'}", "MLS701"),
    (f"{ALONE}  rolloutPolicy: careful-canary\n  serving: {BATCH}", "MLS417"),
    (MONITOR.format("above: 200, total: t, statistic: share"), "MLS506"),
    (MONITOR.format("below: 0, total: t, statistic: share"), "MLS506"),
    (MONITOR.format("above: 1, total: t"), "MLS507"),
    ("  risk: {tier: limited, affectsPeople: false}\n  monitoring: []", "MLS504"),
    (GATE.format("metric: mae, atMost: 5"), "MLS430"),
    (GATE.format("metric: rmse, atMost: 1"), "MLS430"),
    (GATE.format("metric: median-absolute-error, atMost: 1.5"), "MLS430"),
    (GATE.format("metric: pinball, quantile: 0.3, atMost: 0.7"), "MLS430"),
    (GATE.format("metric: log-loss, atMost: 35"), "MLS430"),
    (COMPARISON.format("mae, mode: non-inferiority, margin: 1"), "MLS430"),
    (COMPARISON.format("rmse, mode: superiority, minimumGain: 2"), "MLS430"),
    (WIDE_SCORE + GATE.format("metric: mae, atMost: 100"), "MLS430"),
    (REGRESSION + GATE.format("metric: log-loss, atMost: 40"), "MLS430"),
    (CLASSES + GATE.format("metric: mae, atMost: 4"), "MLS430"),
    (CLASSES + COMPARISON.format("rmse, mode: non-inferiority, margin: 4"), "MLS430"),
    (CLASSES + GATE.format("metric: pinball, quantile: 0.75, atMost: 3"), "MLS430"),
    (REGRESSION + GATE.format("metric: r2, atLeast: -0.1"), "MLS471"),
    (REGRESSION + GATE.format("metric: wape, atMost: 1.5"), "MLS471"),
    (REGRESSION + GATE.format("metric: mape, atMost: 5"), "MLS471"),
    (GATE.format("metric: roc-auc, atLeast: 0.45"), "MLS471"),
    (GATE.format("metric: mcc, atLeast: -0.5"), "MLS471"),
    (GATE.format("metric: balanced-accuracy, atLeast: 0.3"), "MLS471"),
    (SLICES.format("mae, atMost: 5"), "MLS430"),
    (SLICES.format("rmse, mode: non-inferiority, margin: 1"), "MLS430"),
    (SLICES.format("log-loss, atMost: 35, source: segments") + SEGMENTS, "MLS430"),
    (SLICES.format("roc-auc, atLeast: 0.4, source: segments") + SEGMENTS, "MLS471"),
    (REGRESSION + NOT_WORSE.format("r2", 1.1), "MLS471"),
    (REGRESSION + NOT_WORSE.format("r2", 1000000000), "MLS471"),
    (REGRESSION + NOT_WORSE.format("wape", 1.5), "MLS471"),
    (NOT_WORSE.format("roc-auc", 0.6), "MLS471"),
    (NOT_WORSE.format("mcc", 1.5), "MLS471"),
    (SLICES.format("roc-auc, mode: non-inferiority, margin: 0.6"), "MLS471"),
    (REGRESSION + GATE.format("metric: r2, atLeast: 1.5"), "MLS402"),
    (REGRESSION + GATE.format("metric: r2, atLeast: 1"), "MLS402"),
]  # fmt: skip


@pytest.mark.parametrize(("patch", "code"), CASES)
def test_the_model_has_this_finding_alone(load_patched, patch, code):
    assert {code} == {each.code for each in check(load_patched(HEAD + patch))}


@pytest.mark.parametrize(
    "patch",
    [
        "  rollout: {strategy: blue-green, previewMinutes: 30, steps: null}",
        "  rollout: {strategy: a-b, share: 0.5, " + SPLIT + "}",
        "  rollout: {strategy: shadow, share: 0.5, holdMinutes: 60, steps: null}",
        "  rollout: null\n  rolloutPolicy: careful-canary",
        f"{ALONE}  budget: null\n  serving: {BATCH}",
        f"{ALONE}  serving: null\n  monitoring: []\n  output: {{consumers: []}}",
        "  task: regression\n  output: {fields: [{name: income, type: float}]}",
        f"{INSENSITIVE}  features: [{{view: applicant-profile@v2, columns: [schooling]}}]",
        "  retraining: []",
        FIRST_RELEASE,
        GATE.format("metric: mae, atMost: 0.99"),
        GATE.format("metric: pinball, quantile: 0.3, atMost: 0.69"),
        GATE.format("metric: log-loss, atMost: 34"),
        WIDE_SCORE + GATE.format("metric: mae, atMost: 99"),
        REGRESSION + GATE.format("metric: mae, atMost: 5000"),
        REGRESSION + GATE.format("metric: wape, atMost: 1"),
        REGRESSION + GATE.format("metric: r2, atLeast: 0"),
        GATE.format("metric: roc-auc, atLeast: 0.5"),
        CLASSES + GATE.format("metric: mae, atMost: 3.9"),
        SLICES.format("mae, atMost: 0.9"),
        REGRESSION + NOT_WORSE.format("r2", 1),
        REGRESSION + NOT_WORSE.format("wape", 1),
        NOT_WORSE.format("roc-auc", 0.5),
        FAR + DRIFT,
    ],
)
def test_the_model_is_sound(load_patched, patch):
    assert () == check(load_patched(HEAD + patch))


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        (POLICY + "{analysis: []}", "MLS413"),
        ("kind: GateSet\nspec: {gates: [{id: a, type: metric-threshold, metric: x, atLeast: 1}]}",
         "MLS402"),
        (PERIOD.format("2016-12-31", "2016-01-01"), "MLS305"),
        (PERIOD.format("2016-12-31", "2016-02-30"), "MLS306"),
        ("kind: Dataset\nmetadata: {name: acs-2016}\nspec: {digest: null, format: iceberg}",
         "MLS704"),
    ],
)  # fmt: skip
def test_the_other_kind_has_this_finding_alone(load_patched, patch, code):
    assert {code} == {each.code for each in check(load_patched(patch))}


def test_a_view_without_windows_needs_no_event_time(load_patched):
    patch = (
        "kind: FeatureView\nspec:\n  source: {timestampColumn: null}\n"
        "  features: [{name: schooling, type: int}, {name: weeks_worked, type: int},"
        " {name: age, type: int, sensitive: true}]\n"
    )

    assert () == check(load_patched(patch))


def test_two_rules_with_one_code_or_name_are_refused():
    first, second = load_rules()[:2]
    same_code = Rule(first.code, "other-name", Severity.ERROR, (), second.check)
    same_name = Rule("MLS999", first.name, Severity.ERROR, (), second.check)

    for twin in (same_code, same_name):
        with pytest.raises(UsageError, match="two rules are called"):
            _refuse_duplicates([first, twin])
