"""One valid document of each kind, with nearly every key in use."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from mlspec.schema import DocumentPlace, bind
from mlspec.syntax import SourceText, parse
from mlspec.workspace import LANGUAGE

DIGEST = "sha256:" + "ab" * 32

METADATA = {
    "name": "screen",
    "version": "v2.1",
    "owner": "workforce",
    "description": "Ranks applications.",
    "labels": {"stage": "trial"},
    "annotations": {"example.org/note": "free text"},
    "protect": True,
}

GOVERNANCE: dict[str, Any] = {
    "owners": {"accountable": "eva@example.org", "technical": "ana@example.org"},
    "components": [{"name": "base", "supplier": "Example", "licence": "MIT", "digest": DIGEST}],
    "logging": {"events": ["input", "output"], "retentionDays": 184, "sink": "s3://logs"},
    "transparency": {"notice": {"uri": "notice.pdf", "digest": DIGEST, "day": "2026-01-01"}},
    "postMarket": {"plan": {"uri": "plan.pdf"}, "incidentContact": "eva@example.org"},
    "review": {"last": "2026-01-01", "everyDays": 365, "triggers": ["incident"]},
}
"""What models and systems say alike."""

FACTS: dict[str, Any] = {
    "roles": ["provider"],
    "markets": ["EU", "US-CO"],
    "affected": {"groups": ["applicants"], "includesMinors": False, "vulnerable": []},
    "misuse": [{"use": "Pay.", "mitigation": "The contract forbids it."}],
    "euAiAct": {
        "prohibitedPractices": {"day": "2026-11-02", "screenedBy": "eva@example.org"},
        "regulatedProduct": {"act": "2017/745", "thirdPartyConformity": False},
        "highRiskUses": ["4(a)"],
        "profiling": True,
        "exemption": {
            "condition": "6(3)(d)",
            "noSignificantRisk": "It only sorts.",
            "assessment": {"uri": "a.pdf"},
        },
        "transparency": ["50(4)-deep-fake"],
        "generalPurpose": {"role": "downstream", "model": "base", "provider": "Example"},
        "publicBody": False,
    },
    "modelRisk": {"framework": "SR 26-2", "exposure": "high", "materiality": "high"},
    "privacy": {"personalData": True, "specialCategories": []},
    "consequentialDecision": {"subject": "lending", "materiallyInfluences": True},
    "biasAudit": {
        "auditor": "Example",
        "day": "2026-01-01",
        "summary": "https://example.org/audit",
        "noticeDays": 10,
    },
    "hazards": [
        {
            "id": "age",
            "hazard": "Older people are ranked lower.",
            "severity": "serious",
            "likelihood": "possible",
            "gate": "auc",
            "residual": "acceptable",
            "acceptedBy": "eva@example.org",
            "reviewBy": "2027-05-01",
        }
    ],
}
"""What laws ask about a model."""

SPECS: dict[str, Any] = {
    "Workspace": {
        "environments": {
            "prod": {
                "description": "Serves people.",
                "namespace": "ml-prod",
                "requireGates": True,
                "overrides": [
                    {"kind": "Model", "name": "*", "path": "spec.serving.port", "value": 80}
                ],
            },
            "staging": {},
        },
        "registry": {"backend": "embedded", "path": ".mlspec/registry.db"},
        "targets": {
            "enabled": ["kubernetes"],
            "github": {"branch": "main", "runner": "ubuntu-24.04", "python": "3.12"},
            "gateway": {"name": "gate", "namespace": "net", "domain": "ml.example.org"},
        },
        "paths": {"specs": "ml/specs", "templates": "overrides"},
    },
    "Team": {
        "members": ["ana@example.org"],
        "onCall": {"receiver": "pager", "contact": "#ml"},
        "roles": ["sre", "model-risk"],
    },
    "Dataset": {
        "uri": "data/a.csv",
        "digest": DIGEST,
        "format": "csv",
        "rows": 1200,
        "period": {"start": "2015-01-01", "end": "2015-12-31"},
        "columns": [{"name": "age", "type": "int", "sensitive": True, "description": "Years."}],
        "licence": "CC0-1.0",
        "gaps": ["No rural offices."],
        "producedBy": "screen",
        "derivedFrom": ["raw@v1"],
    },
    "FeatureView": {
        "entities": ["person"],
        "source": {"dataset": "applicants@v2", "timestampColumn": "at"},
        "features": [{"name": "age", "type": "int", "windowDays": 30}],
        "online": True,
        "offline": False,
        "ttlHours": 24,
        "freshnessMinutes": 15,
    },
    "GateSet": {
        "gates": [
            {"id": "floor", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.8},
            {
                "id": "better",
                "type": "champion-challenger",
                "metric": "roc-auc",
                "mode": "superiority",
            },
        ]
    },
    "RolloutPolicy": {
        "rollout": {
            "strategy": "a-b",
            "share": 0.5,
            "header": "X-Arm",
            "outcome": "hires_total",
            "durationDays": 14,
            "minimumSamples": 1000,
            "analysis": [{"id": "errors", "metric": "error-share", "atMost": 0.01}],
        }
    },
    "Model": {
        "purpose": "Ranks applications for a clerk.",
        "task": "binary-classification",
        "limitations": ["Not for promotions."],
        "artifact": {"uri": "models/a.onnx", "format": "onnx", "digest": DIGEST},
        "data": {"training": ["applicants@v2"], "evaluation": ["applicants"]},
        "features": [{"view": "profile@v1", "columns": ["age"]}],
        "output": {
            "version": "v1",
            "fields": [{"name": "score", "type": "float", "minimum": 0, "maximum": 1}],
            "consumers": [{"system": "desk", "team": "workforce"}],
        },
        "risk": {
            "tier": "high",
            "domain": "employment",
            "affectsPeople": True,
            "automatedDecision": False,
            "sensitiveData": True,
            "rationale": "Decides who is invited.",
            **FACTS,
        },
        "gateSets": ["common"],
        "gates": [
            {
                "id": "auc-floor",
                "type": "metric-threshold",
                "metric": "roc-auc",
                "atLeast": 0.8,
                "confidence": 0.9,
                "minimumRows": 500,
            }
        ],
        "evaluation": {"predictions": "evaluation/a.csv", "positiveThreshold": 0.4},
        "serving": {
            "mode": "online",
            "runtime": "onnxruntime",
            "port": 8080,
            "path": "/v1/predict",
            "resources": {"cpu": "500m", "memory": "1Gi", "gpu": 0},
            "replicas": {"minimum": 2, "maximum": 4},
            "scaling": {"cpuUtilisation": 0.6},
            "requestsPerSecond": 20,
            "p99Ms": 150,
            "availability": 0.999,
        },
        "champion": {"image": "screen@sha256:1", "version": "v1"},
        "rolloutPolicy": "careful",
        "rollout": {
            "strategy": "canary",
            "steps": [{"share": 0.05, "holdMinutes": 30}, {"share": 0.5, "holdMinutes": 60}],
            "analysis": [{"id": "slow", "queryMetric": "latency_ms", "atMost": 200}],
        },
        "monitoring": [
            {
                "id": "drift",
                "dimension": "data-drift",
                "metric": "psi_age",
                "above": 0.2,
                "receiver": "workforce",
            }
        ],
        "retraining": [{"id": "yearly", "type": "schedule", "everyDays": 365}],
        "oversight": {
            "mode": "human-in-the-loop",
            "reviewers": "workforce",
            "intervention": "Stop the service.",
            "overseers": [
                {"person": "ana@example.org", "canStop": True, "training": {"uri": "t.pdf"}}
            ],
        },
        "budget": {"monthly": 400, "currency": "EUR", "alertShare": 0.8},
        **GOVERNANCE,
        "lineage": {"repository": "https://git.example.org/screen", "commit": "ab" * 20},
    },
    "System": {
        "purpose": "Ranks and invites.",
        "models": ["screen@v2"],
        "prompts": ["explain@v1"],
        "risk": {
            "tier": "limited",
            "domain": "employment",
            "affectsPeople": True,
            "automatedDecision": False,
            "sensitiveData": False,
        },
        **GOVERNANCE,
    },
    "PolicyBinding": {
        "pack": "eu-ai-act",
        "version": "2026.11.0",
        "source": {"folder": "policies/eu-ai-act"},
        "environments": ["prod"],
        "enforcement": [{"rule": "EUAI-014", "enforcement": "mandatory"}],
    },
    "ObservedModel": {
        "lifecycle": "observed",
        "origins": [
            {
                "id": "mlflow",
                "system": "mlflow",
                "location": "https://mlflow.example.org",
                "name": "Churn Model (old)",
                "created": 1712000000000,
            }
        ],
        "owner": "unknown",
        "purpose": "Finds customers who are about to leave.",
        "task": "binary-classification",
        "tier": "unknown",
        "version": "3",
        "aliases": {"champion": "3"},
        "artifact": {"uri": "s3://models/churn/3", "format": "unknown", "digest": "unknown"},
        "provider": "example-cloud",
        "serving": [
            {
                "id": "kserve",
                "platform": "kserve",
                "namespace": "ml-prod",
                "name": "churn",
                "image": "unknown",
            }
        ],
        "data": ["churn-2025"],
        "features": ["tenure"],
        "metrics": [
            {
                "id": "auc",
                "name": "AUC",
                "value": "81.3 %",
                "dataset": "unknown",
                "remark": "a percentage",
            }
        ],
        "licence": "unknown",
        "tags": {"team name": "crm"},
    },
    "Prompt": {
        "purpose": "Explains a score.",
        "limitations": ["Not for applicants."],
        "template": {
            "type": "chat",
            "messages": [
                {"role": "system", "content": "Be short."},
                {"role": "user", "content": "Why {{ score }}?"},
            ],
        },
        "variables": [
            {"name": "score", "type": "float", "required": True, "description": "The score."}
        ],
        "hosted": {"provider": "example", "id": "large-1"},
        "parameters": {
            "temperature": 0.2,
            "maxTokens": 400,
            "topP": 0.9,
            "topK": 40,
            "stop": ["END"],
        },
        "output": {
            "version": "v1",
            "fields": [{"name": "reason", "type": "string"}],
            "consumers": [{"system": "case-portal", "team": "workforce"}],
        },
        "registry": {"name": "screen.reason", "id": 1795319579198},
    },
    "Incident": {
        "resource": "model/screen",
        "category": "serious",
        "markets": ["EU", "US-CO"],
        "happened": "2026-11-18T07:00:00Z",
        "known": "2026-11-19T09:30:00Z",
        "description": "Forty people were refused by mistake.",
        "reported": "2026-11-20",
        "links": ["https://example.org/review"],
    },
    "PolicyBaseline": {
        "entries": [
            {
                "fingerprint": "0" * 64,
                "rule": "CORE-001",
                "resource": "model/screen",
                "environments": ["prod"],
                "severity": "error",
                "reason": "It was live before the pack was bound.",
                "recorded": "2026-11-22",
                "until": "2027-06-30",
            }
        ]
    },
    "Waiver": {
        "rule": "EUAI-014",
        "scope": {"resource": "model/screen", "versions": ["v2.*"], "environments": ["prod"]},
        "reason": "The training of the overseer is booked for 24 January.",
        "compensatingControls": ["Every decline is read by a second person."],
        "approvedBy": ["cco@example.org"],
        "created": "2028-01-10",
        "expires": "2028-02-01",
    },
}


def document(kind: str) -> dict[str, Any]:
    """Return a fresh valid document."""
    return {
        "apiVersion": "mlspec.dev/v1",
        "kind": kind,
        "metadata": deepcopy(METADATA),
        "spec": deepcopy(SPECS[kind]),
    }


NOWHERE = DocumentPlace(parse(SourceText("a.yaml", b"a: 1\n")).documents[0])
"""The place of data that was never written."""


def problems_of(data):
    """Return the diagnostics of plain data."""
    return bind(data, NOWHERE, LANGUAGE).diagnostics


def bind_text(text: str):
    """Bind the first document of a text."""
    document = parse(SourceText("a.yaml", text.encode())).documents[0]
    return bind(document.data, DocumentPlace(document), LANGUAGE)
