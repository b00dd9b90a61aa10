"""`embedded`: the registry as one SQLite file, for one machine.

All environments share the file and its lineage; each has its own objects, serial and chains of
events. A run is one transaction: it happens whole or not at all, also under kill -9.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.registry._embedded_rows import (
    CHECKPOINTS,
    EVENTS,
    EVENTS_OF,
    HEADS_OF_OBJECTS,
    RECORDS,
    RUNS,
    STATEMENTS,
    STATEMENTS_OF,
    bodies_of,
    checkpoint_of,
    event_of,
    heads_of,
    run_of,
    snapshot_of,
    statement_of,
)
from mlspec.registry._embedded_transaction import EmbeddedTransaction
from mlspec.registry._port import BackendType
from mlspec.registry._sqlite import connection_for_reading, connection_for_writing
from mlspec.state import Snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.registry._port import Place, Transaction
    from mlspec.state import Checkpoint, Event, Head, RunRecord, Statement

__all__ = ["BACKEND", "EmbeddedRegistry"]


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
            query = RECORDS if bodies else HEADS_OF_OBJECTS
            return snapshot_of(connection, self.environment, query)

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return the stored bodies by digest; unknown digests are absent."""
        with connection_for_reading(self.path) as connection:
            return {} if connection is None else bodies_of(connection, digests)

    @contextmanager
    def transaction(self, owner: str = "") -> Iterator[Transaction]:
        """Take the lock; commit on a clean exit, roll back on an exception."""
        timeout = self.lock_timeout_seconds
        with connection_for_writing(self.path, timeout, owner) as connection:
            yield EmbeddedTransaction(connection, self.environment)

    def runs(self) -> Iterator[RunRecord]:
        """Yield the runs that ended, oldest first."""
        return map(run_of, self._rows(RUNS + " ORDER BY serial"))

    def events(self, address: str | None = None) -> Iterator[Event]:
        """Yield the events in order of address and sequence; of one address, or of all."""
        rows = self._rows(EVENTS) if address is None else self._rows(EVENTS_OF, address)
        return map(event_of, rows)

    def heads(self) -> Mapping[str, Head]:
        """Return the heads that are kept, by address."""
        with connection_for_reading(self.path) as connection:
            return {} if connection is None else heads_of(connection, self.environment)

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Yield the chain of checkpoints, oldest first."""
        return map(checkpoint_of, self._rows(CHECKPOINTS))

    def statements(self, digests: Collection[str] | None = None) -> Mapping[str, Statement]:
        """Return kept documents by digest; some, or all."""
        if digests is None:
            rows = self._rows(STATEMENTS)
        else:
            rows = self._rows(STATEMENTS_OF, json.dumps(sorted(digests)))
        return {each.digest: each for each in map(statement_of, rows)}

    def published(self, _branch: str, /) -> Mapping[str, str] | None:
        """Return None: one file has no place to publish to."""
        return None

    def _rows(self, query: str, *parameters: str) -> list[tuple[object, ...]]:
        with connection_for_reading(self.path) as connection:
            if connection is None:
                return []
            return connection.execute(query, (self.environment, *parameters)).fetchall()


def _open(place: Place, environment: str) -> EmbeddedRegistry:
    return EmbeddedRegistry(place.path, environment)


BACKEND = BackendType("embedded", "One SQLite file on this machine.", _open)
