"""A statement of an approval says what it says, and counts for what was verified."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.ledger.ssh import line, make_key

from mlspec.canonical import digest_bytes
from mlspec.ledger import Strength
from mlspec.ledger.approvals import (
    Claim,
    StatementRefusedError,
    approval_text,
    read_approval,
    read_claim,
)
from mlspec.ledger.signing import sign

ANA = "ana@example.org"
NOW = "2026-11-21T12:00:00Z"
CLAIM = Claim(
    plan="sha256:" + "1" * 64,
    risk="sha256:" + "2" * 64,
    environment="prod",
    role="model-risk",
    principal=ANA,
    comment="fine",
    at="2026-11-21T11:00:00Z",
    specs="sha256:" + "3" * 64,
    commit="c0ffee",
)
TEXT = approval_text(CLAIM)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "ana")


@pytest.fixture(scope="module")
def signature(key):
    return sign(TEXT.encode(), key, "mlspec.approval")


def read(text=TEXT, signature="", signers="", environment="prod", now=NOW):
    approval, _ = read_approval(text, signature, signers, environment, now)
    return approval


def refused(*arguments, **options):
    with pytest.raises(StatementRefusedError) as caught:
        read(*arguments, **options)
    return str(caught.value)


def altered(**facts):
    value = json.loads(TEXT)
    value["predicate"] |= facts
    return json.dumps(value)


def test_what_is_written_is_read():
    assert CLAIM == read_claim(TEXT)


def test_the_statement_is_kept_under_the_digest_of_its_bytes(signature):
    approval, statement = read_approval(TEXT, "", "", "prod", NOW)

    assert digest_bytes(TEXT.encode()) == approval.digest == statement.digest
    assert TEXT == statement.content


def test_without_a_signature_it_is_asserted_whatever_it_says():
    approval = read()

    assert (Strength.ASSERTED, "it has no signature") == (approval.strength, approval.note)


def test_a_good_signature_makes_it_signed_with_all_names_of_the_key(key, signature):
    approval = read(signature=signature, signers=line(f"{ANA},ana@work.example", key))

    assert (Strength.SIGNED, (ANA, "ana@work.example"), "") == (
        approval.strength,
        approval.names,
        approval.note,
    )


def test_a_bad_signature_is_worse_than_none(key, signature, tmp_path):
    other = make_key(tmp_path, "other")

    assert "its signature does not count: its key is not among the allowed signers" == refused(
        signature=signature, signers=line(ANA, other)
    )
    assert "it is for another text" in refused(
        approval_text(replace(CLAIM, comment="better")), signature=signature, signers=line(ANA, key)
    )
    assert "it is no SSH signature" in refused(signature="junk", signers=line(ANA, key))


def test_a_key_has_to_be_valid_when_it_signed_and_now(key, signature):
    gone = line(ANA, key, 'valid-before="20261121113000"')
    late = line(ANA, key, 'valid-after="20261121113000"')

    assert "its key has expired or was revoked" in refused(signature=signature, signers=gone)
    assert "its key is not valid yet" in refused(signature=signature, signers=late)


def test_a_signature_that_cannot_be_checked_is_none(signature, key, tmp_path, monkeypatch):
    without_keys = read(signature=signature)
    monkeypatch.setenv("PATH", str(tmp_path))
    without_program = read(signature=signature, signers=line(ANA, key))

    assert (Strength.ASSERTED, "no key is in force that could have signed it") == (
        without_keys.strength,
        without_keys.note,
    )
    assert Strength.ASSERTED == without_program.strength
    assert "`ssh-keygen` is not installed to check its signature" == without_program.note


def test_it_is_for_one_environment():
    assert "it is for the environment `prod`" == refused(environment="staging")


def test_it_is_not_dated_in_the_future():
    assert read(now="2026-11-21T10:58:00Z").principal == ANA  # clocks differ by minutes
    assert "it is dated in the future: 2026-11-21T11:00:00Z" == refused(now="2026-11-20T11:00:00Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"predicate": []}',
        "[" * 100_000,
        '{"predicate": {"plan": 1}}',
        TEXT.replace('"comment":', '"comment":"x","comment":'),
        TEXT.replace("NaN", "NaN") + "NaN",
        TEXT.replace("approval/v1", "approval/v2"),
        TEXT.replace("Statement/v1", "Statement/v0"),
        TEXT.replace("plan/prod", "plan/staging"),
        TEXT.replace('"sha256":"1', '"sha256":"2'),
        altered(extra="x"),
        altered(risk="sha256:1"),
        altered(principal=""),
        altered(principal=" "),
        altered(principal="ana\n"),
        altered(principal="a" * 255),
        altered(principal=1),
        altered(comment="c" * 4_001),
        altered(role="Model Risk"),
        altered(role="../../x"),
        altered(plan="sha256:1"),
        altered(at="yesterday"),
        altered(at="2026-11-21T11:00:00+99:00"),
        altered(at="0001-01-01T00:00:00+14:00"),
        altered(specs="s" * 101),
    ],
)
def test_what_is_no_approval_is_refused_in_words(text):
    assert refused(text)


def test_a_zone_that_is_not_named_is_utc():
    assert "2026-11-21T11:00:00" == read(altered(at="2026-11-21T11:00:00")).at
