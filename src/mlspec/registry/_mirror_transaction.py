"""A write to a server of models and to the records beside it, which have it whole or not at all.

Models go to the server one by one, under a lock there; everything goes into the transaction of
the records, which ends when all is written. A run that was killed has left nothing in the records
and its lock at the server: the next run of its plan does every operation again, and finds what is
there. Until then what it left is shown as it was before, since no other run can come in between.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.errors import (
    NotAllowedError,
    OperationFailedError,
    RefusedError,
    RegistryMovedError,
)
from mlspec.registry._mirror_body import server_name
from mlspec.registry._mirror_writer import ModelWriter
from mlspec.state import Journal, Lifecycle, StepStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.registry._mirror import Mirror, Mirrored
    from mlspec.registry._mirror_lock import HeldLock, ServerLock
    from mlspec.registry._port import Transaction
    from mlspec.state import (
        Checkpoint,
        Event,
        Head,
        ObjectRecord,
        Publication,
        RunRecord,
        Snapshot,
        Statement,
    )

__all__ = ["MirrorTransaction"]


class MirrorTransaction:
    """One run. `inner` is the transaction of the records, `fresh` what others see of them."""

    is_atomic = False

    def __init__(
        self, inner: Transaction, mirror: Mirror, lock: ServerLock, fresh: Callable[[], Snapshot]
    ) -> None:
        self._inner, self._mirror, self._lock, self._fresh = inner, mirror, lock, fresh
        self._begun = Journal("", "", "", "", {})
        self._over: HeldLock | None = None
        self._failed: set[str] = set()
        self._written: set[str] = set()
        self._told: set[str] = set()
        self._live: dict[str, Json] = {}
        self._mirrored: Mirrored | None = None
        self._start = inner.snapshot()
        self.has_written = False
        self.is_settled = False

    def snapshot(self) -> Snapshot:
        """Return the state under the lock: what is recorded, as far as the server agrees."""
        state = self._inner.snapshot()
        objects = dict(state.objects)
        for address in self._seen().records.keys() - self._written:
            live = self._as_left(address)
            if live is None:
                objects.pop(address, None)
            elif address in objects:
                objects[address] = replace(live, body=None)
                self._live |= {live.digest: live.body}
        return replace(state, objects=objects)

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return bodies by digest, those that are only at the server among them."""
        own = {each: self._live[each] for each in digests if self._live.get(each) is not None}
        return {**self._inner.bodies(digests), **own}

    def heads(self) -> Mapping[str, Head]:
        """Return the head of every chain of events, by address."""
        return self._inner.heads()

    def runs_of(self, plan_digest: str) -> tuple[RunRecord, ...]:
        """Return the runs of a plan that ended, oldest first."""
        runs = self._inner.runs_of(plan_digest)
        for run in runs:
            ended = {each.op_id: each.status for each in run.operations}
            self._failed |= {op_id for op_id, x in ended.items() if x is StepStatus.FAILED}
        return runs

    def journal(self) -> Journal | None:
        """Return what the lock at the server says of a run that was killed.

        All its operations are unsure. A run that the records have only left its lock behind.

        Raises:
            RegistryLockedError: its holder lives.
        """
        self.is_settled = True
        if self._lock.held:
            return None
        found = self._lock.found()
        if found is None:
            return None
        if self._is_recorded(found.journal):
            self._lock.clear(found)
            return None
        now_ms = self._lock.server.server_ms
        if not found.is_free(now_ms):
            raise found.refusal(now_ms, self._mirror.server.traits.named)
        self._over = found
        self._begun = found.journal
        return found.journal

    def begin(self, journal: Journal) -> None:
        """Remember what is meant to be done; the lock is taken with the first model."""
        self._begun = journal
        self._inner.begin(journal)

    def mark(self, op_id: str, status: StepStatus) -> None:
        """Keep nothing: every write carries the key of its operation."""

    def probe(self, op_id: str) -> bool:
        """Tell whether the records have an operation; what is only at the server is done again."""
        return self._inner.probe(op_id)

    def put(self, record: ObjectRecord) -> None:
        """Write one object, a model to the server first."""
        if self._mirror.server_of(record.address):
            self._tell(lambda: self._put(record))
        self._inner.put(record)
        self._written.add(record.address)

    def rename(self, previous: str, record: ObjectRecord) -> None:
        """Write an object under its new address and take the old one away."""
        if self._mirror.server_of(record.address):
            self._tell(lambda: self._rename(previous, record))
        self._inner.rename(previous, record)
        self._written |= {previous, record.address}

    def remove(self, address: str, op_id: str) -> None:
        """Delete one object; its chain of events stays."""
        if self._mirror.server_of(address):
            self._tell(lambda: self._remove(address))
        self._inner.remove(address, op_id)
        self._written.add(address)

    def restore_heads(self, heads: Mapping[str, Head]) -> None:
        """Make these the heads of all chains."""
        self._inner.restore_heads(heads)

    def append(self, events: Sequence[Event]) -> None:
        """Append links to the chains; each follows the head of its address."""
        self._inner.append(events)

    def keep(self, statements: Sequence[Statement]) -> None:
        """Keep documents by digest; one that is there stays as it is."""
        self._inner.keep(statements)

    def seal(self, checkpoint: Checkpoint) -> None:
        """Append a checkpoint."""
        self._inner.seal(checkpoint)

    def publish(self, publication: Publication) -> None:
        """Publish compiled artifacts where the records are kept."""
        self._inner.publish(publication)

    def finish(self, run: RunRecord) -> None:
        """Record a run; the lock is given back when the records have it."""
        self._inner.finish(run)
        if self._over is not None and run.run_id == self._over.journal.run_id:
            self._take()  # it was given up with nothing to write: the lock goes with it

    def settle(self) -> None:
        """Give the lock back, and take one away that a recorded run left behind."""
        if self._lock.held:
            self._lock.release()
        elif not self.is_settled:
            found = self._lock.found()
            if found is not None and self._is_recorded(found.journal):
                self._lock.clear(found)

    def drop(self) -> None:
        """Give the lock back when nothing was written under it; that of a killed run stays."""
        if self._over is None:
            self._lock.release()

    def _is_recorded(self, journal: Journal) -> bool:
        runs = self._inner.runs_of(journal.plan_digest)
        return journal.run_id in {each.run_id for each in runs}

    def _seen(self) -> Mirrored:
        if self._mirrored is None:
            self._mirrored = self._mirror.read(self._start, self._inner.bodies)
        return self._mirrored

    def _as_left(self, address: str) -> ObjectRecord | None:
        """Return a record as it is live, but as recorded where a run of this plan changed it."""
        live = self._seen().live(address)
        ops = frozenset(self._failed)
        if self._over is not None:
            ops |= self._over.journal.steps.keys()
            is_gone = live.tag is None or live.tag.op in ops
            if (is_gone or not live.traits.moves_at_once) and self._seen().names[
                address
            ] in self._over.gone:
                return live.record
        return live.record if live.is_left_by(ops) else live.as_seen()

    def _tell(self, write: Callable[[], None]) -> None:
        """Write to the server, under the lock.

        Raises:
            OperationFailedError: it refuses this one.
            NotAllowedError: it refuses, and nothing has been written yet.
        """
        self._take()
        self._lock.renew()
        before, self.has_written = self.has_written, True  # who knows what a lost answer was
        try:
            write()
        except (NotAllowedError, RefusedError) as error:
            self.has_written = before
            if isinstance(error, NotAllowedError) and not before:
                raise
            raise OperationFailedError(error.message, hint=error.hint) from error

    def _take(self) -> None:
        """Take the lock, and see that nothing has moved since it was looked at.

        Raises:
            RegistryMovedError: something has.
        """
        if self._lock.held:
            return
        seen = self._seen()
        self._lock.take(self._begun, self._over)
        now = self._fresh()
        again = self._mirror.read(self._start, self._inner.bodies)
        is_same = (now.serial, now.head) == (self._start.serial, self._start.head)
        if not is_same or (again.models, again.versions) != (seen.models, seen.versions):
            raise RegistryMovedError(
                "the registry has changed while it was read; nothing was written",
                hint="run the same command again",
            )

    def _writer(self, address: str, *names: str) -> ModelWriter:
        """Return what writes an object by these names; what was seen of them is used once."""
        mirror, models = self._mirror, self._seen().models
        seen = {each: models[each] for each in names if each in models and each not in self._told}
        self._told |= {*names}
        return ModelWriter(
            server=mirror.server_of(address) or mirror.server,
            key=mirror.key,
            alias=mirror.alias,
            seen=seen,
            knows=lambda plan: bool(self._inner.runs_of(plan)),
            plan=self._begun.plan_digest,
        )

    def _name(self, address: str, body: Json) -> str:
        return server_name(address, body, self._mirror.prefix)

    def _put(self, record: ObjectRecord) -> None:
        whole = self._whole(record)
        name, former = self._name(record.address, whole.body), self._former(record.address)
        writer = self._writer(record.address, name, former)
        if record.lifecycle is Lifecycle.RETIRED:
            writer.retire(former or name, whole)
        elif record.lifecycle is Lifecycle.FORGOTTEN:
            writer.forget(former or name, whole)
        else:
            writer.put(name, whole)
            if former and former != name:  # `spec.registry.name` chose another model
                writer.forget(former, whole)

    def _rename(self, previous: str, record: ObjectRecord) -> None:
        whole = self._whole(record)
        name, former = self._name(record.address, whole.body), self._former(previous)
        writer = self._writer(record.address, name, former)
        if former and former != name:
            self._lock.note_gone(former)
            writer.put(name, whole, writer.rename(former, name, whole))
        else:
            writer.put(name, whole)

    def _remove(self, address: str) -> None:
        record = self._recorded(address)
        if record is not None:
            name = self._name(address, record.body)
            self._lock.note_gone(name)
            self._writer(address, name).remove(name, record)

    def _former(self, address: str) -> str:
        """Return the name that an object has had so far; "" for a new one."""
        record = self._recorded(address)
        return self._name(address, record.body) if record else ""

    def _recorded(self, address: str) -> ObjectRecord | None:
        record = self._inner.snapshot().objects.get(address)
        return self._whole(record) if record else None

    def _whole(self, record: ObjectRecord) -> ObjectRecord:
        if record.body is not None:
            return record
        return replace(record, body=self._inner.bodies([record.digest]).get(record.digest))
