"""The strategy table as workspaces: one model per backend, strategy and router."""

from __future__ import annotations

import textwrap

from mlspec.lowering import lower
from mlspec.rules import check
from mlspec.syntax import SourceText
from mlspec.targets import emit
from mlspec.workspace import load, overlay

TARGETS = (
    "argo-rollouts",
    "flagger",
    "gateway-api",
    "inference-pool",
    "keda",
    "kserve",
    "kubernetes",
)
MOVING = ("argo-rollouts/", "flagger/", "rollout/")
ROUTERS = ("gateway-api", "istio", "none")

ANALYSIS = """\
analysis:
  - {id: errors, metric: error-share, atMost: 0.01, minimumRequests: 500}
  - {id: latency, metric: latency-p99-ms, atMost: 250}
  - {id: approvals, queryMetric: screen_approval_share, atLeast: 0.2}
"""
STRATEGIES = {
    "canary": """\
strategy: canary
steps:
  - {share: 0.25, holdMinutes: 60}
  - {share: 0.5, holdMinutes: 60}
"""
    + ANALYSIS,
    "shadow": "strategy: shadow\nshare: 0.5\nholdMinutes: 600\n" + ANALYSIS,
    "full-shadow": "strategy: shadow\nshare: 1\nholdMinutes: 600\n" + ANALYSIS,
    "blue-green": "strategy: blue-green\npreviewMinutes: 30\n" + ANALYSIS,
    "unjudged-blue-green": "strategy: blue-green\npreviewMinutes: 30\n",
    "a-b": """\
strategy: a-b
share: 0.5
outcome: screen_approval_share
durationDays: 14
minimumSamples: 1000
"""
    + ANALYSIS,
}
STRATEGIES["a-b-header"] = STRATEGIES["a-b"] + "header: X-Arm\n"

PLACES = {
    "plain": ("none",),
    "gateway": ("gateway-api",),
    "rollouts": ROUTERS,
    "flagger": ROUTERS,
    "gateway-llm": ("gateway-api",),
    "kserve": ROUTERS,
    "kserve-0.20": ("gateway-api",),
    "kserve-runtime": ("gateway-api",),
    "kserve-knative": ("none",),
    "kserve-llm": ("gateway-api",),
}
SCREEN = "    image: registry.example.org/screen:v2\n"
VARIANTS = {
    "gateway-llm": ("gateway", "", SCREEN + "    llm: {}\n"),
    "kserve-0.20": ("kserve", ", versions: {kserve: '0.20'}", ""),
    "kserve-knative": ("kserve", ", kserve: {mode: knative}", ""),
    "kserve-llm": ("kserve", "", "    llm: {servedName: screen, tensor: 2}\n"),
    "kserve-runtime": ("kserve", "", "    runtime: triton\n"),
}
"""Ways of one backend: its name, what the workspace says of it, and the model instead of an image.
"""
ONLY_FLAGGER = ("full-shadow", "unjudged-blue-green")
"""Forms of a strategy that make no difference to other backends."""

CELLS = [
    (backend, strategy, router)
    for strategy in STRATEGIES
    for backend, routers in PLACES.items()
    for router in routers
    if strategy not in ONLY_FLAGGER or backend == "flagger"
]

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {{name: county}}
spec:
  environments: {{prod: {{namespace: ml}}}}
  targets: {{router: {router}{targets}}}
"""
SHARED = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: workforce}
spec:
  members: [ana@example.org]
  onCall: {receiver: workforce-pager}
---
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {name: applicants, owner: workforce}
spec: {uri: data/applicants.csv, format: csv}
"""
MODEL = """\
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: {name}, version: v2, owner: workforce}}
spec:
  purpose: Ranks applications for a person to read first.
  task: binary-classification
  artifact: {{uri: {uri}, format: onnx}}
  champion: {champion}
  data: {{training: [applicants]}}
  output: {{version: v1, fields: [{{name: score, type: float}}]}}
  risk:
    tier: limited
    domain: employment
    affectsPeople: true
    automatedDecision: false
    sensitiveData: false
  serving:
    mode: online
    backend: {backend}
{server}    replicas: {replicas}
{scaling}  rollout:
{rollout}"""
DELIVERY_CODES = {"MLS423", "MLS424"}


USUAL = {
    "name": "screen",
    "champion": "{image: registry.example.org/screen:v1, version: v1}",
    "uri": "models/screen.onnx",
    "replicas": "{minimum: 2, maximum: 4}",
}

LOADED = {
    "champion": "{image: 'registry.example.org/screen:v1', version: v1, uri: 's3://models/1'}",
    "uri": "s3://models/2",
}
"""Bytes that KServe loads by itself."""


def specs(backend, strategy, router, *, scaling="", targets="", **changes):
    """Return the workspace of one cell; what is changed is YAML in flow form."""
    name, stated, server = VARIANTS.get(backend, (backend, "", ""))
    loaded = LOADED if name == "kserve" else {}
    values = (
        USUAL
        | loaded
        | {
            "backend": name,
            "server": server or SCREEN,
            "rollout": textwrap.indent(STRATEGIES[strategy], "    "),
            "scaling": f"    scaling: {scaling}\n" if scaling else "",
        }
    )
    texts = {
        "mlspec.yaml": WORKSPACE.format(router=router, targets=stated + targets),
        "specs/screen.yaml": MODEL.format(**values | changes),
        "specs/shared.yaml": SHARED,
    }
    bound = load([SourceText(file, text.encode()) for file, text in texts.items()])
    assert not bound.diagnostics
    merged, diagnostics = overlay(bound.workspace, "prod")
    assert not diagnostics
    return merged


def told(workspace, severity=None):
    return [
        each
        for each in check(workspace)
        if each.code in DELIVERY_CODES and severity in (None, each.severity)
    ]


def compiled(workspace):
    lowered = lower(workspace, "prod", evidence={}, version="0.1.0")
    assert not lowered.diagnostics
    return {each.path: each.content for each in emit(lowered.bundle, TARGETS, None)}
