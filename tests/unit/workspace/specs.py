"""Small texts of specs, and what loading them tells."""

from __future__ import annotations

from mlspec.schema import written_text
from mlspec.syntax import SourceText
from mlspec.workspace import load, overlay

HOME = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: demo}
spec:
  environments:
    staging: {}
    prod:
      overrides:
"""
PLAIN = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: demo}
spec:
  environments: {prod: {}}
"""
TEAM = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: workforce, owner: workforce}
spec:
  members: [ana@example.org]
"""
MODEL = """\
apiVersion: mlspec.dev/v1
kind: Model
metadata: {name: screen, version: v1, owner: workforce}
spec:
  purpose: Ranks applications.
  task: binary-classification
  artifact: {uri: a.onnx, format: onnx}
  data:
    training: [applicants@v2]
  output:
    version: v1
    fields: [{name: score, type: float}]
  risk:
    tier: high
    domain: employment
    affectsPeople: true
    automatedDecision: false
    sensitiveData: true
  gateSets: [common]
  gates:
    - {id: auc-floor, type: metric-threshold, metric: roc-auc, atLeast: 0.8}
    - {id: better, type: champion-challenger, metric: roc-auc, mode: superiority}
  serving:
    mode: online
    port: 8080
  rollout:
    strategy: canary
    steps: [{share: 0.1, holdMinutes: 30}]
"""
GATES = """\
apiVersion: mlspec.dev/v1
kind: GateSet
metadata: {name: common}
spec:
  gates:
    - {id: brier, type: metric-threshold, metric: brier, atMost: 0.2}
"""


def dataset(name, *, derived="", produced="", version="v2"):
    return (
        "apiVersion: mlspec.dev/v1\nkind: Dataset\n"
        f"metadata: {{name: {name}{', version: ' + version if version else ''}}}\n"
        f"spec:\n  uri: {name}.csv\n  format: csv\n"
        + (f"  derivedFrom: [{derived}]\n" if derived else "")
        + (f"  producedBy: {produced}\n" if produced else "")
    )


def texts(*documents, home=PLAIN):
    """Return the files of a workspace: one document each, named in order."""
    files = [SourceText("mlspec.yaml", home.encode())] if home else []
    return [
        *files,
        *(SourceText(f"specs/{index}.yaml", text.encode()) for index, text in enumerate(documents)),
    ]


def loaded(*documents, home=PLAIN):
    return load(texts(*documents, home=home))


def lines(diagnostics):
    """Return each diagnostic as one line: code, place and message."""
    return [f"{each.code} {place(each.span)} {each.message}" for each in diagnostics]


def place(span):
    return f"{span.file}:{span.start.line}:{span.start.column}" if span else "-"


def overridden(*overrides, environment="prod", documents=None):
    """Return the workspace of an environment with these overrides (YAML flow mappings)."""
    home = HOME + "".join(f"        - {each}\n" for each in overrides)
    every = documents or (MODEL, TEAM, dataset("applicants"), GATES)
    base = loaded(*every, home=home)
    assert lines(base.diagnostics) == []
    return (base.workspace, *overlay(base.workspace, environment))


def pointed(workspace, diagnostics):
    """Return each diagnostic as one line: code, file and the text it points at, message."""
    return [f"{each.code} {under(workspace, each.span)} {each.message}" for each in diagnostics]


def under(workspace, span):
    """Return the file of a span and the text it covers."""
    return f"{span.file}<{written_text(workspace.sources[span.file], span)}>"
