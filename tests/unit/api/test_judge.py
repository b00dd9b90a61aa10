"""A verdict is about the bytes that are there."""

from __future__ import annotations

import pytest

from mlspec.api.judge import run_gates
from mlspec.api.plan_gates import plan_evaluation
from mlspec.api.recheck import verify_evidence
from mlspec.api.start import init
from mlspec.canonical import digest_bytes
from mlspec.errors import ExitCode

OURS, OTHERS = b"the model", b"another model"


@pytest.fixture
def shop(tmp_path):
    init(tmp_path)
    return tmp_path


def declare(shop, content, uri="models/churn.onnx"):
    """State an artifact; the digest is of `content`."""
    spec = shop / "specs" / "churn.yaml"
    lines = spec.read_text().splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("  artifact:"))
    kept = [each for each in lines[at + 1 :] if not each.startswith("    digest: ")]
    kept = [each for each in kept if not each.startswith("    uri: ")]
    stated = [f"    uri: {uri}", f"    digest: {digest_bytes(content)}"]
    spec.write_text("\n".join([*lines[: at + 1], *stated, *kept]) + "\n")


def place(shop, content):
    (shop / "models").mkdir(exist_ok=True)
    (shop / "models" / "churn.onnx").write_bytes(content)


def test_an_artifact_with_other_bytes_is_not_judged(shop):
    declare(shop, OURS)
    place(shop, OTHERS)

    report = run_gates(directory=shop, environment="prod")

    results = report.judged[0].record.results
    assert ExitCode.GATE_NOT_EVALUATED is report.exit_code
    assert {("not-evaluated", "subject-differs")} == {
        (each.verdict.value, each.reason_code) for each in results
    }
    assert f"`models/churn.onnx` has the digest {digest_bytes(OTHERS)[:19]}" in results[0].reason
    assert f"the spec states {digest_bytes(OURS)[:19]}" in results[0].reason


def test_planning_gates_says_the_same_of_another_artifact_by_the_same_code(shop):
    declare(shop, OURS)
    place(shop, OTHERS)

    planned = plan_evaluation(directory=shop, environment="prod")

    assert ExitCode.GATE_NOT_EVALUATED is planned.exit_code


def test_evidence_of_an_artifact_that_was_replaced_after_the_run_is_stale(shop):
    declare(shop, OURS)
    place(shop, OURS)
    run_gates(directory=shop, environment="prod")
    place(shop, OTHERS)

    (found,) = verify_evidence(directory=shop, environment="prod").records

    assert "stale" == found.status
    assert "`models/churn.onnx` has the digest" in found.reason


def test_an_artifact_with_the_stated_bytes_is_judged(shop):
    declare(shop, OURS)
    place(shop, OURS)

    assert run_gates(directory=shop, environment="prod").judged


@pytest.mark.parametrize(
    "uri", ["models/elsewhere.onnx", "s3://bucket/churn.onnx", "../churn.onnx", "models"]
)
def test_an_artifact_that_is_not_in_the_workspace_stays_a_declaration(shop, uri):
    declare(shop, OURS, uri)
    place(shop, OTHERS)

    assert run_gates(directory=shop, environment="prod").judged
