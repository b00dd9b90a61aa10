"""Reading SSH signatures and files of allowed signers; nothing is verified here.

The formats are those of `PROTOCOL.sshsig` and of `ssh-keygen(1)`, ALLOWED SIGNERS. What is read
names reasons and finds who shares a key; whether a signature is good only `ssh-keygen` says.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MOST_SIGNATURE_CHARACTERS", "SignedBy", "Signer", "read_signature", "read_signers"]

MOST_SIGNATURE_CHARACTERS = 16_384
_MOST_LINES = 10_000
_ARMOUR = re.compile(
    r"\s*-----BEGIN SSH SIGNATURE-----\s([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----\s*"
)
_MAGIC = b"SSHSIG"
_LENGTH_BYTES = 4
_KEY_TYPE = re.compile(r"(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+")
_WORD = re.compile(r"""(?:"[^"]*"|[^\s"])+""")
_PATTERN = re.compile(r"[*?!]")


@dataclass(frozen=True, slots=True)
class SignedBy:
    """What a signature says of itself: its public key or certificate, and what it is for."""

    key: bytes
    namespace: str

    @property
    def is_certificate(self) -> bool:
        """Whether an authority vouches for the key."""
        return b"-cert-v01@openssh.com" in self.key[:64]


@dataclass(frozen=True, slots=True)
class Signer:
    """One line of a file of allowed signers: the names that a key speaks for, and the key."""

    principals: tuple[str, ...]
    is_authority: bool
    key: bytes

    @property
    def is_for_anybody(self) -> bool:
        """Whether a name is a pattern; only an authority may vouch for names it does not list."""
        return not self.is_authority and any(_PATTERN.search(each) for each in self.principals)


def read_signature(armoured: str) -> SignedBy | None:
    """Return what a signature says of itself; None where it is no SSH signature."""
    found = _ARMOUR.fullmatch(armoured) if len(armoured) <= MOST_SIGNATURE_CHARACTERS else None
    blob = _decoded("".join(found[1].split())) if found else b""
    if not blob.startswith(_MAGIC):
        return None
    key, rest = _string(blob[len(_MAGIC) + _LENGTH_BYTES :])
    namespace, _ = _string(rest)
    return SignedBy(key, namespace.decode("utf-8", "replace")) if key and namespace else None


def read_signers(text: str) -> tuple[Signer, ...]:
    """Return the lines of a file of allowed signers that can be read, in their order."""
    return tuple(_signers(text))


def _signers(text: str) -> Iterator[Signer]:
    for line in text.splitlines()[:_MOST_LINES]:
        signer = None if line.lstrip().startswith("#") else _signer(_WORD.findall(line))
        if signer is not None:
            yield signer


def _signer(words: list[str]) -> Signer | None:
    """Return what a line says: names, options or none, the type of the key, the key."""
    place = next((i for i, each in enumerate(words[:3]) if _KEY_TYPE.fullmatch(each)), 0)
    key = _decoded(words[place + 1]) if 0 < place < len(words) - 1 else b""
    if not key:
        return None
    options = words[1].lower().split(",") if place > 1 else []
    principals = tuple(filter(None, words[0].strip('"').split(",")))
    return Signer(principals, "cert-authority" in options, key)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _string(blob: bytes) -> tuple[bytes, bytes]:
    """Return the string that a blob starts with, and the rest; both empty where it is cut off."""
    length = int.from_bytes(blob[:_LENGTH_BYTES], "big")
    end = _LENGTH_BYTES + length
    return (blob[_LENGTH_BYTES:end], blob[end:]) if len(blob) >= end else (b"", b"")
