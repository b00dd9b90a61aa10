"""`mlspec.lock`: which bytes of which packs are in force."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.policy._model import Pack

__all__ = ["LOCK_FILE", "LOCK_FORMAT", "LockedPack", "Origin", "lock_text", "read_lock"]

LOCK_FILE = "mlspec.lock"
LOCK_FORMAT = "mlspec.dev/lock/v1"
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in git a pack was fetched from, and which commit its tag or branch led to."""

    repository: str
    ref: str
    folder: str
    commit: str


@dataclass(frozen=True, slots=True)
class LockedPack:
    """One line of the lock; `origin` is None for packs of the wheel and of a folder."""

    name: str
    version: str
    digest: str
    origin: Origin | None = None


def lock_text(packs: Iterable[Pack], origins: Mapping[str, Origin] | None = None) -> str:
    """Return the text of the lock of some packs, by name; `origins` are those from git."""
    known = {each.name: each for each in packs}
    return pretty_json(
        {
            "format": LOCK_FORMAT,
            "packs": [_row(known[name], (origins or {}).get(name)) for name in sorted(known)],
        }
    )


def _row(pack: Pack, origin: Origin | None) -> dict[str, Json]:
    row: dict[str, Json] = {"name": pack.name, "version": pack.version, "digest": pack.digest}
    return row if origin is None else {**row, "origin": asdict(origin)}


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
    return [_locked(each) for each in rows]


def _locked(row: Mapping[str, object]) -> LockedPack:
    name, version, digest = (str(row.get(key)) for key in ("name", "version", "digest"))
    stated = row.get("origin")
    if not isinstance(stated, dict):
        return LockedPack(name, version, digest)
    parts = (str(stated.get(each.name, "")) for each in fields(Origin))
    return LockedPack(name, version, digest, Origin(*parts))
