"""What a run that was killed wrote and did not record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.planning._edit_run import EditStep, Killed
from mlspec.planning._model import Action
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.planning.recorded import Recorded
    from mlspec.registry import Backend, Transaction
    from mlspec.state import Journal, ObjectRecord, Snapshot

__all__ = ["deleted", "difference", "killed_run", "unrecorded"]


def difference(told: ObjectRecord, live: ObjectRecord | None) -> str:
    """Return what is wrong with an object; "" where it is as recorded."""
    if live is None:
        return "it was lost"
    names = ("digest", "lifecycle", "protect", "revision", "uid")
    differ = [name for name in names if getattr(told, name) != getattr(live, name)]
    return f"altered: {', '.join(differ)}" if differ else ""


def killed_run(backend: Backend, journal: Journal) -> Killed:
    """Return how far a run came; its journal names its statement where it was being recorded."""
    statements = backend.statements(journal.steps.keys())
    statement = next(iter(statements.values()), None)
    return Killed(journal, tuple(backend.checkpoints()), statement)


def unrecorded(
    journal: Journal, snapshot: Snapshot, recorded: Mapping[str, Recorded]
) -> Iterator[EditStep]:
    """Yield what a run wrote and no event tells, by the keys that the objects carry."""
    former = {each.record.uid: address for address, each in recorded.items()}
    for address in sorted(snapshot.objects):
        record = snapshot.objects[address]
        told = recorded.get(address)
        if record.op_id not in journal.steps or (told and not difference(told.record, record)):
            continue
        previous = former.get(record.uid, address)
        before = recorded.get(previous)
        yield EditStep(
            action=_action(record, is_new=before is None, is_moved=previous != address),
            record=record,
            pre=before.record.digest if before else "",
            previous="" if previous == address else previous,
            note="written before the run was stopped",
            is_written=True,
        )


def deleted(
    journal: Journal,
    transaction: Transaction,
    snapshot: Snapshot,
    recorded: Mapping[str, Recorded],
) -> Iterator[EditStep]:
    """Yield the objects that are gone, as far as steps of the run were made that left none."""
    there = {each.op_id for each in snapshot.objects.values()}
    uids = {each.uid for each in snapshot.objects.values()}
    made = [each for each in journal.steps if each not in there and transaction.probe(each)]
    gone = [each.record for each in recorded.values() if each.record.uid not in uids]
    for op_id, record in zip(made, gone, strict=False):
        yield EditStep(
            action=Action.DELETE.value,
            record=replace(record, revision=record.revision + 1, op_id=op_id),
            pre=record.digest,
            note="gone since the run was stopped",
            is_written=True,
            is_gone=True,
        )


def _action(record: ObjectRecord, *, is_new: bool, is_moved: bool) -> str:
    by_lifecycle = {Lifecycle.RETIRED: Action.RETIRE, Lifecycle.FORGOTTEN: Action.FORGET}
    if is_new:
        return Action.CREATE.value
    if is_moved:
        return Action.RENAME.value
    return by_lifecycle.get(record.lifecycle, Action.UPDATE).value
