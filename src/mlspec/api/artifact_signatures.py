"""Detached signatures of models' files, verified as far as that is possible without a network.

A signature of `ssh-keygen -Y sign -n file` is verified by the allowed signers. Of a Sigstore
bundle, the digest that it is about is compared; who signed takes Sigstore's own roots of trust and
is not told here.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from typing import TYPE_CHECKING, Final

from mlspec.canonical import Json, strict_json
from mlspec.evidence import ArtifactSignature, FileContent, Material, Reason, read_file, shown
from mlspec.gates import Security
from mlspec.ledger.signing import can_verify, is_over, principals_of, verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mlspec.gates import EvaluationInputs, GateSpecBase

__all__ = ["FILE_NAMESPACE", "read_signatures"]

FILE_NAMESPACE: Final = "file"
"""The purpose that `ssh-keygen` itself names for the signatures of files."""

_BUNDLE: Final = "application/vnd.dev.sigstore.bundle"
_MOST_BYTES: Final = 1 << 20


def read_signatures(
    root: Path, gates: Iterable[GateSpecBase], inputs: EvaluationInputs | None, signers: str
) -> tuple[dict[str, ArtifactSignature | Reason], tuple[Material, ...]]:
    """Return by gate who signed the file it looks at, or why that is not known; and the materials.

    `signers` is the text of the allowed signers. Keys have to be valid now.

    Raises:
        MissingExtraError: `ssh-keygen` went missing between two calls.
    """
    files = {} if inputs is None else {each.name: each.file for each in inputs.sources}
    found: dict[str, ArtifactSignature | Reason] = {}
    materials: list[Material] = []
    for gate in _signed_gates(gates):
        file = read_file(root, gate.signature or "", name=f"signature-{gate.id}")
        if isinstance(file, Reason):
            found[gate.id] = file
            continue
        materials.append(file.material())
        artifact = read_file(root, files.get(gate.artifact or "", ""), name="artifact")
        found[gate.id] = (
            artifact if isinstance(artifact, Reason) else _read(file, artifact, signers)
        )
    return found, tuple(materials)


def _signed_gates(gates: Iterable[GateSpecBase]) -> Iterator[Security]:
    return (each for each in gates if isinstance(each, Security) and each.signature)


def _read(file: FileContent, artifact: FileContent, signers: str) -> ArtifactSignature | Reason:
    text = file.content[:_MOST_BYTES].decode("utf-8", "replace")
    if "BEGIN SSH SIGNATURE" in text:
        return _ssh(text, file, artifact, signers)
    stated = _stated(text)
    if stated is None:
        sentence = f"{shown(file.file)} is no SSH signature and no Sigstore bundle"
        return Reason("signature-unknown", sentence)
    if stated.isdisjoint({artifact.digest}):
        sentence = f"{shown(file.file)} is about another file than {shown(artifact.file)}"
        return Reason("signature-wrong", sentence)
    sentence = (
        f"{shown(file.file)} is about this file; who signed it takes the roots of Sigstore: verify "
        f"with `cosign verify-blob`, or sign with `ssh-keygen -Y sign -n {FILE_NAMESPACE}`"
    )
    return Reason("signature-unverified", sentence)


def _ssh(
    signature: str, file: FileContent, artifact: FileContent, signers: str
) -> ArtifactSignature | Reason:
    if not can_verify():
        return Reason("signature-unverified", "`ssh-keygen` is not installed to verify a signature")
    if not is_over(artifact.content, signature, FILE_NAMESPACE):
        sentence = f"{shown(file.file)} is no signature of {shown(artifact.file)} as it is"
        return Reason("signature-wrong", sentence)
    names = tuple(
        each
        for each in principals_of(signature, signers)
        if verify(artifact.content, signature, signers, each, FILE_NAMESPACE, None) is None
    )
    return ArtifactSignature(artifact.digest, names)


def _stated(text: str) -> frozenset[str] | None:
    """Return the digests that a Sigstore bundle is about; None where the text is none."""
    try:
        found = strict_json(text)
        if not isinstance(found, dict) or not str(found.get("mediaType")).startswith(_BUNDLE):
            return None
        return frozenset(_digests(found)) or None
    except (KeyError, TypeError, ValueError, binascii.Error, RecursionError):
        return None


def _digests(bundle: dict[str, Json]) -> Iterator[str]:
    """Yield the digest of the signed message, or those of the subjects of a signed statement."""
    message, envelope = bundle.get("messageSignature"), bundle.get("dsseEnvelope")
    if isinstance(message, dict):
        digest = message["messageDigest"]
        if isinstance(digest, dict) and digest.get("algorithm") == "SHA2_256":
            yield f"sha256:{b64decode(str(digest['digest']), validate=True).hex()}"
    if isinstance(envelope, dict):
        statement = json.loads(b64decode(str(envelope["payload"]), validate=True))
        for each in statement["subject"]:
            yield f"sha256:{each['digest']['sha256']}"
