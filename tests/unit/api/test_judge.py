"""A verdict is about the bytes that are there."""

from __future__ import annotations

import pytest

from mlspec.api.judge import run_gates
from mlspec.api.start import init
from mlspec.canonical import digest_bytes
from mlspec.errors import ExitCode, SpecInvalidError

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


def records(shop):
    return sorted(shop.glob("evidence/*/*.json"))


def test_an_artifact_with_other_bytes_is_not_judged(shop):
    declare(shop, OURS)
    place(shop, OTHERS)
    before = [each.read_bytes() for each in records(shop)]

    with pytest.raises(SpecInvalidError, match=r"the bytes of `models/churn\.onnx`") as told:
        run_gates(directory=shop)

    (detail,) = told.value.details
    assert ExitCode.SPEC_INVALID is told.value.exit_code
    assert f"model/churn states {digest_bytes(OURS)[:19]}…" in detail
    assert f"the file has {digest_bytes(OTHERS)[:19]}…" in detail
    assert detail.startswith("specs/churn.yaml:")
    assert "spec.artifact.digest" in told.value.hint
    assert before == [each.read_bytes() for each in records(shop)]


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
