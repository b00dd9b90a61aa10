"""Workspaces with a model that is trained again; what is changed is YAML."""

from __future__ import annotations

from mlspec.lowering import lower
from mlspec.syntax import SourceText
from mlspec.targets import emit
from mlspec.workspace import load, overlay

TRAINER = "registry.example.org/trainer@sha256:" + "a" * 64
TOOL = "registry.example.org/mlspec@sha256:" + "b" * 64
DIGEST = "sha256:" + "c" * 64
PLACE = f"{{image: '{TOOL}', repository: 'https://git.example.org/ml/specs', gitSecret: specs-git}}"
TRAINING = (
    f"""{{image: '{TRAINER}', command: [python, train.py], evaluate: [python, predict.py]}}"""
)
TRIGGERS = """
    - {id: inputs-move, type: monitor, monitor: input-drift}
    - {id: auc-decays, type: metric, monitor: matured-auc}
    - {id: new-people, type: data-arrival, minimumRows: 5000}
    - {id: quarterly, type: schedule, everyDays: 90}
    - {id: nightly, type: schedule, everyDays: 1}
"""
WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {{name: county}}
spec:
  environments: {{prod: {{namespace: ml}}}}
  targets: {{github: {{workspacePath: {folder}}}, training: {place}}}
"""
SHARED = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: workforce}}
spec:
  members: [ana@example.org]
  onCall: {{receiver: workforce-pager}}
---
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {{name: applicants, version: v1, owner: workforce}}
spec: {{uri: '{data_uri}', format: csv, digest: '{digest}'}}
---
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {{name: employers, owner: workforce}}
spec: {{uri: data/employers.csv, format: csv}}
"""
MODEL = """\
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: {name}, version: v2, owner: workforce}}
spec:
  purpose: Ranks applications for a person to read first.
  task: binary-classification
  artifact: {{uri: '{uri}', format: onnx}}
  data: {{training: [applicants@v1, employers]}}
  output: {{version: v1, fields: [{{name: score, type: float}}]}}
  risk:
    tier: limited
    domain: employment
    affectsPeople: true
    automatedDecision: false
    sensitiveData: false
  gates: {gates}
  monitoring:
    - {{id: input-drift, dimension: data-drift, metric: screen_psi, above: 0.25}}
    - {{id: matured-auc, dimension: concept-drift, metric: screen_auc, below: 0.7}}
  retraining: {triggers}
  training: {training}
"""
USUAL = {
    "name": "screen",
    "uri": "models/screen.onnx",
    "place": PLACE,
    "training": TRAINING,
    "triggers": TRIGGERS,
    "digest": DIGEST,
    "data_uri": "data/applicants.csv",
    "folder": "ml",
    "gates": "[{id: auc, type: metric-threshold, metric: roc-auc, atLeast: 0.7}]",
}


def texts(**changes):
    """Return the files of a workspace."""
    values = USUAL | changes
    return {
        "mlspec.yaml": WORKSPACE.format(**values),
        "specs/screen.yaml": MODEL.format(**values),
        "specs/shared.yaml": SHARED.format(**values),
    }


def workspace(**changes):
    """Return the workspace as its environment has it."""
    files = texts(**changes)
    loaded = load([SourceText(file, text.encode()) for file, text in files.items()])
    assert not loaded.diagnostics
    merged, diagnostics = overlay(loaded.workspace, "prod")
    assert not diagnostics
    return merged


def lowered(**changes):
    """Return what the workspace is lowered to."""
    changed = workspace(**changes)
    path = changed.spec.targets.github.workspace_path
    return lower(changed, "prod", evidence={}, version="0.1.0", workspace_path=path)


def compiled(*targets, **changes):
    """Return the compiled files by path."""
    found = lowered(**changes)
    assert not found.diagnostics
    return {each.path: each.content for each in emit(found.bundle, targets, None)}
