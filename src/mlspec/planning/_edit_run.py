"""A run that corrects the state by hand: writing objects, and recording it as any other run.

The order stands where a plan stands elsewhere: a document with the reason, kept by its digest,
which is the plan digest of the run.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec import ledger
from mlspec.canonical import canonical_json, digest_bytes
from mlspec.planning._run_record import run_record
from mlspec.state import Head, Journal, RunOperation, RunOutcome, Statement, StepStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning._apply_model import Stamp
    from mlspec.registry import Transaction
    from mlspec.state import Checkpoint, Event, ObjectRecord, RunRecord, Snapshot

__all__ = ["EditRun", "EditStep", "Killed", "Order", "RestoredHeads"]

_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done, why, and by whom; `sign` returns a signature over a checkpoint."""

    verb: str
    names: tuple[str, ...]
    reason: str
    stamp: Stamp
    sign: Callable[[Checkpoint], str] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EditStep:
    """One object and what happens to it; `record` is how it is afterwards.

    `previous` is its address before a move. `pre` is None where the write brings back what the
    ledger says: then there is nothing to tell it. Where `is_written`, only the record is missing;
    where `is_gone`, the object was deleted, and `record` is how it would have been.
    """

    action: str
    record: ObjectRecord
    pre: str | None = None
    previous: str = ""
    note: str = ""
    is_written: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class RestoredHeads:
    """The heads that all chains get back, and what the run says of those that were wrong."""

    heads: Mapping[str, Head] = field(default_factory=dict)
    operations: tuple[RunOperation, ...] = ()


@dataclass(frozen=True, slots=True)
class Killed:
    """A run that was killed, and how far it came.

    `statement` is its own, where it was already being recorded: then it is recorded as that says.
    """

    journal: Journal
    checkpoints: tuple[Checkpoint, ...]
    statement: Statement | None


@dataclass(frozen=True)
class EditRun:
    """One edit under the lock; `killed` is the run that it ends, if it ends one."""

    transaction: Transaction
    snapshot: Snapshot
    order: Order
    killed: Killed | None = None

    @cached_property
    def document(self) -> Statement:
        """The order, as it is kept."""
        facts: dict[str, Json] = {
            "format": "mlspec.state-order/1.0",
            "verb": self.order.verb,
            "names": [*self.order.names],
            "reason": self.order.reason,
            "env": self.snapshot.environment,
            "lineage": self.snapshot.lineage,
            "serial": self.snapshot.serial,
        }
        content = canonical_json(facts)
        return Statement(digest_bytes(content), content.decode())

    def op_id(self, number: int) -> str:
        """Return the key of a step, from 1."""
        return f"{self._short}-{number:04d}"

    def end(
        self,
        steps: Sequence[EditStep],
        outcome: RunOutcome,
        restored: RestoredHeads | None = None,
    ) -> RunRecord:
        """Write the steps, record them, and return the run."""
        restored = restored or RestoredHeads()
        self._write([each for each in steps if not each.is_written])
        if restored.operations:  # before the heads are read for the record
            self.transaction.restore_heads(restored.heads)
        operations = (*_operations(steps), *restored.operations)
        facts, statement = self._begun() or self._told(operations, outcome)
        self.transaction.keep([self.document, statement])
        self._record(facts, statement.digest, [each for each in steps if each.pre is not None])
        run = run_record(facts, statement.digest)
        self.transaction.finish(run)
        return run

    def _begun(self) -> tuple[ledger.RunFacts, Statement] | None:
        """Return the statement of a run that was killed while it was recorded."""
        statement = self.killed.statement if self.killed else None
        return (ledger.read_run_statement(statement), statement) if statement else None

    def _told(
        self, operations: tuple[RunOperation, ...], outcome: RunOutcome
    ) -> tuple[ledger.RunFacts, Statement]:
        facts = self._facts(operations, outcome)
        return facts, ledger.run_statement(facts)

    @property
    def _short(self) -> str:
        return self.document.digest.removeprefix("sha256:")[:_CHARACTERS]

    def _write(self, steps: Sequence[EditStep]) -> None:
        if not self.transaction.is_atomic and self.killed is None:
            pending = {each.record.op_id: StepStatus.PENDING for each in steps}
            stamp, run_id = self.order.stamp, self._run_id
            journal = Journal(run_id, self.document.digest, stamp.actor, stamp.at, pending)
            self.transaction.begin(journal)
        for each in steps:
            self._mark(each, StepStatus.INTENT)
            if each.previous:
                self.transaction.rename(each.previous, each.record)
            else:
                self.transaction.put(each.record)
            self._mark(each, StepStatus.DONE)

    def _mark(self, step: EditStep, status: StepStatus) -> None:
        if not self.transaction.is_atomic:
            self.transaction.mark(step.record.op_id, status)

    @property
    def _run_id(self) -> str:
        if self.killed is not None:
            return self.killed.journal.run_id
        return f"{self.snapshot.serial + 1}-{self._short}"

    def _record(self, facts: ledger.RunFacts, statement: str, steps: Sequence[EditStep]) -> None:
        heads = dict(self.transaction.heads())
        events: list[Event] = []
        for each in steps:
            head = heads.get(each.record.address, Head())
            if each.previous:
                head = ledger.renamed_head(heads.get(each.previous, Head()), head)
            event = ledger.change_event(head, facts, statement, _applied(each, self.order.reason))
            heads[event.address] = Head(event.sequence, event.digest)
            events.append(event)
        self.transaction.append(events)
        sealed = self.killed.checkpoints if self.killed else ()
        if sealed and ledger.run_digest_of(sealed[-1]) == statement:
            return  # it was killed after that
        self._seal(facts, statement, heads, {each.address for each in events})

    def _seal(
        self,
        facts: ledger.RunFacts,
        statement: str,
        heads: Mapping[str, Head],
        moved: Collection[str],
    ) -> None:
        if self.killed is not None:  # it may have made chains longer before
            known = ledger.replayed_heads(self.killed.checkpoints)
            moved = {address for address, head in heads.items() if known.get(address) != head}
        previous = Head(self.snapshot.sequence, self.snapshot.head)
        checkpoint = ledger.make_checkpoint(previous, facts, statement, heads, moved)
        if self.order.sign is not None:
            checkpoint = replace(checkpoint, signature=self.order.sign(checkpoint))
        self.transaction.seal(checkpoint)

    def _facts(self, operations: tuple[RunOperation, ...], outcome: RunOutcome) -> ledger.RunFacts:
        digest = self.killed.journal.plan_digest if self.killed else self.document.digest
        return ledger.RunFacts(
            run_id=self._run_id,
            plan_digest=digest,
            risk_digest="",
            spec_digest="",
            commit="",
            environment=self.snapshot.environment,
            lineage=self.snapshot.lineage,
            serial=self.snapshot.serial + 1,
            actor=self.order.stamp.actor,
            at=self.order.stamp.at,
            outcome=outcome,
            operations=operations,
            reason=self.order.reason,
        )


def _operations(steps: Iterable[EditStep]) -> Iterator[RunOperation]:
    for each in steps:
        yield RunOperation(each.record.address, each.action, each.record.op_id, note=each.note)


def _applied(step: EditStep, reason: str) -> ledger.Applied:
    record = step.record
    return ledger.Applied(
        address=record.address,
        action=step.action,
        uid=record.uid,
        revision=record.revision,
        pre=step.pre or "",
        post="" if step.is_gone else record.digest,
        previous_address=step.previous,
        protect=record.protect,
        lifecycle=record.lifecycle,
        reason=reason,
    )
