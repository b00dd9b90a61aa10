"""How far earlier tries of a plan came, and what is left to do.

Runs that ended tell by their records; one that was killed tells by its journal, and where the
journal does not know, the registry is probed for what the operation leaves behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from mlspec.errors import OpenRunError
from mlspec.planning._steps import op_id_of
from mlspec.state import Journal, StepStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.planning._apply_model import Stamp
    from mlspec.planning._model import Operation
    from mlspec.planning._plan import Plan
    from mlspec.registry import Transaction
    from mlspec.state import RunRecord

__all__ = ["Progress", "begun", "progress_of", "require_own_journal"]

_UNSURE = (StepStatus.INTENT, StepStatus.FAILED)
_RUN_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Progress:
    """What of a plan is done.

    `earlier` are the runs that ended. `finished` are the keys of operations that they recorded,
    `written` those of operations that are made, but not recorded yet. `journal` is that of a run
    of this plan that was killed.
    """

    plan: Plan
    earlier: tuple[RunRecord, ...] = ()
    finished: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    journal: Journal | None = None

    @property
    def left(self) -> tuple[Operation, ...]:
        """The operations that no run has recorded."""
        return tuple(
            each for each in self.plan.operations if op_id_of(self.plan, each) not in self.finished
        )

    @property
    def undone(self) -> tuple[Operation, ...]:
        """The operations that are still to be made."""
        made = self.finished | self.written
        return tuple(each for each in self.plan.operations if op_id_of(self.plan, each) not in made)

    @property
    def statement(self) -> str:
        """The digest of the statement that a killed run was recording; "" for none."""
        keys = {op_id_of(self.plan, each) for each in self.plan.operations}
        steps = self.journal.steps if self.journal else {}
        return next((each for each in steps if each not in keys), "")


def require_own_journal(plan: Plan, transaction: Transaction) -> Journal | None:
    """Return the journal of a killed run of this plan; None where there is none.

    Raises:
        OpenRunError: another plan was killed half way.
    """
    journal = transaction.journal()
    if journal is None or journal.plan_digest == plan.digest:
        return journal
    raise OpenRunError(
        f"the run `{journal.run_id}` of another plan was stopped half way",
        details=(f"begun by {journal.actor} at {journal.at}, plan {journal.plan_digest}",),
        hint=f"finish it with `mlspec apply` and that plan, or give it up with `mlspec state "
        f"abandon {journal.run_id}`",
    )


def progress_of(plan: Plan, transaction: Transaction) -> Progress:
    """Return how far the plan came.

    Raises:
        OpenRunError: another plan was killed half way.
    """
    earlier = transaction.runs_of(plan.digest)
    ended = [*chain.from_iterable(each.operations for each in earlier)]
    recorded = {each.op_id: each.status for each in ended}
    finished = frozenset(each.op_id for each in ended if each.status is StepStatus.DONE)
    if len(finished) == len(plan.operations):
        return Progress(plan, earlier, finished)
    journal = require_own_journal(plan, transaction)
    known = recorded | dict(journal.steps if journal else {})
    written = frozenset(_written(plan, transaction, known)) - finished
    return Progress(plan, earlier, finished, written, journal)


def _written(plan: Plan, transaction: Transaction, known: Mapping[str, StepStatus]) -> set[str]:
    keys = [op_id_of(plan, each) for each in plan.operations]
    return {
        key
        for key in keys
        if known.get(key) is StepStatus.DONE
        or (known.get(key) in _UNSURE and not transaction.is_atomic and transaction.probe(key))
    }


def begun(progress: Progress, transaction: Transaction, serial: int, stamp: Stamp) -> str:
    """Return the id of the run that makes what is left; what it means to do is kept first."""
    if progress.journal is not None:
        return progress.journal.run_id
    digest = progress.plan.digest.removeprefix("sha256:")
    run_id = f"{serial}-{digest[:_RUN_CHARACTERS]}"
    if not transaction.is_atomic:
        steps = {op_id_of(progress.plan, each): StepStatus.PENDING for each in progress.left}
        journal = Journal(run_id, progress.plan.digest, stamp.actor, stamp.at, steps)
        transaction.begin(journal)
    return run_id
