"""What the target `mlflow` writes, read by MLflow itself."""

from __future__ import annotations

import json
import os

import pytest
from tests.cases import data_side
from tests.contract import tools

PROGRAM = tools.ROOT / "tests" / "contract" / "in_mlflow.py"
HOSTILE = '"Line\\nbreak, \\"quotes\\", {{ x }} and \\u202e"'

pytestmark = pytest.mark.conformance


def told(folder, model, **changes):
    """Return what MLflow keeps of the documents of a model."""
    data_side.write(folder, data_side.emitted("mlflow", **changes))
    environment = {**os.environ, "MLFLOW_ALLOW_FILE_STORE": "true"}
    said = tools.run(
        "stores-python", PROGRAM, folder / "mlflow" / model, folder / "store", env=environment
    )
    return json.loads(said.splitlines()[-1])


def columns(schema):
    return {each["name"]: each["type"] for each in json.loads(schema)}


def test_mlflow_reads_the_signature_as_it_is_written(tmp_path):
    signature = told(tmp_path, "late-return")["signature"]

    assert {
        "loans_per_year": "double",
        "joined_at": "datetime",
        "language": "string",
        "titles": "long",
    } == columns(signature["inputs"])
    assert {
        "score": "double",
        "days": "long",
        "remind_on": "datetime",
        "asked_at": "datetime",
        "late": "boolean",
        "tone": "string",
    } == columns(signature["outputs"])


def test_mlflow_keeps_what_a_model_is_asked_by(tmp_path):
    found = told(tmp_path, "late-return", purpose=HOSTILE)

    assert json.loads(HOSTILE) == found["description"]
    assert ("s3://models/late.onnx", "Reminds early.") == (found["source"], found["summary"])
    assert "lending" == found["modelTags"]["mlspec.dev/owner"]
    assert "sha256:" + "a" * 64 == found["versionTags"]["mlspec.dev/artifact-digest"]
    assert "v1.2" == found["versionTags"]["mlspec.dev/contract-version"]


def test_a_model_that_names_no_features_has_a_signature_without_inputs(tmp_path):
    found = told(tmp_path, "late-return", uses="[]")

    assert found["signature"]["inputs"] is None


def test_the_longest_texts_of_a_spec_are_within_the_limits_of_mlflow(tmp_path):
    longest = {"purpose": "p" * 4000, "artifact": "s3://" + "a" * 495}

    assert "p" * 4000 == told(tmp_path, "late-return", **longest)["description"]
