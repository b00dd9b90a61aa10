"""The registry keeps who signed the evidence that its runs rest on: files are not needed for it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from base64 import b64decode
from contextlib import closing

import pytest
from tests.unit.api.evaluations import write_evaluation
from tests.unit.ledger.ssh import allow, line, make_key
from tests.unit.registry.remotes import git

from mlspec.api.audit import export
from mlspec.api.execute import apply_now
from mlspec.api.inspect import verify
from mlspec.api.judge import run_gates
from mlspec.api.recheck import verify_evidence
from mlspec.api.recorded_evidence import recorded_evidence
from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.canonical import digest_bytes, digest_value
from mlspec.errors import ExitCode
from mlspec.evidence import read_record

NAME = "ci@example.org"
MODEL = "model/churn"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "ci")


@pytest.fixture
def shop(tmp_path, key):
    root = tmp_path / "shop"
    init(root)
    write_evaluation(root)
    allow(root, line(NAME, key))
    return root


@pytest.fixture(params=["embedded", "git"])
def applied(request, shop, key, monkeypatch):
    """What was applied with signed evidence, in each registry; then the files of evidence go."""
    if request.param == "git":
        git(shop, "init", "-q")
        text = (shop / "mlspec.yaml").read_text("utf-8")
        text = text.replace("backend: embedded", 'backend: git\n    remote: "."')
        (shop / "mlspec.yaml").write_text(text, "utf-8")
    run_gates(directory=shop, environment="prod", key=key)
    apply_now("prod", shop)
    record = (shop / "evidence" / "prod" / "churn.evidence.json").read_bytes()
    shutil.rmtree(shop / "evidence")
    return shop, record


def backend(root):
    return open_session(root).backend("prod")


def test_a_signature_is_verified_from_the_registry_alone(applied):
    root, record = applied

    kept = recorded_evidence(backend(root), MODEL)

    assert ((NAME,), "") == (kept.signers, kept.wrong)
    assert read_record(record.decode()) == kept.record
    assert () == verify(root, "prod").problems


def test_the_envelope_that_is_kept_holds_the_bytes_of_the_record(applied):
    root, record = applied
    kept = backend(root).statements()

    sealed = [json.loads(each.content) for each in kept.values() if "payload" in each.content]

    assert record in [b64decode(each["payload"]) for each in sealed if "payload" in each]
    assert all(digest == digest_bytes(each.content.encode()) for digest, each in kept.items())


def test_verify_tells_what_the_registry_keeps_where_the_files_are_gone(applied):
    root, _ = applied

    report = verify_evidence(directory=root, environment="prod")

    (found,) = report.records
    assert ExitCode.EVIDENCE_MISSING is report.exit_code
    assert "of the registry rests on sha256:" in found.reason
    assert found.reason.endswith(f"pass, signed by {NAME}")


def test_an_export_of_the_ledger_takes_the_envelope_along(applied, tmp_path):
    root, record = applied

    export(tmp_path / "out", root, "prod")

    texts = [each.read_text("utf-8") for each in (tmp_path / "out" / "statements").iterdir()]
    payloads = [b64decode(json.loads(each).get("payload", "")) for each in texts]
    assert record in payloads


def rewrite(root, change):
    """Change the documents of an embedded registry behind its back; `change` gives new content."""
    with closing(sqlite3.connect(root / ".mlspec" / "registry.db")) as connection, connection:
        found = connection.execute("SELECT digest, content FROM statement").fetchall()
        (envelope,) = [each for each in found if json.loads(each[1]).get("payload")]
        new = change(json.loads(envelope[1]))
        where = "WHERE digest = ?"
        if new is None:
            connection.execute(f"DELETE FROM statement {where}", [envelope[0]])
        else:
            text = json.dumps(new)
            connection.execute(f"UPDATE statement SET content = ? {where}", [text, envelope[0]])


def other_payload(envelope):
    statement = json.loads(b64decode(envelope["payload"]))
    del statement["predicate"]["recordDigest"]
    statement["predicate"]["gates"][0]["estimate"] = 0.5
    statement["predicate"]["recordDigest"] = digest_value(statement)
    from base64 import b64encode

    return envelope | {"payload": b64encode(json.dumps(statement).encode()).decode()}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda _: None, "of its evidence is gone"),
        (lambda envelope: envelope | {"signatures": []}, "has 0 signatures"),
        (lambda envelope: envelope | {"payload": "W10="}, "around another record"),
        (other_payload, "around another record"),
    ],
)
@pytest.mark.parametrize("applied", ["embedded"], indirect=True)
def test_a_signature_that_was_taken_away_or_changed_is_told(applied, change, says):
    root, _ = applied
    rewrite(root, change)

    problems = [f"{each.where}: {each.what}" for each in verify(root, "prod").problems]

    assert any(f"evidence of `{MODEL}`" in each and says in each for each in problems), problems
    assert says in recorded_evidence(backend(root), MODEL).wrong
    assert ExitCode.TAMPERED is verify_evidence(directory=root, environment="prod").exit_code


def test_evidence_that_nobody_signed_keeps_no_envelope(shop):
    run_gates(directory=shop, environment="prod")
    apply_now("prod", shop)

    kept = recorded_evidence(backend(shop), MODEL)

    assert ((), "", True) == (kept.signers, kept.wrong, kept.record is not None)
    assert not any('"payload"' in each.content for each in backend(shop).statements().values())
    assert () == verify(shop, "prod").problems


def test_a_signature_of_a_stranger_is_not_kept(shop, tmp_path):
    stranger = make_key(tmp_path / "keys", "stranger")
    run_gates(directory=shop, environment="prod", key=stranger)
    apply_now("prod", shop)

    assert () == recorded_evidence(backend(shop), MODEL).signers
    assert () == verify(shop, "prod").problems


def test_a_registry_that_knows_nothing_of_a_model_adds_nothing(shop):
    report = verify_evidence(directory=shop, environment="prod")

    assert "the gates have not been run for this version" == report.records[0].reason
    assert recorded_evidence(backend(shop), MODEL) is None
