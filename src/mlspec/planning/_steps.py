"""The operations of a plan as steps: in which order, what each writes, and doing them.

Where the backend is atomic, a step is only staged. Elsewhere every step is marked before and
after it is made, so that a killed run finds out how far it came.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.errors import InterruptedRunError, OperationFailedError
from mlspec.planning._apply_model import OnError, StepReport
from mlspec.planning._model import Action
from mlspec.state import Lifecycle, ObjectRecord, RunOperation, StepStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning._apply_model import ApplyOptions
    from mlspec.planning._model import Operation
    from mlspec.planning._plan import Plan
    from mlspec.planning.desired import Desired
    from mlspec.registry import Transaction
    from mlspec.state import Snapshot

__all__ = ["Execution", "Step", "op_id_of", "step_report", "steps_of"]

_UID_CHARACTERS = 32
_PLAN_CHARACTERS = 12
_LIFECYCLES = {Action.RETIRE: Lifecycle.RETIRED, Action.FORGET: Lifecycle.FORGOTTEN}
_KEEPING = (Action.RETIRE, Action.FORGET, Action.DELETE)
"""Actions that leave the body and the guard as they are."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation with its idempotence key, and the object as it is afterwards.

    A deleted object is described as it was, one revision later.
    """

    operation: Operation
    record: ObjectRecord

    @property
    def op_id(self) -> str:
        """The key that what the operation writes carries."""
        return self.record.op_id


def op_id_of(plan: Plan, operation: Operation) -> str:
    """Return the key of an operation: the same in every run of the plan."""
    return f"{plan.digest.removeprefix('sha256:')[:_PLAN_CHARACTERS]}-{operation.id}"


def steps_of(plan: Plan, snapshot: Snapshot, desired: Mapping[str, Desired]) -> tuple[Step, ...]:
    """Return a step for every operation, each after those that it depends on.

    A step follows from the plan and the place alone, so that a run that is resumed repeats it.
    """
    revisions = {each.address: each.revision for each in plan.read_set}
    return tuple(
        Step(each, _record(plan, each, revisions, snapshot, desired.get(each.address)))
        for each in _ordered(plan.operations)
    )


def _ordered(operations: Sequence[Operation]) -> list[Operation]:
    """Return dependencies first, otherwise the order of the plan; a circle stays as it stands."""
    left = OrderedDict((each.id, each) for each in operations)
    ordered: list[Operation] = []
    while left:
        waiting = [left.popitem(last=False)[1]]
        while waiting:
            missing = next((each for each in waiting[-1].depends_on if each in left), None)
            if missing is None:
                ordered.append(waiting.pop())
            else:
                waiting.append(left.pop(missing))
    return ordered


def _record(
    plan: Plan,
    operation: Operation,
    revisions: Mapping[str, int],
    snapshot: Snapshot,
    wanted: Desired | None,
) -> ObjectRecord:
    if operation.action in _KEEPING:
        wanted = None
    op_id = op_id_of(plan, operation)
    return ObjectRecord(
        address=operation.address,
        uid=operation.uid or _uid(snapshot, operation.address, op_id),
        revision=revisions.get(operation.former, 0) + 1,
        digest=operation.post or operation.pre,
        body=wanted.body if wanted else None,
        protect=wanted.protect if wanted else operation.protect,
        lifecycle=_LIFECYCLES.get(operation.action, Lifecycle.LIVE),
        op_id=op_id,
    )


def _uid(snapshot: Snapshot, address: str, op_id: str) -> str:
    """Return an identity that no other object of any registry has, without a random source."""
    facts: list[Json] = [snapshot.lineage, snapshot.environment, address, op_id]
    return digest_value(facts).removeprefix("sha256:")[:_UID_CHARACTERS]


@dataclass
class Execution:
    """Doing steps one by one.

    `written` has the keys of those that an earlier try made, `held` says by key why a step is
    not to be started. `ended` has what became of every operation, by its id.
    """

    transaction: Transaction
    options: ApplyOptions
    written: Collection[str] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    ended: dict[str, RunOperation] = field(default_factory=dict)
    is_interrupted: bool = False
    _halted: str = ""

    def run(self, steps: Sequence[Step]) -> tuple[RunOperation, ...]:
        """Do the steps and return what became of them, in their order.

        Raises:
            InterruptedRunError: it was asked to stop, and all can still be dropped.
        """
        for number, step in enumerate(steps, start=1):
            self._stop_when_asked()
            ended = self._end(step)
            self.ended[step.operation.id] = ended
            if not self.transaction.is_atomic:  # there, nothing is done before all is
                self.options.report(step_report(ended, number, len(steps)))
        if self.transaction.is_atomic:
            self._stop_when_asked()
        return tuple(self.ended.values())

    def _stop_when_asked(self) -> None:
        if self._halted or not self.options.interrupted():
            return
        if self.transaction.is_atomic:
            raise InterruptedRunError("interrupted: nothing was applied")
        self._halted, self.is_interrupted = "interrupted", True

    def _end(self, step: Step) -> RunOperation:
        status, note = StepStatus.DONE, ""
        if step.op_id not in self.written:
            status, note = self._tried(step)
        operation = step.operation
        return RunOperation(operation.address, operation.action.value, step.op_id, status, note)

    def _tried(self, step: Step) -> tuple[StepStatus, str]:
        hindrance = self._hindrance(step)
        if hindrance:
            return StepStatus.PENDING, hindrance
        if self.transaction.is_atomic:
            _write(self.transaction, step)
            return StepStatus.DONE, ""
        return self._marked(step)

    def _hindrance(self, step: Step) -> str:
        """Return why a step is not started; "" if it is."""
        hindrance = self._halted or self.held.get(step.op_id)
        if hindrance:
            return hindrance
        for needed in filter(None, map(self.ended.get, step.operation.depends_on)):
            if needed.status is not StepStatus.DONE:
                return f"depends on `{needed.address}`"
        return ""

    def _marked(self, step: Step) -> tuple[StepStatus, str]:
        """Write where each call lasts: a kill between two of them is found out later."""
        self.transaction.mark(step.op_id, StepStatus.INTENT)
        try:
            _write(self.transaction, step)
        except OperationFailedError as error:
            self.transaction.mark(step.op_id, StepStatus.FAILED)
            if self.options.on_error is OnError.STOP:
                self._halted = f"stopped when `{step.operation.address}` failed"
            return StepStatus.FAILED, error.message
        self.transaction.mark(step.op_id, StepStatus.DONE)
        return StepStatus.DONE, ""


def step_report(ended: RunOperation, number: int, total: int) -> StepReport:
    """Return what to tell of an operation that has ended."""
    return StepReport(ended.address, ended.action, ended.status, number, total, ended.note)


def _write(transaction: Transaction, step: Step) -> None:
    if step.operation.action is Action.DELETE:
        transaction.remove(step.operation.address, step.op_id)
    elif step.operation.action is Action.RENAME:
        transaction.rename(step.operation.previous, step.record)
    else:
        transaction.put(step.record)
