"""DSSE envelopes around statements, signed with SSH keys.

The form is that of the Dead Simple Signing Envelope, version 1: the signature is over the type and
the bytes of the payload, so that no text of one kind can pass for another. The `sig` of a
signature is the blob of `ssh-keygen -Y sign` (PROTOCOL.sshsig), its `keyid` the fingerprint of the
key. Foreign verifiers get the payload from it; whether a key counts, the allowed signers say.
"""

from __future__ import annotations

import hashlib
import textwrap
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.canonical import pretty_json, strict_json
from mlspec.ledger._sshsig import MOST_SIGNATURE_CHARACTERS, read_signature
from mlspec.ledger.signing import can_verify, is_over, principals_of, sign, verify

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.canonical import Json

__all__ = ["PAYLOAD_TYPE", "Envelope", "Sealed", "opened", "seal", "sealed_by", "signed_bytes"]

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
_MOST_SIGNATURES: Final = 32
_LINE: Final = 70


@dataclass(frozen=True, slots=True)
class Envelope:
    """The payload of an envelope, and its signatures in the armour of `ssh-keygen`."""

    payload: bytes
    signatures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """Who signed a payload, sorted; and why further signatures do not count."""

    signers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def seal(payload: bytes, key: Path, namespace: str) -> str:
    """Return the text of an envelope around a payload; errors are those of `signing.sign`."""
    signature = sign(signed_bytes(payload), key, namespace)
    stated: Json = {
        "payloadType": PAYLOAD_TYPE,
        "payload": b64encode(payload).decode(),
        "signatures": [{"keyid": _fingerprint(signature), "sig": _blob(signature)}],
    }
    return pretty_json(stated)


def opened(text: str) -> Envelope:
    """Return what an envelope holds; nothing is verified.

    Raises:
        ValueError: it is no envelope around a statement, or holds more than a person would sign.
    """
    match strict_json(text):
        case {"payloadType": kind, "payload": str(payload), "signatures": list(signatures)}:
            pass
        case _:
            raise ValueError("it is no DSSE envelope")
    if kind != PAYLOAD_TYPE:
        raise ValueError(f"its payload is no `{PAYLOAD_TYPE}`")
    if not 0 < len(signatures) <= _MOST_SIGNATURES:
        raise ValueError(f"it has {len(signatures)} signatures, not 1 to {_MOST_SIGNATURES}")
    return Envelope(b64decode(payload, validate=True), tuple(map(_armoured, signatures)))


def sealed_by(envelope: Envelope, signers: str, namespace: str) -> Sealed:
    """Return by whom among the allowed signers an envelope is signed now.

    `signers` is the text of the allowed signers in force. A key that is not among them, has
    expired or is for another purpose does not count, and a note says so.

    Raises:
        ValueError: a signature is for another payload: one of the two was changed.
    """
    signed = signed_bytes(envelope.payload)
    names: set[str] = set()
    notes: list[str] = []
    for signature in envelope.signatures:
        if not can_verify():
            notes.append("`ssh-keygen` is not installed to check a signature")
            continue
        if not is_over(signed, signature, namespace):
            raise ValueError("a signature is for another text: one of the two was changed")
        found, wrong = _signer(signed, signature, signers, namespace)
        names |= {found} if found else set()
        notes += [] if found else [wrong]
    return Sealed(tuple(sorted(names)), tuple(notes))


def _signer(signed: bytes, signature: str, signers: str, namespace: str) -> tuple[str, str]:
    """Return the first name for which the signature counts, or why it counts for none."""
    wrong = "its key is not among the allowed signers"
    for name in principals_of(signature, signers):
        refused = verify(signed, signature, signers, name, namespace, None)
        if refused is None:
            return name, ""
        wrong = refused
    return "", wrong


def signed_bytes(payload: bytes) -> bytes:
    """Return what is signed: the pre-authentication encoding of DSSE."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _blob(signature: str) -> str:
    return "".join(signature.split("-----")[2].split())


def _armoured(stated: Json) -> str:
    blob = stated.get("sig") if isinstance(stated, dict) else None
    if not isinstance(blob, str) or len(blob) > MOST_SIGNATURE_CHARACTERS:
        raise ValueError("a signature has no `sig`, or one that is too long")
    lines = "\n".join(textwrap.wrap(blob, _LINE))
    armoured = f"-----BEGIN SSH SIGNATURE-----\n{lines}\n-----END SSH SIGNATURE-----\n"
    if read_signature(armoured) is None:
        raise ValueError("a signature is no SSH signature")
    return armoured


def _fingerprint(signature: str) -> str:
    """Return the fingerprint of the key as `ssh-keygen -l` shows it: `SHA256:...`."""
    signed_by = read_signature(signature)
    key = signed_by.key if signed_by else b""
    return f"SHA256:{b64encode(hashlib.sha256(key).digest()).decode().rstrip('=')}"
