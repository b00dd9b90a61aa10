"""`embedded`: the registry as one SQLite file, for one machine.

All environments share the file and its lineage; each has its own objects, serial and chain of
events. An apply is one transaction: it happens whole or not at all, also under kill -9.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.errors import RegistryUnavailableError
from mlspec.registry._port import BackendType
from mlspec.registry._sqlite import connection_for_reading, connection_for_writing
from mlspec.state import Event, ObjectRecord, RunRecord, Snapshot

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.registry._port import Transaction

__all__ = ["BACKEND", "EmbeddedRegistry"]

_Row = tuple[str, str, int, str, int, int, str | None]
_HEADS = (
    "SELECT address, uid, revision, digest, protect, retired, NULL FROM object"
    " WHERE environment = ? ORDER BY address"
)
_RECORDS = (
    "SELECT address, uid, revision, digest, protect, retired, content FROM object"
    " LEFT JOIN body USING (digest) WHERE environment = ? ORDER BY address"
)
_RUNS = "SELECT run_id, plan_digest, serial, actor, at, operations FROM run WHERE environment = ?"


@dataclass(frozen=True, slots=True)
class EmbeddedRegistry:
    """One environment of an SQLite file; another run's lock is waited for a short time."""

    path: Path
    environment: str
    lock_timeout_seconds: float = 2.0

    def observe(self, *, bodies: bool = True) -> Snapshot:
        """Return a consistent snapshot without taking the write lock."""
        with connection_for_reading(self.path) as connection:
            if connection is None:
                return Snapshot(self.environment, "", 0, "")
            connection.execute("BEGIN")  # one view for all the reads below
            return _snapshot(connection, self.environment, _RECORDS if bodies else _HEADS)

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return the stored bodies by digest; unknown digests are absent."""
        with connection_for_reading(self.path) as connection:
            return {} if connection is None else _bodies(connection, digests)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Take the lock; commit on a clean exit, roll back on an exception."""
        with connection_for_writing(self.path, self.lock_timeout_seconds) as connection:
            yield _Transaction(connection, self.environment)

    def runs(self) -> Iterator[RunRecord]:
        """Yield the finished runs, oldest first."""
        rows = self._rows(_RUNS + " ORDER BY serial")
        return (_run(row, self.environment) for row in rows)

    def events(self) -> Iterator[Event]:
        """Yield the whole chain, oldest first."""
        rows = self._rows(
            "SELECT sequence, previous, body, digest FROM event"
            " WHERE environment = ? ORDER BY sequence"
        )
        return (_event(row) for row in rows)

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        with connection_for_reading(self.path) as connection:
            if connection is None:
                return []
            return connection.execute(query, (self.environment,)).fetchall()


@dataclass(frozen=True, slots=True)
class _Transaction:
    connection: sqlite3.Connection
    environment: str

    def snapshot(self) -> Snapshot:
        return _snapshot(self.connection, self.environment, _HEADS)

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        return _bodies(self.connection, digests)

    def find_run(self, plan_digest: str) -> RunRecord | None:
        query = _RUNS + " AND plan_digest = ?"
        row = self.connection.execute(query, (self.environment, plan_digest)).fetchone()
        return None if row is None else _run(row, self.environment)

    def put(self, record: ObjectRecord) -> None:
        if record.body is not None:
            content = canonical_json(record.body).decode()
            self.connection.execute(
                "INSERT OR IGNORE INTO body VALUES (?, ?)", (record.digest, content)
            )
        self.connection.execute(
            "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self.environment,
                record.address,
                record.uid,
                record.revision,
                record.digest,
                record.protect,
                record.retired,
            ),
        )

    def append(self, events: Sequence[Event]) -> None:
        serial, sequence, head = _position(self.connection, self.environment)
        for event in events:
            if (event.sequence, event.previous) != (sequence + 1, head):
                raise ValueError(f"event {event.sequence} does not follow event {sequence}")
            content = canonical_json(event.body).decode()
            self.connection.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?)",
                (self.environment, event.sequence, event.previous, content, event.digest),
            )
            sequence, head = event.sequence, event.digest
        self._move(serial, sequence, head)

    def finish(self, run: RunRecord) -> None:
        serial, sequence, head = _position(self.connection, self.environment)
        if run.serial != serial + 1:
            raise ValueError(f"serial {run.serial} does not follow serial {serial}")
        self.connection.execute(
            "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self.environment,
                run.serial,
                run.run_id,
                run.plan_digest,
                run.actor,
                run.at,
                canonical_json([list(each) for each in run.operations]).decode(),
            ),
        )
        self._move(run.serial, sequence, head)

    def _move(self, serial: int, sequence: int, head: str) -> None:
        self.connection.execute(
            "INSERT OR REPLACE INTO environment VALUES (?, ?, ?, ?)",
            (self.environment, serial, sequence, head),
        )


def _position(connection: sqlite3.Connection, environment: str) -> tuple[int, int, str]:
    """Return serial, number of the newest event, and its digest."""
    row = connection.execute(
        "SELECT serial, sequence, head FROM environment WHERE name = ?", (environment,)
    ).fetchone()
    return (0, 0, "") if row is None else (row[0], row[1], row[2])


def _snapshot(connection: sqlite3.Connection, environment: str, query: str) -> Snapshot:
    found = connection.execute("SELECT value FROM meta WHERE key = 'lineage'").fetchone()
    if found is None:
        raise RegistryUnavailableError("the registry has lost its lineage: the file is damaged")
    serial, sequence, head = _position(connection, environment)
    rows: Iterator[_Row] = connection.execute(query, (environment,))
    objects = {row[0]: _record(row) for row in rows}
    return Snapshot(environment, found[0], serial, head, objects, sequence)


def _record(row: _Row) -> ObjectRecord:
    address, uid, revision, digest, protect, retired, content = row
    if not _is_sound(row):
        raise _damaged()
    body = None if content is None else _decoded(content)
    return ObjectRecord(address, uid, revision, digest, body, bool(protect), bool(retired))


def _is_sound(row: Sequence[object]) -> bool:
    """Tell whether the types are ours: SQLite takes values of any type into any column."""
    address, uid, revision, digest = row[:4]
    return isinstance(revision, int) and all(isinstance(x, str) for x in (address, uid, digest))


def _bodies(connection: sqlite3.Connection, digests: Collection[str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for digest in sorted(set(digests)):
        query = "SELECT content FROM body WHERE digest = ?"
        row = connection.execute(query, (digest,)).fetchone()
        if row is not None:
            found[digest] = _decoded(row[0])
    return found


def _run(row: tuple[object, ...], environment: str) -> RunRecord:
    run_id, plan_digest, serial, actor, at, operations = row
    decoded = _decoded(operations)
    if not isinstance(decoded, list) or not isinstance(serial, int):
        raise _damaged()
    return RunRecord(
        run_id=str(run_id),
        plan_digest=str(plan_digest),
        environment=environment,
        serial=serial,
        actor=str(actor),
        at=str(at),
        operations=tuple(_pair(each) for each in decoded),
    )


def _pair(value: Json) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004  (address, action)
        raise _damaged()
    return str(value[0]), str(value[1])


def _event(row: tuple[object, ...]) -> Event:
    sequence, previous, content, digest = row
    body = _decoded(content)
    if not isinstance(body, dict) or not isinstance(sequence, int):
        raise _damaged()
    return Event(sequence, str(previous), body, str(digest))


def _decoded(content: object) -> Json:
    try:
        value: Json = json.loads(str(content))
    except (ValueError, RecursionError) as error:
        raise _damaged() from error
    return value


def _damaged() -> RegistryUnavailableError:
    return RegistryUnavailableError(
        "the registry holds content that mlspec never wrote: the file is damaged",
        hint="restore the file from a copy",
    )


BACKEND = BackendType("embedded", "One SQLite file on this machine.", EmbeddedRegistry)
