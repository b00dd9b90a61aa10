"""The signature of a model's file: who signed counts, and what can't be verified is no pass."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256

import pytest
from tests.unit.evidence.test_model_file import safetensors
from tests.unit.ledger.ssh import allow, keygen, line, make_key

from mlspec.api.judge import run_gates
from mlspec.api.plan_gates import plan_evaluation
from mlspec.api.recheck import verify_evidence
from mlspec.api.start import init
from mlspec.canonical import digest_bytes
from mlspec.errors import ExitCode

NAME = "release@example.org"
MODEL = safetensors()
FILE = "models/churn.safetensors"
GATE = (
    "  gates: [{id: origin, type: security, artifact: model-file, "
    f"signature: {FILE}.sig, signedBy: [{NAME}]}}]\n"
)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "release")


@pytest.fixture
def shop(tmp_path, key):
    """A workspace whose model lies in it, with a gate that asks who signed it."""
    root = tmp_path / "shop"
    init(root)
    spec = root / "specs" / "churn.yaml"
    kept = [each for each in spec.read_text().splitlines() if "    digest: sha256:2" not in each]
    text = "\n".join(kept).replace("gateSets: [better-than-chance@v1]", "gateSets: []")
    text = text.replace("s3://example-lake/models/churn-v1.onnx", FILE)
    text = text.replace("format: onnx", f"format: safetensors\n    digest: {digest_bytes(MODEL)}")
    text = text.replace("  evaluation:\n    predictions", f"{GATE}  evaluation:\n    predictions")
    source = f"    sources: [{{name: model-file, file: {FILE}, format: model-file}}]\n"
    text = text.replace("    score: score\n", f"    score: score\n{source}")
    spec.write_text(text + "\n")
    (root / "models").mkdir()
    (root / FILE).write_bytes(MODEL)
    allow(root, line(NAME, key))
    return root


def sign(root, key, content=MODEL, namespace="file"):
    other = root / "signed"
    other.write_bytes(content)
    (root / "signed.sig").unlink(missing_ok=True)
    keygen("-Y", "sign", "-n", namespace, "-f", key, other)
    (root / "signed.sig").replace(root / f"{FILE}.sig")


def judged(root):
    (found,) = run_gates(directory=root, environment="prod").judged
    parts = {each.name: each for each in found.record.results[0].parts}
    return parts["signature"]


def told(part):
    return part.verdict.value, part.reason_code


def test_a_file_that_one_of_them_signed_passes_and_the_record_rests_on_the_signature(shop, key):
    sign(shop, key)

    assert ("pass", "") == told(judged(shop))
    report = verify_evidence(directory=shop, environment="prod", recompute=True)
    assert ExitCode.OK is report.exit_code
    (shop / f"{FILE}.sig").write_text("another")
    assert "stale" == verify_evidence(directory=shop, environment="prod").records[0].status


def test_planning_the_gates_finds_the_signature(shop, key):
    before = plan_evaluation(directory=shop, environment="prod").exit_code
    sign(shop, key)

    after = plan_evaluation(directory=shop, environment="prod").exit_code
    assert (ExitCode.GATE_NOT_EVALUATED, ExitCode.OK) == (before, after)


def test_without_a_signature_nothing_is_evaluated(shop):
    assert ("not-evaluated", "missing-file") == told(judged(shop))


@pytest.mark.parametrize(("content", "namespace"), [(b"other", "file"), (MODEL, "mlspec.approval")])
def test_a_signature_of_another_file_or_for_another_purpose_fails(shop, key, content, namespace):
    sign(shop, key, content, namespace)

    assert ("fail", "signature-wrong") == told(judged(shop))


def test_a_signature_of_somebody_else_fails(shop, tmp_path):
    sign(shop, make_key(tmp_path / "keys", "stranger"))

    assert ("fail", "signer-not-allowed") == told(judged(shop))


def test_an_allowed_signer_whom_the_gate_does_not_name_fails(shop, key):
    sign(shop, key)
    (shop / ".mlspec" / "allowed_signers").write_text(line("intern@example.org", key) + "\n")

    assert ("fail", "signer-not-allowed") == told(judged(shop))


def bundle(content, **body):
    digest = b64encode(sha256(content).digest()).decode()
    message = {"messageDigest": {"algorithm": "SHA2_256", "digest": digest}, "signature": "AA=="}
    body = body or {"messageSignature": message}
    return json.dumps({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", **body})


def statement(content):
    subject = [{"name": "model", "digest": {"sha256": sha256(content).hexdigest()}}]
    payload = b64encode(json.dumps({"subject": subject}).encode()).decode()
    return bundle(content, dsseEnvelope={"payload": payload, "signatures": []})


@pytest.mark.parametrize("form", [bundle, statement])
def test_of_a_sigstore_bundle_the_file_is_compared_and_who_signed_is_left_open(shop, form):
    (shop / f"{FILE}.sig").write_text(form(MODEL))
    same = told(judged(shop))
    (shop / f"{FILE}.sig").write_text(form(b"other"))

    assert ("not-evaluated", "signature-unverified") == same
    assert ("fail", "signature-wrong") == told(judged(shop))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gpg",
        "[]",
        '{"mediaType": 3}',
        bundle(MODEL, messageSignature={}),
        bundle(MODEL, publicKey={}),
        bundle(MODEL, dsseEnvelope={"payload": "?"}),
        bundle(MODEL, dsseEnvelope={"payload": "W10="}),
        bundle(MODEL, dsseEnvelope={"payload": "eyJzdWJqZWN0IjogW3siZGlnZXN0IjogM31dfQ=="}),
    ],
)
def test_what_is_no_signature_is_not_evaluated(shop, text):
    (shop / f"{FILE}.sig").write_text(text)

    assert ("not-evaluated", "signature-unknown") == told(judged(shop))
