"""Applying a plan: exactly what was reviewed, once, whole or to be finished by the same command.

In: a plan, a backend, and what is checked out. Out: what was done. The order of the checks is
part of the contract: a plan that was applied before is a success whatever has moved since.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.errors import (
    InterruptedRunError,
    OpenRunError,
    RegistryLockedError,
    RegistryMovedError,
)
from mlspec.planning._apply_model import ApplyOptions, ApplyResult, Outcome
from mlspec.planning._commit import Recorder
from mlspec.planning._examine import Examiner
from mlspec.planning._journal import Progress, begun, progress_of
from mlspec.planning._sealing import require_heads, require_signature
from mlspec.planning._steps import Execution, step_report, steps_of
from mlspec.state import RunOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.planning._apply_model import Checkout, Stamp
    from mlspec.planning._examine import Examination
    from mlspec.planning._plan import Plan
    from mlspec.registry import Backend, Transaction
    from mlspec.state import RunRecord, Snapshot

__all__ = ["apply_plan"]


def apply_plan(
    plan: Plan,
    backend: Backend,
    checkout: Checkout,
    stamp: Stamp,
    options: ApplyOptions | None = None,
) -> ApplyResult:
    """Apply a plan. A registry that others hold, or have changed meanwhile, is asked again.

    Raises:
        ForeignPlanError: the plan is of another environment, registry, toolchain or spec tree.
        StalePlanError: what the plan rests on has moved.
        TamperedPlanError: the operations do not follow from the specs and the registry.
        ApprovalsMissingError: the plan lacks approvals, or has expired.
        PolicyDeniedError: a guard or a freeze forbids it.
        EvidenceMissingError: evidence is missing, or a gate does not pass.
        OpenRunError: another plan was applied half way.
        RegistryLockedError, RegistryMovedError: others came first, longer than was waited for.
        InterruptedRunError: it was asked to stop.
    """
    chosen = options or ApplyOptions()
    application = _Application(plan, backend, checkout, stamp, chosen)
    attempt = 0
    while True:
        try:
            return application.attempt()
        except (RegistryMovedError, RegistryLockedError) as error:
            if isinstance(error, OpenRunError) or not chosen.wait(error, attempt):
                raise
            attempt += 1


@dataclass(frozen=True, slots=True)
class _Application:
    plan: Plan
    backend: Backend
    checkout: Checkout
    stamp: Stamp
    options: ApplyOptions

    def attempt(self) -> ApplyResult:
        """Apply, if the registry can be had now; what is only staged is told when it is done."""
        self._stop_when_asked()
        observed = self.backend.observe(bodies=False)
        early: Examination | None = None
        if not self.plan.has_changes or not observed.lineage:
            # a refused plan leaves no registry behind where there was none
            early = self._examine(Progress(self.plan), observed, self.backend)
        if not self.plan.has_changes:
            return ApplyResult(Outcome.NO_CHANGES, self.plan)
        with self.backend.transaction(self.options.owner) as transaction, _cut_off(transaction):
            result = self._hold(transaction, early)
        if transaction.is_atomic and result.outcome is not Outcome.ALREADY_APPLIED:
            self._tell(result)
        return result

    def _hold(self, transaction: Transaction, early: Examination | None) -> ApplyResult:
        """Apply under the lock; `early` was found where there was nothing yet."""
        progress = progress_of(self.plan, transaction)
        snapshot = transaction.snapshot()
        outcome = Outcome.ALREADY_APPLIED
        if progress.left and progress.statement:  # it was killed while it was recorded
            self._recorder(transaction, progress, snapshot).complete(progress.statement)
            progress, snapshot = progress_of(self.plan, transaction), transaction.snapshot()
            outcome = Outcome.APPLIED
        if not progress.left:
            return ApplyResult(outcome, self.plan, progress.earlier[-1])
        return self._carry_out(transaction, progress, snapshot, early)

    def _carry_out(
        self,
        transaction: Transaction,
        progress: Progress,
        snapshot: Snapshot,
        early: Examination | None,
    ) -> ApplyResult:
        """Do what is left, when all that is asked of it now is well."""
        require_signature(self.backend, self.options.sign)
        if progress.journal is None:
            require_heads(self.backend, transaction)
        is_new = not (snapshot.serial or snapshot.objects)
        if early is None or not is_new:
            early = self._examine(progress, snapshot, transaction)
        self._stop_when_asked()
        recorder = self._recorder(transaction, progress, snapshot)
        execution = Execution(transaction, self.options, progress.written, early.held)
        operations = execution.run(recorder.steps)
        run = recorder.record(operations, early)
        return ApplyResult(_told(run, execution), self.plan, run)

    def _examine(
        self, progress: Progress, snapshot: Snapshot, state: Backend | Transaction
    ) -> Examination:
        examiner = Examiner(self.checkout, self.stamp, self.options)
        return examiner.examine(progress, snapshot, state.bodies)

    def _recorder(
        self, transaction: Transaction, progress: Progress, snapshot: Snapshot
    ) -> Recorder:
        left = {each.id for each in progress.left}
        steps = steps_of(self.plan, snapshot, self.checkout.desired)
        return Recorder(
            plan=self.plan,
            backend=self.backend,
            transaction=transaction,
            snapshot=snapshot,
            steps=[each for each in steps if each.operation.id in left],
            stamp=self.stamp,
            options=self.options,
            run_id=begun(progress, transaction, snapshot.serial + 1, self.stamp),
            progress=progress,
        )

    def _stop_when_asked(self) -> None:
        if self.options.interrupted():
            raise InterruptedRunError("interrupted: nothing was applied")

    def _tell(self, result: ApplyResult) -> None:
        operations = result.run.operations if result.run else ()
        for number, each in enumerate(operations, start=1):
            self.options.report(step_report(each, number, len(operations)))


@contextmanager
def _cut_off(transaction: Transaction) -> Iterator[None]:
    """Say what a second Ctrl-C leaves behind: elsewhere than here it is nothing."""
    try:
        yield
    except KeyboardInterrupt:
        if transaction.is_atomic:
            raise
        raise InterruptedRunError(
            "interrupted half way", hint="run the same command again: it goes on from there"
        ) from None


def _told(run: RunRecord, execution: Execution) -> Outcome:
    if run.outcome is RunOutcome.APPLIED:
        return Outcome.APPLIED
    return Outcome.INTERRUPTED if execution.is_interrupted else Outcome.PARTIAL
