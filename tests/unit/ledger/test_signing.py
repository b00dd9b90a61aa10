"""Signatures are those of a key that was allowed to, for this text and purpose, at the time."""

from __future__ import annotations

import subprocess

import pytest
from tests.unit.ledger.ssh import keygen, line, make_key, public

from mlspec.errors import MissingExtraError, UsageError
from mlspec.ledger.signing import can_verify, principals_of, sign, verify

ANA = "ana@example.org"
LI = "li@example.org"
TEXT = b'{"plan":"sha256:1"}\n'
PURPOSE = "mlspec.approval"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name) for name in ("ana", "li", "authority")}


@pytest.fixture(scope="module")
def signature(keys):
    return sign(TEXT, keys["ana"], PURPOSE)


def reason(signature, signers, *, text=TEXT, principal=ANA, purpose=PURPOSE, at=None):
    return verify(text, signature, signers, principal, purpose, at)


def test_a_signature_of_an_allowed_key_is_good(keys, signature):
    assert reason(signature, line(ANA, keys["ana"])) is None


def test_a_public_key_signs_where_the_agent_holds_the_private_one(keys, tmp_path, monkeypatch):
    socket = tmp_path / "agent"
    started = subprocess.run(
        ["ssh-agent", "-a", socket], capture_output=True, text=True, check=True
    )
    agent = started.stdout.split("SSH_AGENT_PID=")[1].split(";")[0]
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
    monkeypatch.setenv("SSH_AGENT_PID", agent)
    try:
        subprocess.run(["ssh-add", "-q", keys["ana"]], check=True, capture_output=True)
        alone = tmp_path / "ana.pub"
        alone.write_text(public(keys["ana"]))

        signed = sign(TEXT, alone, PURPOSE)
    finally:
        subprocess.run(["ssh-agent", "-k"], check=True, capture_output=True)

    assert reason(signed, line(ANA, keys["ana"])) is None


def test_the_purpose_is_part_of_what_is_signed(keys, signature):
    assert "it was made for another purpose: `mlspec.approval`, not `mlspec.review`" == reason(
        signature, line(ANA, keys["ana"]), purpose="mlspec.review"
    )


def test_a_key_may_be_kept_from_a_purpose(keys, signature):
    for_git = line(ANA, keys["ana"], 'namespaces="git"')

    assert reason(signature, for_git) == (
        "its key may not be used for `mlspec.approval`: its line lists other `namespaces`"
    )


def test_a_changed_text_is_noticed(keys, signature):
    told = reason(signature, line(ANA, keys["ana"]), text=TEXT.replace(b"1", b"2"))

    assert "it is for another text: the text or the signature was changed" == told


def test_a_signature_that_belongs_to_another_text_is_noticed(keys, signature):
    other = sign(b"another text", keys["ana"], PURPOSE)

    assert "it is for another text: the text or the signature was changed" == reason(
        other, line(ANA, keys["ana"])
    )


def test_a_key_that_nobody_allowed_does_not_count(keys, signature):
    assert "its key is not among the allowed signers" == reason(signature, line(ANA, keys["li"]))
    assert "its key is not among the allowed signers" == reason(signature, "")


def test_nobody_signs_for_somebody_else(keys, signature):
    signers = f"{line(ANA, keys['ana'])}\n{line(LI, keys['li'])}"

    found = reason(signature, signers, principal=LI)

    assert "its key is that of ana@example.org, not of li@example.org" == found


@pytest.mark.parametrize("names", ["*", "*@example.org", "an?@example.org", "!li@example.org,*"])
def test_a_key_that_stands_for_many_says_nothing_about_one(keys, signature, names):
    told = reason(signature, line(names, keys["ana"]))

    assert "its key is listed for a pattern of names, so it can't say who signed" == told


@pytest.mark.parametrize(
    ("options", "at", "told"),
    [
        ('valid-before="20260601"', None, "its key has expired or was revoked"),
        ('valid-before="20260601"', "2026-05-31T23:59:59Z", None),
        ('valid-before="20260601"', "2026-06-01T00:00:01Z", "its key has expired or was revoked"),
        ('valid-before="20260601"', "2026-06-01T01:00:00+02:00", None),
        ('valid-after="20260601"', "2026-05-31T23:59:59Z", "its key is not valid yet"),
        ('valid-after="20260601"', "2026-06-01T00:00:01+00:00", None),
    ],
)
def test_a_key_counts_in_its_time_whatever_the_zone_of_the_machine(
    keys, signature, monkeypatch, options, at, told
):
    monkeypatch.setenv("TZ", "Pacific/Auckland")

    assert told == reason(signature, line(ANA, keys["ana"], options), at=at)


def test_an_authority_vouches_for_the_names_in_a_certificate(keys, tmp_path):
    key = make_key(tmp_path, "own")
    keygen("-s", keys["authority"], "-I", "id", "-n", ANA, "-V", "20260101:20261231", f"{key}.pub")
    signed = sign(TEXT, tmp_path / "own-cert.pub", PURPOSE)
    signers = line("*@example.org", keys["authority"], "cert-authority")

    assert reason(signed, signers, at="2026-06-01T00:00:00Z") is None
    assert "its certificate has expired" == reason(signed, signers, at="2027-06-01T00:00:00Z")
    assert "its certificate does not name this person" == reason(
        signed, signers, principal=LI, at="2026-06-01T00:00:00Z"
    )
    assert "no key in force is that of ana@example.org" == reason(
        signed, line(ANA, keys["li"], "cert-authority"), at="2026-06-01T00:00:00Z"
    )


@pytest.mark.parametrize(
    "armoured",
    [
        "",
        "junk",
        "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAf////8=\n-----END SSH SIGNATURE-----\n",
        "A" * 100_000,
    ],
)
def test_what_is_no_signature_is_said_to_be_none(keys, armoured):
    assert "it is no SSH signature" == reason(armoured, line(ANA, keys["ana"]))


def test_lines_that_say_nothing_are_passed_over(keys, signature):
    signers = f"# keys\n\nnonsense\nssh-ed25519\n{ANA} ssh-ed25519 !!!\n{line(ANA, keys['ana'])}\n"

    assert reason(signature, signers) is None


def test_a_name_is_no_option(keys, signature):
    assert "its key is that of ana@example.org, not of -Ovalid" == reason(
        signature, line(ANA, keys["ana"]), principal="-Ovalid"
    )
    assert "the name can't be read" == reason(
        signature, line(ANA, keys["ana"]), principal="ana\x00"
    )


def test_all_names_of_a_key_are_those_of_one_person(keys, signature):
    signers = "\n".join(
        (
            line(f"{ANA},ana@work.example", keys["ana"]),
            line(LI, keys["li"]),
            line('"ana lopez"', keys["ana"], 'namespaces="git,mlspec.approval"'),
        )
    )

    assert ("ana lopez", ANA, "ana@work.example") == principals_of(signature, signers)


def test_a_key_with_a_passphrase_is_refused_without_asking(tmp_path):
    key = make_key(tmp_path, "locked", passphrase="secret words")

    with pytest.raises(UsageError, match="add it to `ssh-agent`"):
        sign(TEXT, key, PURPOSE)


def test_a_key_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        sign(TEXT, tmp_path / "missing", PURPOSE)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.write_text("id,score\n"), "the file holds no SSH key"),
        (lambda path: path.mkdir(), "it is a folder"),
    ],
)
def test_what_is_no_key_is_called_so(tmp_path, make, why):
    make(tmp_path / "key")

    with pytest.raises(UsageError, match=why):
        sign(TEXT, tmp_path / "key", PURPOSE)


def test_without_the_program_the_message_says_what_to_install(
    keys, signature, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not can_verify()
    with pytest.raises(MissingExtraError, match="not installed"):
        reason(signature, line(ANA, keys["ana"]))


def test_nothing_is_left_behind(keys, signature, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    reason(signature, line(ANA, keys["ana"]))

    assert [] == list(tmp_path.iterdir())
