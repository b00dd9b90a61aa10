"""A write to the embedded registry: one SQLite transaction, which its caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mlspec.canonical import canonical_json
from mlspec.errors import UsageError
from mlspec.registry._codec import json_of
from mlspec.registry._embedded_rows import (
    HEADS_OF_OBJECTS,
    RUNS,
    bodies_of,
    heads_of,
    position,
    run_of,
    snapshot_of,
)
from mlspec.state import Head

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.state import (
        Checkpoint,
        Event,
        Journal,
        ObjectRecord,
        Publication,
        RunRecord,
        Snapshot,
        Statement,
        StepStatus,
    )

__all__ = ["EmbeddedTransaction"]


@dataclass(frozen=True, slots=True)
class EmbeddedTransaction:
    """What a run writes; nothing of it lasts before the end."""

    connection: sqlite3.Connection
    environment: str
    is_atomic: bool = True

    def snapshot(self) -> Snapshot:
        """Return the state under the lock, without bodies."""
        return snapshot_of(self.connection, self.environment, HEADS_OF_OBJECTS)

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return the stored bodies by digest; unknown digests are absent."""
        return bodies_of(self.connection, digests)

    def heads(self) -> Mapping[str, Head]:
        """Return the head of every chain of events, by address."""
        return heads_of(self.connection, self.environment)

    def runs_of(self, plan_digest: str) -> tuple[RunRecord, ...]:
        """Return the runs of a plan that ended, oldest first."""
        query = f"{RUNS} AND plan_digest = ? ORDER BY serial"
        return tuple(map(run_of, self.connection.execute(query, (self.environment, plan_digest))))

    def journal(self) -> Journal | None:
        """Return None: what is written whole leaves no journal."""
        return None

    def begin(self, journal: Journal) -> None:
        """Keep nothing: what is written whole needs no journal."""

    def mark(self, op_id: str, status: StepStatus) -> None:
        """Keep nothing: what is written whole needs no journal."""

    def probe(self, op_id: str) -> bool:
        """Tell whether an object was last written by an operation."""
        query = "SELECT 1 FROM object WHERE environment = ? AND op_id = ?"
        return self.connection.execute(query, (self.environment, op_id)).fetchone() is not None

    def put(self, record: ObjectRecord) -> None:
        """Write one object; without a body, the one stored under its digest stands."""
        if record.body is not None:
            content = canonical_json(record.body).decode()
            self.connection.execute(
                "INSERT OR IGNORE INTO body VALUES (?, ?)", (record.digest, content)
            )
        self.connection.execute(
            "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.environment,
                record.address,
                record.uid,
                record.revision,
                record.digest,
                record.protect,
                record.lifecycle.value,
                record.op_id,
            ),
        )

    def rename(self, previous: str, record: ObjectRecord) -> None:
        """Write an object under its new address and take the old one away."""
        self.remove(previous, record.op_id)
        self.put(record)

    def remove(self, address: str, _op_id: str, /) -> None:
        """Delete one object; its chain of events stays."""
        self.connection.execute(
            "DELETE FROM object WHERE environment = ? AND address = ?",
            (self.environment, address),
        )

    def restore_heads(self, heads: Mapping[str, Head]) -> None:
        """Make these the heads of all chains."""
        self.connection.execute("DELETE FROM head WHERE environment = ?", (self.environment,))
        self._insert("head", [(key, each.sequence, each.digest) for key, each in heads.items()])

    def append(self, events: Sequence[Event]) -> None:
        """Append links to the chains; each follows the head of its address, or of a renamed one.

        Raises:
            ValueError: one does not.
        """
        heads = heads_of(self.connection, self.environment)
        for event in events:
            heads[event.address] = _next_head(heads, event)
        rows = [
            (each.address, each.sequence, each.digest, canonical_json(each.body).decode())
            for each in events
        ]
        self._insert("event", rows)
        ends = {each.address: heads[each.address] for each in events}
        moved = [(key, each.sequence, each.digest) for key, each in ends.items()]
        self._insert("head", moved, verb="INSERT OR REPLACE")

    def keep(self, statements: Sequence[Statement]) -> None:
        """Keep documents by digest; one that is there stays as it is."""
        self.connection.executemany(
            "INSERT OR IGNORE INTO statement VALUES (?, ?, ?, ?)",
            [(self.environment, each.digest, each.content, each.signature) for each in statements],
        )

    def seal(self, checkpoint: Checkpoint) -> None:
        """Append a checkpoint, which follows the head of the snapshot.

        Raises:
            ValueError: it does not.
        """
        serial, sequence, head = position(self.connection, self.environment)
        if (checkpoint.sequence, checkpoint.previous) != (sequence + 1, head):
            raise ValueError(f"checkpoint {checkpoint.sequence} does not follow {sequence}")
        body = canonical_json(checkpoint.body).decode()
        row = (checkpoint.sequence, checkpoint.digest, body, checkpoint.signature)
        self._insert("checkpoint", [row])
        self._move(serial, checkpoint.sequence, checkpoint.digest)

    def publish(self, publication: Publication) -> None:
        """Refuse: one file has no place to publish to.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            f"the `embedded` registry can't publish to the branch `{publication.branch}`",
            hint="use the `git` registry, or take `publish` out of the environment",
        )

    def finish(self, run: RunRecord) -> None:
        """Record a run; one with the serial of an earlier run replaces it.

        Raises:
            ValueError: its serial does not follow.
        """
        serial, sequence, head = position(self.connection, self.environment)
        if not 1 <= run.serial <= serial + 1:
            raise ValueError(f"serial {run.serial} does not follow serial {serial}")
        record = json_of(run).decode().rstrip()
        row = (run.serial, run.run_id, run.plan_digest, record)
        self._insert("run", [row], verb="INSERT OR REPLACE")
        self._move(max(serial, run.serial), sequence, head)

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]], verb: str = "INSERT") -> None:
        if not rows:
            return
        places = ", ".join("?" * (len(rows[0]) + 1))
        self.connection.executemany(
            f"{verb} INTO {table} VALUES ({places})",
            [(self.environment, *row) for row in rows],
        )

    def _move(self, serial: int, sequence: int, head: str) -> None:
        self.connection.execute(
            "INSERT OR REPLACE INTO environment VALUES (?, ?, ?, ?)",
            (self.environment, serial, sequence, head),
        )


def _next_head(heads: Mapping[str, Head], event: Event) -> Head:
    """Return the head of a chain with one more event.

    Raises:
        ValueError: the event does not follow.
    """
    told = cast("dict[str, Json]", event.body.get("predicate") or {})
    there = heads.get(event.address, Head())
    before = heads.get(str(told.get("previousAddress") or event.address), Head())
    if event.previous != before.digest or event.sequence <= there.sequence:
        raise ValueError(f"event {event.sequence} of `{event.address}` does not follow its chain")
    return Head(event.sequence, event.digest)
