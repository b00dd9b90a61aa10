"""Recording a run: its statement, one event per operation, a checkpoint over all chains.

Where each call lasts when it returns, the statement is kept and named in the journal first. A run
that is killed after that is recorded with that very statement by the next one, call by call,
leaving out what is there already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec import ledger
from mlspec.errors import RegistryUnavailableError
from mlspec.state import Head, RunOutcome, RunRecord, StepStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.ledger import Approval
    from mlspec.planning._apply_model import ApplyOptions, Stamp
    from mlspec.planning._model import EvidenceEntry
    from mlspec.planning._plan import Plan
    from mlspec.planning._steps import Step
    from mlspec.registry import Backend, Transaction
    from mlspec.state import Event, RunOperation, Snapshot

__all__ = ["Recorder"]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records one run of a plan. `steps` are those that no earlier run has recorded as done."""

    plan: Plan
    backend: Backend
    transaction: Transaction
    snapshot: Snapshot
    steps: Sequence[Step]
    stamp: Stamp
    options: ApplyOptions
    run_id: str

    def record(
        self,
        operations: tuple[RunOperation, ...],
        approvals: tuple[Approval, ...],
        evidence: Mapping[str, EvidenceEntry],
    ) -> RunRecord:
        """Record what became of the operations, and what it was decided on."""
        facts = self._facts(operations, approvals, evidence)
        statement = ledger.run_statement(facts)
        counted = {each.digest for each in approvals}
        kept = [each for each in self.options.statements if each.digest in counted]
        self.transaction.keep([*kept, statement])
        if not self.transaction.is_atomic:
            self.transaction.mark(statement.digest, StepStatus.INTENT)
        return self._write(facts, statement.digest, {})

    def complete(self, statement: str) -> RunRecord:
        """Record a run that was killed while it was recorded, as its statement says.

        Raises:
            RegistryUnavailableError: the registry has lost the statement.
        """
        kept = self.backend.statements([statement]).get(statement)
        if kept is None:
            raise RegistryUnavailableError(f"the registry has lost the statement `{statement}`")
        facts = ledger.read_run_statement(kept)
        there = {
            event.address: event
            for step in self.steps
            for event in self.backend.events(step.operation.address)
            if ledger.run_digest_of(event) == statement
        }
        return self._write(facts, statement, there)

    def _write(
        self, facts: RunFacts, statement: str, there: Mapping[str, Event]
    ) -> RunRecord:
        """Write events, checkpoint and run; `there` are events that were written before."""
        done = {each.op_id for each in facts.operations if each.status is StepStatus.DONE}
        heads = dict(self.transaction.heads())
        moved = [each for each in self.steps if each.op_id in done]
        events: list[Event] = []
        for step in moved:
            address = step.operation.address
            if address in there:
                continue
            head = heads.get(step.operation.previous or address, Head())
            event = ledger.change_event(head, facts, statement, _applied(step, facts))
            heads[address] = Head(event.sequence, event.digest)
            events.append(event)
        self.transaction.append(events)
        self._seal(facts, statement, heads, [each.operation.address for each in moved])
        if self.options.publication and facts.outcome is RunOutcome.APPLIED:
            self.transaction.publish(self.options.publication)
        run = _run_of(facts, statement)
        self.transaction.finish(run)
        return run

    def _seal(
        self, facts: RunFacts, statement: str, heads: Mapping[str, Head], moved: Sequence[str]
    ) -> None:
        newest = None if self.transaction.is_atomic else _last(self.backend.checkpoints())
        if newest is not None and ledger.run_digest_of(newest) == statement:
            return  # sealed already, and killed after that
        previous = Head(self.snapshot.sequence, self.snapshot.head)
        checkpoint = ledger.make_checkpoint(previous, facts, statement, heads, moved)
        if self.options.sign is not None:
            checkpoint = replace(checkpoint, signature=self.options.sign(checkpoint))
        self.transaction.seal(checkpoint)

    def _facts(
        self,
        operations: tuple[RunOperation, ...],
        approvals: tuple[Approval, ...],
        evidence: Mapping[str, EvidenceEntry],
    ) -> RunFacts:
        plan = self.plan
        is_done = all(each.status is StepStatus.DONE for each in operations)
        return ledger.RunFacts(
            run_id=self.run_id,
            plan_digest=plan.digest,
            risk_digest=plan.risk_digest,
            spec_digest=plan.source.spec_digest,
            commit=plan.envelope.commit or "",
            environment=plan.environment,
            lineage=self.snapshot.lineage,
            serial=self.snapshot.serial + 1,
            actor=self.stamp.actor,
            at=self.stamp.at,
            outcome=RunOutcome.APPLIED if is_done else RunOutcome.PARTIAL,
            operations=operations,
            approvals=approvals,
            evidence=evidence,
            break_glass=self.options.break_glass,
            reverts=plan.scope.reverts,
        )


def _run_of(facts: RunFacts, statement: str) -> RunRecord:
    return RunRecord(
        run_id=facts.run_id,
        plan_digest=facts.plan_digest,
        environment=facts.environment,
        serial=facts.serial,
        actor=facts.actor,
        at=facts.at,
        operations=facts.operations,
        outcome=facts.outcome,
        statement=statement,
        break_glass=facts.break_glass,
    )


def _last(checkpoints: Iterator[Checkpoint]) -> Checkpoint | None:
    newest = None
    for each in checkpoints:
        newest = each
    return newest
