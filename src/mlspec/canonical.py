"""Canonical JSON and digests: the same value gives the same bytes on every machine.

Keys are sorted by code point, separators carry no spaces, text is UTF-8, floats are Python's
shortest representation, and numbers that JSON cannot say (NaN, infinities) are refused.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Json", "canonical_json", "digest_bytes", "digest_file", "digest_value", "pretty_json"]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_CHUNK_BYTES = 1 << 20


def canonical_json(value: object) -> bytes:
    """Return the canonical bytes of a JSON value.

    Raises:
        ValueError: the value holds NaN or an infinity.
        TypeError: the value holds something JSON does not know.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def pretty_json(value: object) -> str:
    """Return sorted, indented JSON with a final newline: for files that people review."""
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return text + "\n"


def digest_bytes(content: bytes) -> str:
    """Return `sha256:<hex>` of the bytes."""
    from hashlib import sha256  # noqa: PLC0415  (start-up: loads OpenSSL)

    return "sha256:" + sha256(content).hexdigest()


def digest_value(value: object) -> str:
    """Return `sha256:<hex>` of the canonical JSON of a value."""
    return digest_bytes(canonical_json(value))


def digest_file(path: Path) -> str:
    """Return `sha256:<hex>` of a file, read in chunks of 1 MiB.

    Raises:
        OSError: the file cannot be read.
    """
    from hashlib import sha256  # noqa: PLC0415  (as above)

    state = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            state.update(chunk)
    return "sha256:" + state.hexdigest()
