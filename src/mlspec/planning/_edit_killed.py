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

_BY_LIFECYCLE = {Lifecycle.RETIRED: Action.RETIRE, Lifecycle.FORGOTTEN: Action.FORGET}


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
    for address, record in sorted(snapshot.objects.items()):
        if record.op_id in journal.steps and not _is_told(record, recorded.get(address)):
            before = recorded.get(former.get(record.uid, address))
            yield _written(record, before.record if before else None)


def deleted(
    journal: Journal,
    transaction: Transaction,
    snapshot: Snapshot,
    recorded: Mapping[str, Recorded],
) -> Iterator[EditStep]:
    """Yield the objects that are gone, as far as steps of the run were made that left none."""
    there = {each.op_id for each in snapshot.objects.values()}
    uids = {each.uid for each in snapshot.objects.values()}
    made = filter(transaction.probe, (each for each in journal.steps if each not in there))
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


def _is_told(record: ObjectRecord, told: Recorded | None) -> bool:
    return told is not None and not difference(told.record, record)


def _written(record: ObjectRecord, before: ObjectRecord | None) -> EditStep:
    """Return the step that wrote a record; `before` is the same object as events tell it."""
    previous = before.address if before else record.address
    return EditStep(
        action=_action(record, before).value,
        record=record,
        pre=before.digest if before else "",
        previous="" if previous == record.address else previous,
        note="written before the run was stopped",
        is_written=True,
    )


def _action(record: ObjectRecord, before: ObjectRecord | None) -> Action:
    if before is None:
        return Action.CREATE
    if before.address != record.address:
        return Action.RENAME
    return _BY_LIFECYCLE.get(record.lifecycle, Action.UPDATE)
