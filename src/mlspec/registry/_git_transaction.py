"""A write to the git backend: collected in memory, and made into the files of one commit."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.registry._codec import (
    json_of,
    lines_of_events,
    lines_of_heads,
    lines_of_objects,
)
from mlspec.registry._git_store import (
    HEADS,
    META,
    OBJECTS,
    body_path,
    chain_path,
    checkpoint_path,
    run_path,
    signature_path,
    statement_path,
)
from mlspec.state import Head, Snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.registry._git_store import Store
    from mlspec.state import (
        Checkpoint,
        Event,
        Journal,
        ObjectRecord,
        Publication,
        RunRecord,
        Statement,
        StepStatus,
    )

__all__ = ["GitTransaction"]

_LINEAGE_BYTES = 16


class GitTransaction:
    """What a run means to write; nothing of it is anywhere until the block ends."""

    is_atomic = True

    def __init__(self, store: Store) -> None:
        self._store = store
        meta = store.meta()
        self._meta = replace(meta, lineage=meta.lineage or os.urandom(_LINEAGE_BYTES).hex())
        self._stored = store.objects()
        self._objects = dict(self._stored)
        self._heads = store.heads()
        self._chained = frozenset(self._heads)
        self._removals: set[str] = set()
        self._bodies: dict[str, Json] = {}
        self._events: dict[str, list[Event]] = {}
        self._statements: dict[str, Statement] = {}
        self._checkpoints: list[Checkpoint] = []
        self._runs: dict[int, RunRecord] = {}
        self.publication: Publication | None = None

    @property
    def run(self) -> RunRecord | None:
        """The run that this write ends; None if there is none."""
        return self._runs[max(self._runs)] if self._runs else None

    def snapshot(self) -> Snapshot:
        """Return the state as this write leaves it so far; bodies are not read."""
        meta = self._meta
        return Snapshot(
            environment=meta.environment,
            lineage=meta.lineage,
            serial=meta.serial,
            head=meta.head,
            objects=dict(sorted(self._objects.items())),
            sequence=meta.sequence,
        )

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return the stored bodies by digest, those of this write among them."""
        own = {each: self._bodies[each] for each in digests if each in self._bodies}
        return self._store.bodies([each for each in digests if each not in own]) | own

    def heads(self) -> Mapping[str, Head]:
        """Return the head of every chain of events, by address."""
        return dict(self._heads)

    def runs_of(self, plan_digest: str) -> tuple[RunRecord, ...]:
        """Return the runs of a plan that ended, oldest first."""
        known = {each.serial: each for each in self._store.runs(plan_digest)}
        own = {k: each for k, each in self._runs.items() if each.plan_digest == plan_digest}
        return tuple(each for _, each in sorted((known | own).items()))

    def journal(self) -> Journal | None:
        """Return None: what is written whole leaves no journal."""
        return None

    def begin(self, journal: Journal) -> None:
        """Keep nothing: there is no half of this write to be found."""

    def mark(self, op_id: str, status: StepStatus) -> None:
        """Keep nothing, as above."""

    def probe(self, op_id: str) -> bool:
        """Tell whether an operation has been collected, or an object carries its id."""
        written = (each.op_id for each in self._objects.values())
        return op_id in self._removals or op_id in written

    def put(self, record: ObjectRecord) -> None:
        """Write one object; without a body, the one stored under its digest stands."""
        if record.body is not None:
            self._bodies[record.digest] = record.body
        self._objects[record.address] = replace(record, body=None)

    def rename(self, previous: str, record: ObjectRecord) -> None:
        """Write an object under its new address and take the old one away."""
        self._objects.pop(previous, None)
        self.put(record)

    def remove(self, address: str, op_id: str) -> None:
        """Delete one object; its chain of events stays."""
        self._objects.pop(address, None)
        self._removals.add(op_id)

    def restore_heads(self, heads: Mapping[str, Head]) -> None:
        """Make these the heads of all chains."""
        self._heads = dict(heads)

    def append(self, events: Sequence[Event]) -> None:
        """Append links to the chains; each follows the head of its address, or of a renamed one.

        Raises:
            ValueError: one does not.
        """
        for event in events:
            there = self._heads.get(event.address, Head())
            before = self._heads.get(_address_before(event), Head())
            if event.previous != before.digest or event.sequence <= there.sequence:
                raise ValueError(
                    f"event {event.sequence} of `{event.address}` does not follow its chain"
                )
            self._heads[event.address] = Head(event.sequence, event.digest)
            self._events.setdefault(event.address, []).append(event)

    def keep(self, statements: Sequence[Statement]) -> None:
        """Keep documents by digest; one that is there stays as it is."""
        for each in statements:
            self._statements.setdefault(each.digest, each)

    def seal(self, checkpoint: Checkpoint) -> None:
        """Append a checkpoint.

        Raises:
            ValueError: it does not follow the newest one.
        """
        meta = self._meta
        if (checkpoint.sequence, checkpoint.previous) != (meta.sequence + 1, meta.head):
            raise ValueError(f"checkpoint {checkpoint.sequence} does not follow {meta.sequence}")
        self._checkpoints.append(checkpoint)
        self._meta = replace(meta, sequence=checkpoint.sequence, head=checkpoint.digest)

    def publish(self, publication: Publication) -> None:
        """Publish compiled artifacts with the same push."""
        self.publication = publication

    def finish(self, run: RunRecord) -> None:
        """Record a run; one with the serial of an earlier run of the plan replaces it.

        Raises:
            ValueError: its serial does not follow, or belongs to a run of another plan.
        """
        serial = self._meta.serial
        known = {each.serial for each in self.runs_of(run.plan_digest)}
        if run.serial != serial + 1 and run.serial not in known:
            raise ValueError(f"serial {run.serial} does not follow serial {serial}")
        self._runs[run.serial] = run
        self._meta = replace(self._meta, serial=max(serial, run.serial))

    def files(self) -> dict[str, bytes | None]:
        """Return the files that this write changes; none where it changes nothing."""
        if not self._is_touched:
            return {}
        found: dict[str, bytes | None] = {
            META: json_of(self._meta),
            OBJECTS: lines_of_objects(self._objects),
            HEADS: lines_of_heads(self._heads),
        }
        found |= {body_path(key): canonical_json(each) for key, each in self._bodies.items()}
        found |= {checkpoint_path(each.sequence): json_of(each) for each in self._checkpoints}
        found |= {
            run_path(each.serial, each.plan_digest): json_of(each) for each in self._runs.values()
        }
        found |= self._chains()
        found |= self._documents()
        return found

    @property
    def _is_touched(self) -> bool:
        added = (self._bodies, self._events, self._statements, self._checkpoints, self._runs)
        return any(added) or self._objects != self._stored

    def _chains(self) -> Iterator[tuple[str, bytes]]:
        paths = [chain_path(address) for address in self._events]
        stored = self._store.files(paths)
        for path, (address, events), before in zip(
            paths, self._events.items(), stored, strict=True
        ):
            if before is None and address in self._chained:  # or the chain would start anew
                raise self._store.damaged(path)
            yield path, (before or b"") + lines_of_events(events)

    def _documents(self) -> Iterator[tuple[str, bytes]]:
        stored = self._store.statements(self._statements)
        for digest, each in self._statements.items():
            if digest not in stored:
                yield statement_path(digest), each.content.encode()
                if each.signature:
                    yield signature_path(digest), each.signature.encode()


def _address_before(event: Event) -> str:
    predicate = event.body.get("predicate")
    told = predicate.get("previousAddress") if isinstance(predicate, dict) else None
    return told if isinstance(told, str) and told else event.address
