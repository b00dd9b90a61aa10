"""Rows of the embedded registry as values. What mlspec never wrote is refused, not guessed at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.errors import RegistryUnavailableError
from mlspec.registry._codec import run_from
from mlspec.state import (
    Checkpoint,
    Event,
    Head,
    Lifecycle,
    ObjectRecord,
    RunRecord,
    Snapshot,
    Statement,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

    from mlspec.canonical import Json

__all__ = [
    "CHECKPOINTS",
    "EVENTS",
    "EVENTS_OF",
    "HEADS_OF_OBJECTS",
    "RECORDS",
    "RUNS",
    "STATEMENTS",
    "STATEMENTS_OF",
    "bodies_of",
    "checkpoint_of",
    "event_of",
    "heads_of",
    "position",
    "run_of",
    "snapshot_of",
    "statement_of",
]

_OBJECT = "SELECT address, uid, revision, digest, protect, lifecycle, op_id"
HEADS_OF_OBJECTS = f"{_OBJECT}, NULL FROM object WHERE environment = ? ORDER BY address"
RECORDS = (
    f"{_OBJECT}, content FROM object LEFT JOIN body USING (digest)"
    " WHERE environment = ? ORDER BY address"
)
RUNS = "SELECT serial, record FROM run WHERE environment = ?"
_EVENT = "SELECT address, sequence, digest, body FROM event WHERE environment = ?"
EVENTS = f"{_EVENT} ORDER BY address, sequence"
EVENTS_OF = f"{_EVENT} AND address = ? ORDER BY sequence"
CHECKPOINTS = (
    "SELECT sequence, digest, body, signature FROM checkpoint"
    " WHERE environment = ? ORDER BY sequence"
)
_STATEMENT = "SELECT digest, content, signature FROM statement WHERE environment = ?"
STATEMENTS = f"{_STATEMENT} ORDER BY digest"
STATEMENTS_OF = (
    "SELECT digest, content, signature FROM statement WHERE environment = ?"
    " AND digest IN (SELECT value FROM json_each(?)) ORDER BY digest"
)
_HEADS = "SELECT address, sequence, digest FROM head WHERE environment = ?"


def position(connection: sqlite3.Connection, environment: str) -> tuple[int, int, str]:
    """Return serial, number of the newest checkpoint, and its digest."""
    row = connection.execute(
        "SELECT serial, sequence, head FROM environment WHERE name = ?", (environment,)
    ).fetchone()
    return (0, 0, "") if row is None else (row[0], row[1], row[2])


def snapshot_of(connection: sqlite3.Connection, environment: str, query: str) -> Snapshot:
    """Return the state of an environment."""
    found = connection.execute("SELECT value FROM meta WHERE key = 'lineage'").fetchone()
    if found is None:
        raise RegistryUnavailableError("the registry has lost its lineage: the file is damaged")
    serial, sequence, head = position(connection, environment)
    rows = connection.execute(query, (environment,))
    objects = {row[0]: _record(row) for row in rows}
    return Snapshot(environment, found[0], serial, head, objects, sequence)


def bodies_of(connection: sqlite3.Connection, digests: Collection[str]) -> dict[str, Json]:
    """Return the stored bodies by digest; unknown digests are absent."""
    found: dict[str, Json] = {}
    for digest in sorted(set(digests)):
        query = "SELECT content FROM body WHERE digest = ?"
        row = connection.execute(query, (digest,)).fetchone()
        if row is not None:
            found[digest] = _decoded(row[0])
    return found


def heads_of(connection: sqlite3.Connection, environment: str) -> dict[str, Head]:
    """Return the head of every chain, by address."""
    rows = connection.execute(_HEADS, (environment,))
    return {address: Head(sequence, digest) for address, sequence, digest in rows}


def run_of(row: Sequence[object]) -> RunRecord:
    """Return one run."""
    serial, record = row
    try:
        return run_from(str(record).encode())
    except ValueError as error:
        raise _damaged(f", in its run {serial}") from error


def event_of(row: Sequence[object]) -> Event:
    """Return one event; its link to the one before stands in its body.

    A body that can't be read is told as an empty one, so that verification names the event.
    """
    address, sequence, digest, content = row
    body = _body(content)
    number = sequence if isinstance(sequence, int) else 0
    return Event(str(address), number, _previous(body), body, str(digest))


def checkpoint_of(row: Sequence[object]) -> Checkpoint:
    """Return one checkpoint; a body that can't be read is told as an empty one."""
    sequence, digest, content, signature = row
    body = _body(content)
    number = sequence if isinstance(sequence, int) else 0
    return Checkpoint(number, _previous(body), body, str(digest), str(signature))


def statement_of(row: Sequence[object]) -> Statement:
    """Return one kept document."""
    digest, content, signature = row
    return Statement(str(digest), str(content), str(signature))


def _body(content: object) -> dict[str, Json]:
    try:
        body = json.loads(str(content))
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _previous(body: dict[str, Json]) -> str:
    predicate = body.get("predicate")
    return str(predicate.get("previous", "")) if isinstance(predicate, dict) else ""


def _record(row: Sequence[object]) -> ObjectRecord:
    address, uid, revision, digest, protect, lifecycle, op_id, content = row
    texts = (address, uid, digest, lifecycle, op_id)
    if not isinstance(revision, int) or not all(isinstance(each, str) for each in texts):
        raise _damaged()  # SQLite takes values of any type into any column
    return ObjectRecord(
        address=str(address),
        uid=str(uid),
        revision=revision,
        digest=str(digest),
        body=None if content is None else _decoded(content),
        protect=bool(protect),
        lifecycle=_lifecycle(lifecycle),
        op_id=str(op_id),
    )


def _lifecycle(value: object) -> Lifecycle:
    try:
        return Lifecycle(str(value))
    except ValueError as error:
        raise _damaged() from error


def _decoded(content: object) -> Json:
    try:
        value: Json = json.loads(str(content))
    except (ValueError, RecursionError) as error:
        raise _damaged() from error
    return value


def _damaged(where: str = "") -> RegistryUnavailableError:
    return RegistryUnavailableError(
        f"the registry holds content that mlspec never wrote{where}: the file is damaged",
        hint="restore the file from a copy",
    )
