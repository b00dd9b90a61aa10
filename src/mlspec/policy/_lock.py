"""`mlspec.lock`: which bytes of which packs are in force."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.policy._model import Pack

__all__ = ["LOCK_FILE", "LOCK_FORMAT", "LockedPack", "lock_text", "read_lock"]

LOCK_FILE = "mlspec.lock"
LOCK_FORMAT = "mlspec.dev/lock/v1"
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class LockedPack:
    """One line of the lock."""

    name: str
    version: str
    digest: str


def lock_text(packs: Iterable[Pack]) -> str:
    """Return the text of the lock of some packs, by name."""
    rows = sorted({(each.name, each.version, each.digest) for each in packs})
    return pretty_json(
        {
            "format": LOCK_FORMAT,
            "packs": [
                {"name": name, "version": version, "digest": digest}
                for name, version, digest in rows
            ],
        }
    )


def read_lock(content: bytes) -> Mapping[str, LockedPack]:
    """Return the lines of a lock by name of the pack.

    Raises:
        UsageError: it is no lock that this version of mlspec knows.
    """
    try:
        rows = _rows(json.loads(content)) if len(content) <= _MOST_BYTES else None
    except (ValueError, RecursionError):
        rows = None
    if rows is None:
        raise UsageError(
            f"`{LOCK_FILE}` is no lock of policy packs", hint="`mlspec policy lock` writes it again"
        )
    return {each.name: each for each in rows}


def _rows(found: object) -> list[LockedPack] | None:
    if not isinstance(found, dict) or found.get("format") != LOCK_FORMAT:
        return None
    rows = found.get("packs")
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        return None
    return [
        LockedPack(*(str(each.get(key)) for key in ("name", "version", "digest"))) for each in rows
    ]
