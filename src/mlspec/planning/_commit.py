"""Recording a run: its statement, one event per operation, a checkpoint over all chains.

Where each call lasts when it returns, the statement is kept and named in the journal first. A run
that is killed after that is recorded with that very statement by the next one, call by call,
leaving out what is there already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec import ledger
from mlspec.canonical import digest_bytes, digest_value
from mlspec.errors import RegistryUnavailableError
from mlspec.planning._run_record import run_record
from mlspec.state import Head, RunOutcome, StepStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning._apply_model import ApplyOptions, Stamp
    from mlspec.planning._examine import Examination
    from mlspec.planning._journal import Progress
    from mlspec.planning._model import Operation
    from mlspec.planning._plan import Plan
    from mlspec.planning._steps import Step
    from mlspec.registry import Backend, Transaction
    from mlspec.state import BreakGlass, Event, Publication, RunOperation, RunRecord, Snapshot

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
    progress: Progress

    def record(
        self,
        operations: tuple[RunOperation, ...],
        examined: Examination,
    ) -> RunRecord:
        """Record what became of the operations, and what it was decided on."""
        facts = self._facts(operations, examined)
        statement = ledger.run_statement(facts)
        counted = {each.digest for each in examined.approvals}
        found = examined.evidence.values()
        judged = {digest for each in found for digest in (each.digest, each.envelope)}
        judged |= {digest for each in facts.items for digest in (each.digest, each.envelope)}
        kept = [each for each in self.options.statements if each.digest in counted]
        kept += [each for each in self.options.records if each.digest in judged]
        self.transaction.keep([*kept, statement])
        if not self.transaction.is_atomic:
            self.transaction.mark(statement.digest, StepStatus.INTENT)
        return self._write(facts, statement.digest)

    def complete(self, statement: str) -> RunRecord:
        """Record a run that was killed while it was recorded, as its statement says.

        Raises:
            RegistryUnavailableError: the registry has lost the statement.
        """
        kept = self.backend.statements([statement]).get(statement)
        if kept is None:
            raise RegistryUnavailableError(f"the registry has lost the statement `{statement}`")
        return self._write(ledger.read_run_statement(kept), statement)

    def _write(self, facts: ledger.RunFacts, statement: str) -> RunRecord:
        """Write events, checkpoint and run."""
        done = {each.op_id for each in facts.operations if each.status is StepStatus.DONE}
        made = [each for each in self.steps if each.op_id in done]
        heads = self._append(facts, statement, made)
        self._seal(facts, statement, heads, [each.operation.address for each in made])
        if self.options.publication and facts.outcome is RunOutcome.APPLIED:
            self.transaction.publish(self.options.publication)
        run = run_record(facts, statement)
        self.transaction.finish(run)
        return run

    def _append(
        self, facts: ledger.RunFacts, statement: str, made: Sequence[Step]
    ) -> dict[str, Head]:
        """Append an event for every step that has none yet, and return the heads of all chains."""
        heads = dict(self.transaction.heads())
        events: list[Event] = []
        for step in made:
            address = step.operation.address
            if self._has_event(address, statement):
                continue
            head = _head_before(step.operation, heads)
            judged = facts.evidence.get(address)
            applied = _applied(step, judged.digest if judged else "")
            event = ledger.change_event(head, facts, statement, applied)
            heads[address] = Head(event.sequence, event.digest)
            events.append(event)
        self.transaction.append(events)
        return heads

    def _has_event(self, address: str, statement: str) -> bool:
        if not self._is_again:
            return False
        return any(ledger.run_digest_of(each) == statement for each in self.backend.events(address))

    def _seal(
        self, facts: ledger.RunFacts, statement: str, heads: Mapping[str, Head], moved: list[str]
    ) -> None:
        if self._is_again and any(
            ledger.run_digest_of(each) == statement for each in self.backend.checkpoints()
        ):
            return
        previous = Head(self.snapshot.sequence, self.snapshot.head)
        checkpoint = ledger.make_checkpoint(previous, facts, statement, heads, moved)
        if self.options.sign is not None:
            checkpoint = replace(checkpoint, signature=self.options.sign(checkpoint))
        self.transaction.seal(checkpoint)

    @property
    def _is_again(self) -> bool:
        """Whether an earlier try was killed, so that a part may be there already."""
        return self.progress.journal is not None

    def _facts(
        self,
        operations: tuple[RunOperation, ...],
        examined: Examination,
    ) -> ledger.RunFacts:
        plan = self.plan
        is_done = all(each.status is StepStatus.DONE for each in operations)
        return ledger.RunFacts(
            run_id=self.run_id,
            plan_digest=plan.digest,
            risk_digest=plan.risk_digest,
            spec_digest=plan.source.spec_digest,
            commit=self.options.commit,
            environment=plan.environment,
            lineage=self.snapshot.lineage,
            serial=self.snapshot.serial + 1,
            actor=self.stamp.actor,
            at=self.stamp.at,
            outcome=RunOutcome.APPLIED if is_done else RunOutcome.PARTIAL,
            operations=operations,
            approvals=examined.approvals,
            evidence=examined.evidence,
            break_glass=_broken(self.options.break_glass, examined),
            reverts=plan.scope.reverts,
            publication=_published(self.options.publication) if is_done else None,
            required=tuple(
                ledger.RequirementFact(each.role, each.count, each.strength)
                for each in plan.required_approvals
            ),
            authors=examined.authors,
            policy=examined.policy,
            items=self.options.items,
        )


def _head_before(operation: Operation, heads: Mapping[str, Head]) -> Head:
    there = heads.get(operation.address, Head())
    if not operation.previous:
        return there
    return ledger.renamed_head(heads.get(operation.previous, Head()), there)


def _broken(glass: BreakGlass | None, examined: Examination) -> BreakGlass | None:
    if glass is None or examined.passed_over is None:
        return glass
    return replace(glass, passed_over=examined.passed_over)


def _published(publication: Publication | None) -> dict[str, Json] | None:
    if publication is None:
        return None
    files = {path: digest_bytes(content) for path, content in publication.files.items()}
    return {publication.branch: digest_value(files)}


def _applied(step: Step, evidence: str) -> ledger.Applied:
    operation, record = step.operation, step.record
    return ledger.Applied(
        address=operation.address,
        action=operation.action.value,
        uid=record.uid,
        revision=record.revision,
        pre=operation.pre,
        post=operation.post,
        previous_address=operation.previous,
        protect=record.protect,
        lifecycle=record.lifecycle,
        level=operation.risk.level.value,
        evidence=evidence,
        reason=operation.why,
    )
