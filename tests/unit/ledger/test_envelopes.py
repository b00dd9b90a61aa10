"""Envelopes: who signed counts by the allowed signers, and nothing changes unnoticed."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

import pytest
from tests.unit.ledger.ssh import line, make_key

from mlspec.ledger import envelopes

PURPOSE = "mlspec.evidence"
STATED = '{"payloadType": "application/vnd.in-toto+json"'
PAYLOAD = b'{"overall": "pass"}\n'


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("keys"), "ci")


@pytest.fixture(scope="module")
def sealed(key):
    return envelopes.seal(PAYLOAD, key, PURPOSE)


def signed_by(text, signers, purpose=PURPOSE):
    return envelopes.sealed_by(envelopes.opened(text), signers, purpose)


def test_an_envelope_gives_the_payload_back_and_names_who_signed(sealed, key):
    signers = line("ci@example.org", key)

    assert PAYLOAD == envelopes.opened(sealed).payload
    assert ("ci@example.org",) == signed_by(sealed, signers).signers


def test_the_form_is_that_of_dsse(sealed):
    found = json.loads(sealed)

    assert {"payloadType", "payload", "signatures"} == found.keys()
    assert "application/vnd.in-toto+json" == found["payloadType"]
    assert found["signatures"][0]["keyid"].startswith("SHA256:")
    assert b64decode(found["signatures"][0]["sig"]).startswith(b"SSHSIG")


def test_a_payload_that_was_changed_is_refused(sealed, key):
    found = json.loads(sealed)
    found["payload"] = b64encode(PAYLOAD.replace(b"pass", b"fail")).decode()

    with pytest.raises(ValueError, match="for another text"):
        signed_by(json.dumps(found), line("ci@example.org", key))


def test_a_signature_for_another_purpose_is_refused(key):
    text = envelopes.seal(PAYLOAD, key, "mlspec.approval")

    with pytest.raises(ValueError, match="for another text"):
        signed_by(text, line("ci@example.org", key))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ('namespaces="mlspec.approval"', "may not be used for `mlspec.evidence`"),
        ('valid-before="20200101"', "has expired"),
    ],
)
def test_a_key_that_is_not_allowed_to_does_not_count(sealed, key, options, why):
    found = signed_by(sealed, line("ci@example.org", key, options))

    assert () == found.signers
    assert why in found.notes[0]


def test_a_key_of_nobody_does_not_count(sealed):
    found = signed_by(sealed, "")

    assert ((), ("its key is not among the allowed signers",)) == (found.signers, found.notes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        f'{STATED}, "payload": "e30=", "signatures": []}}',
        f'{STATED}, "payload": "?", "signatures": [{{}}]}}',
        f'{STATED}, "payload": "", "signatures": [{{"sig": "?"}}]}}',
        '{"payloadType": "text/plain", "payload": "e30=", "signatures": [{"sig": "e30="}]}',
        '{"payload": 1, "payload": 2}',
    ],
)
def test_what_is_no_envelope_is_refused(text):
    with pytest.raises(ValueError):
        envelopes.opened(text)
