from __future__ import annotations

from mlspec.ir import PipelineGate
from mlspec.lowering.pipeline import lower_pipeline
from mlspec.syntax import SourceText
from mlspec.workspace import load

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: county}
spec:
  environments: {staging: {}, prod: {}}
  targets: {github: {branch: trunk, runner: big, python: "3.13"}}
  paths: {evidence: proofs}
"""

TEAM = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: workforce}
spec: {members: [ana@example.org]}
"""

MODEL = """\
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: {name}, version: v2, owner: workforce}}
spec:
  purpose: Ranks applications for a person to read first.
  task: binary-classification
  artifact: {{uri: models/screen.onnx, format: onnx}}
  data: {{training: [applicants]}}
  output: {{version: v1, fields: [{{name: score, type: float}}]}}
  risk: {{tier: limited, domain: employment, affectsPeople: true, automatedDecision: false,
    sensitiveData: false}}
{rest}
"""

GATES = "  gates: [{id: floor, type: metric-threshold, metric: roc-auc, atLeast: 0.7}]\n"


def lowered(models, workspace=WORKSPACE, **changes):
    texts = {"mlspec.yaml": workspace, "specs/team.yaml": TEAM}
    texts |= {f"specs/{name}.yaml": MODEL.format(name=name, rest=models[name]) for name in models}
    loaded = load([SourceText(file, text.encode()) for file, text in texts.items()])
    return lower_pipeline(loaded.workspace, "0.1.0", **changes)


def test_the_workspace_says_where_and_on_what_ci_runs():
    found = lowered({})

    assert ("prod", "staging") == found.environments
    assert ("trunk", "big", "3.13") == (found.branch, found.runner, found.python)
    assert ("proofs", ".", "embedded") == (
        found.evidence_path,
        found.workspace_path,
        found.registry,
    )
    assert ("mlspec.yaml", "0.1.0") == (found.source, found.mlspec_version)


def test_the_place_in_the_repository_is_told():
    assert "ml/specs" == lowered({}, workspace_path="ml/specs").workspace_path


def test_models_with_gates_are_judged_where_their_files_are_there():
    found = lowered(
        {
            "ungated": "",
            "unmeasured": GATES,
            "predicted": GATES + "  evaluation: {predictions: a.csv}\n",
            "reported": GATES + "  evaluation: {metrics: a.json}\n",
            "labelled": GATES + "  evaluation: {labels: a.csv}\n",
        }
    )

    assert found.gates == (
        PipelineGate("model/labelled", has_files=False),
        PipelineGate("model/predicted", has_files=True),
        PipelineGate("model/reported", has_files=True),
        PipelineGate("model/unmeasured", has_files=False),
    )
