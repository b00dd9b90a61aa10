"""The seal of a generated file: a digest of itself in its header.

A file that is committed while its manifest is not (the workflow) proves with it that nobody has
edited it. It is no signature: whoever edits the file may seal it again. Pins of actions and images
are left out of the digest: a bot that changes them in the lock and in the jobs leaves both as they
are written from the lock.
"""

from __future__ import annotations

import re

from mlspec.canonical import digest_bytes

__all__ = ["SEAL_LINE", "is_sealed", "seal"]

_EMPTY = "0" * 64
SEAL_LINE = f"mlspec-seal: sha256:{_EMPTY}"
_SEAL = re.compile(rb"mlspec-seal: (sha256:[0-9a-f]{64})")
_HEADER_BYTES = 2000
_PINS = re.compile(
    rb"(?<=uses: )([\w.-]+/[\w./-]+)@[0-9a-f]{40} # [\w.+-]+"
    rb'|(?<=\n  image: )("?[a-z0-9][A-Za-z0-9._:/-]*?)(?::[A-Za-z0-9._-]+)?@sha256:[0-9a-f]{64}'
)


def seal(text: str) -> str:
    """Return the text with its first `SEAL_LINE` filled in; other text is returned as it is."""
    digest = digest_bytes(_without_pins(text.encode()))
    return text.replace(SEAL_LINE, f"mlspec-seal: {digest}", 1)


def is_sealed(content: bytes) -> bool:
    """Tell whether the content carries a seal that fits it, whatever line ends git gave it."""
    content = content.replace(b"\r\n", b"\n")
    found = _SEAL.search(content, 0, _HEADER_BYTES)
    if found is None:
        return False
    empty = content[: found.start()] + SEAL_LINE.encode() + content[found.end() :]
    return found[1].decode() in (digest_bytes(_without_pins(empty)), digest_bytes(empty))


def _without_pins(content: bytes) -> bytes:
    return _PINS.sub(rb"\1\2", content)
