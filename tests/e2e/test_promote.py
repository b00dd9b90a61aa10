"""One line takes a version from one environment to the next; the plan says what comes with it."""

from __future__ import annotations

import json

import pytest
from tests.e2e.commands import edit

SPECS = f"""\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: crm}}
spec: {{members: [ana@example.org], onCall: {{receiver: crm, contact: crm@example.org}}}}
---
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {{name: customers, version: v1, owner: crm}}
spec: {{uri: data/c.csv, format: csv, licence: CC0-1.0, digest: "sha256:{"1" * 64}"}}
---
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: churn, version: v3, owner: crm}}
spec:
  purpose: Finds customers who are about to leave.
  task: binary-classification
  limitations: [None known.]
  artifact: {{uri: models/churn-v3.onnx, format: onnx, digest: "sha256:{"3" * 64}"}}
  data: {{training: [customers@v1]}}
  output: {{version: v1, fields: [{{name: score, type: float, minimum: 0, maximum: 1}}]}}
  risk:
    tier: minimal
    domain: marketing
    affectsPeople: false
    automatedDecision: false
    sensitiveData: false
  releases:
    - version: v2
      spec: {{artifact: {{uri: models/churn-v2.onnx, digest: "sha256:{"2" * 64}"}}}}
"""
HOME = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: crm}
spec:
  environments:
    staging: {}
    prod:
      # people see this
      releases: {churn: v2}
"""
PROMOTE = ("promote", "churn", "--from", "staging", "--to", "prod")


@pytest.fixture
def workspace(tmp_path, mlspec):
    """Staging has v3 of a model, prod v2."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "mlspec.yaml").write_text(HOME)
    (tmp_path / "specs" / "churn.yaml").write_text(SPECS)
    for environment in ("staging", "prod"):
        mlspec("apply", "--auto", "--env", environment, "--as", "ana", cwd=tmp_path).expect(0)
    return tmp_path


def test_a_promotion_changes_one_line_and_the_plan_says_what_travels(workspace, mlspec):
    assert "No changes" in mlspec("plan", "--env", "prod", cwd=workspace).expect(0).out

    said = mlspec(*PROMOTE, cwd=workspace).expect(0).out

    assert "model/churn in prod: v2 -> v3" in said
    assert "sha256:" + "3" * 64 in said
    assert (workspace / "mlspec.yaml").read_text() == HOME.replace("churn: v2", "churn: v3")
    planned = mlspec("plan", "--env", "prod", cwd=workspace).expect(0).out
    assert "`model/churn` v3 is in staging since run 1-" in planned
    assert "the same artifact (sha256:333333333333)" in planned
    assert '"v2" -> "v3"' in planned
    mlspec("apply", "--auto", "--env", "prod", cwd=workspace).expect(0)
    assert "nothing to write" in mlspec(*PROMOTE, cwd=workspace).expect(0).out


def test_a_plan_says_that_the_other_environment_has_other_bytes_of_that_version(workspace, mlspec):
    edit(workspace / "specs" / "churn.yaml", "3" * 64, "4" * 64)
    edit(workspace / "mlspec.yaml", "churn: v2", "churn: v3")

    planned = mlspec("plan", "--env", "prod", cwd=workspace).expect(0).out

    assert "ANOTHER ARTIFACT (sha256:333333333333)" in planned


def test_what_would_travel_is_told_and_not_written(workspace, mlspec):
    told = json.loads(mlspec(*PROMOTE, "--check", "--format", "json", cwd=workspace).expect(0).out)

    assert ("v2", "v3", False) == (told["before"], told["version"], told["written"])
    assert "sha256:" + "3" * 64 == told["artifact"]
    assert (workspace / "mlspec.yaml").read_text() == HOME


def test_what_was_not_applied_does_not_travel(workspace, mlspec):
    edit(workspace / "specs" / "churn.yaml", "version: v3, owner", "version: v4, owner")

    refused = mlspec(*PROMOTE, cwd=workspace).expect(6)

    assert "`model/churn` v4 was never applied in `staging`: v3 is live" in refused.err
    assert (workspace / "mlspec.yaml").read_text() == HOME


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chrn", "--from", "staging", "--to", "prod"), "did you mean `model/churn`?"),
        (("churn", "--from", "stagin", "--to", "prod"), "did you mean `staging`?"),
        (("churn", "--from", "prod", "--to", "prod"), "give two environments"),
    ],
)
def test_a_slip_of_the_pen_is_told(workspace, mlspec, words, said):
    assert said in mlspec("promote", *words, cwd=workspace).expect(64).err
    assert (workspace / "mlspec.yaml").read_text() == HOME
