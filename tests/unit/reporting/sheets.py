"""Sheets for tests of exports: one with everything, one with what every model has to say."""

from __future__ import annotations

from mlspec.ir import DataColumn, DataSheet, HazardLine, Measure, ModelSheet, PartSheet

DIGEST = f"sha256:{'ab' * 32}"
PEOPLE = DataSheet(
    name="people-2025",
    version="v1",
    description="People of one year.",
    uri="data/people 2025.csv",
    format="csv",
    digest=DIGEST,
    source="specs/data.yaml:5",
    owner="growth",
    rows=12_000,
    start="2025-01-01",
    end="2025-12-31",
    columns=(
        DataColumn("age", "int", "In years.", is_sensitive=True),
        DataColumn("left", "bool"),
    ),
    licence="CC-BY-4.0",
    origin="Asked by telephone.",
    preparation="Rows without an answer were dropped.",
    gaps=("Nobody without a telephone.",),
    derived_from=("people-2024@v1",),
)
OLDER = DataSheet("people-2024", "v1", "", "s3://lake/2024.parquet", "parquet", "", "d.yaml:1")
MEASURES = (
    Measure(
        "auc-floor", "metric-threshold", "roc-auc", 0.7400076617, "", 0.7293458, 0.7506695, 0.9,
        "delong", "pass", "roc-auc >= 0.72",
    ),
    Measure("even", "fairness", "selection-rate-ratio", 0.5, "sex: `2` / `1`", verdict="fail"),
    Measure("gain", "champion-challenger", "accuracy", 0.002, "", verdict="pass", is_change=True),
    Measure("fast", "latency", "latency", 1.25, "p50", verdict="pass"),
)  # fmt: skip
FULL = ModelSheet(
    name="churn",
    version="v2",
    description="Who leaves.",
    environment="prod",
    purpose="Estimates which customers leave.",
    task="binary-classification",
    uri="s3://lake/churn.onnx",
    format="onnx",
    digest=DIGEST,
    owner="growth",
    tier="high",
    source="specs/churn.yaml:5",
    limitations=("Not for setting prices.",),
    misuse=(("pricing", "the contract forbids it"),),
    groups=("customers",),
    hazards=(HazardLine("age", "Age decides.", "serious", "possible", ("gate even",)),),
    data=(OLDER, PEOPLE),
    training=("people-2024",),
    evaluation=("people-2025",),
    parts=(PartSheet("embedding", "Others Ltd", "1.0", "Apache-2.0", DIGEST),),
    inputs=("activity@v1: calls",),
    outputs=(DataColumn("score", "float"),),
    consumers=("call-list",),
    repository="https://git.example.org/churn",
    commit="c0ffee" * 6 + "c0ff",
    contact="ml@example.org",
    labels=(("area", "sales"),),
    measures=MEASURES,
    record=DIGEST,
)
BARE = ModelSheet(
    "a", "", "", "prod", "For nothing yet.", "regression", "a.onnx", "onnx", "", "", "minimal",
    "a.yaml:1", why_unmeasured="no gates were judged",
)  # fmt: skip
