"""Correcting the state by hand: every edit is a run with a reason, recorded as any other.

An edit that changes what is governed is refused where approvals are required: there, a plan does
it. Bringing back what the ledger recorded, and giving up a run, change nothing that somebody
agreed to, and are always possible.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec import ledger
from mlspec.errors import (
    ApprovalsMissingError,
    PolicyDeniedError,
    TamperedPlanError,
    UsageError,
)
from mlspec.planning._edit_killed import deleted, difference, killed_run, unrecorded
from mlspec.planning._edit_run import EditRun, EditStep, Order, RestoredHeads
from mlspec.planning._governed import in_force
from mlspec.planning._model import Action
from mlspec.planning._observe import with_bodies
from mlspec.planning._sealing import require_heads, require_signature
from mlspec.planning.recorded import recorded_objects
from mlspec.state import Lifecycle, RunOperation, RunOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.planning._apply_model import Stamp
    from mlspec.planning._edit_run import Killed
    from mlspec.planning._model import PlanContext
    from mlspec.planning.recorded import Recorded
    from mlspec.registry import Backend, Transaction
    from mlspec.state import Checkpoint, Head, Journal, ObjectRecord, RunRecord, Snapshot

__all__ = ["Edited", "EditedObject", "Editor", "SoundRecord", "rebuild_needed", "sound_record"]

_REBUILD, _REBUILD_HEAD = "rebuild", "rebuild-head"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class EditedObject:
    """One object that was written, or would be: what is done to it, and why."""

    address: str
    action: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SoundRecord:
    """What a ledger that holds says should be there: objects, and the head of every chain."""

    objects: Mapping[str, Recorded]
    heads: Mapping[str, Head]


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did. Without a run, nothing was written: `changes` would be.

    `left` says what was left as it is, and why.
    """

    environment: str
    changes: tuple[EditedObject, ...]
    run: RunRecord | None = None
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Editor:
    """Edits the state of one environment for a reason. `context` holds the terms of the specs."""

    backend: Backend
    context: PlanContext
    stamp: Stamp
    reason: str
    owner: str = ""
    sign: Callable[[Checkpoint], str] | None = field(default=None, compare=False)

    def move(self, previous: str, address: str) -> Edited:
        """Give an object another address.

        Raises:
            ApprovalsMissingError: the environment requires approvals.
            UsageError: there is no such object, or another one is there.
        """
        _require_same_kind(previous, address)
        with self.backend.transaction(self.owner) as transaction:
            snapshot = self._ungoverned(transaction, "moved", previous)
            record = _held(snapshot, previous)
            if address in snapshot.objects:
                raise UsageError(f"`{address}` is there already")
            run = self._run(transaction, snapshot, "move", previous, address)
            moved = _written(record, run, address=address)
            action, note = Action.RENAME.value, f"from {previous}"
            return _ended(run, EditStep(action, moved, record.digest, previous, note))

    def forget(self, address: str) -> Edited:
        """Leave an object to others.

        Raises:
            ApprovalsMissingError: the environment requires approvals.
            PolicyDeniedError: the object is protected.
            UsageError: there is no such object, or it is forgotten already.
        """
        with self.backend.transaction(self.owner) as transaction:
            snapshot = self._ungoverned(transaction, "removed", address)
            record = _held(snapshot, address)
            _require_forgettable(record)
            run = self._run(transaction, snapshot, "forget", address)
            left = replace(_written(record, run), lifecycle=Lifecycle.FORGOTTEN)
            return _ended(run, EditStep(Action.FORGET.value, left, record.digest))

    def rebuild(self) -> Edited:
        """Bring objects and heads of chains back to what the ledger recorded.

        Raises:
            TamperedPlanError: an event is damaged.
        """
        with self.backend.transaction(self.owner) as transaction:
            snapshot = transaction.snapshot()
            sound = sound_record(self.backend, snapshot)
            needed = rebuild_needed(sound, snapshot, transaction.bodies, transaction.heads())
            if not needed.changes:
                return needed
            names = [each.address for each in needed.changes]
            run = self._run(transaction, snapshot, _REBUILD, *names)
            numbered = {run.op_id(n): each for n, each in enumerate(needed.changes, start=1)}
            steps, heads = _restored_objects(sound, numbered), _restored_heads(sound, numbered)
            return replace(needed, run=run.end(steps, RunOutcome.APPLIED, heads))

    def abandon(self, run_id: str) -> Edited:
        """Give up a run that was killed: what it wrote stays, and is recorded.

        One that was killed while it was recorded is recorded to its end.

        Raises:
            UsageError: no such run was stopped half way.
        """
        with self.backend.transaction(self.owner) as transaction:
            journal = _require_stopped(transaction.journal(), run_id)
            snapshot = transaction.snapshot()
            killed = killed_run(self.backend, journal)
            run = self._run(transaction, snapshot, "abandon", run_id, killed=killed)
            recorded = recorded_objects(self.backend.events())
            steps = (
                *unrecorded(journal, snapshot, recorded),
                *deleted(journal, transaction, snapshot, recorded),
            )
            ended = run.end(steps, RunOutcome.ABANDONED)
            return Edited(snapshot.environment, _told(steps), ended)

    def _run(
        self,
        transaction: Transaction,
        snapshot: Snapshot,
        verb: str,
        *names: str,
        killed: Killed | None = None,
    ) -> EditRun:
        require_signature(self.backend, self.sign)
        order = Order(verb, names, self.reason, self.stamp, self.sign)
        return EditRun(transaction, snapshot, order, killed)

    def _ungoverned(self, transaction: Transaction, instead: str, address: str) -> Snapshot:
        """Return the state, where it may be edited without anybody's approval."""
        snapshot = transaction.snapshot()
        if transaction.journal() is None:
            require_heads(self.backend, transaction)
        ruling = with_bodies(snapshot, transaction.bodies, {}, self.context, ())
        if in_force(self.context, {}, ruling).require_approvals:
            raise ApprovalsMissingError(
                f"`{snapshot.environment}` requires approvals: its state is changed by plans only",
                hint=f"put `{address}` under `spec.{instead}` in `mlspec.yaml`, and plan that",
            )
        return snapshot


def sound_record(backend: Backend, snapshot: Snapshot) -> SoundRecord:
    """Return what the ledger says should be there, if nothing was done to the ledger itself.

    Raises:
        TamperedPlanError: its chains or its checkpoints don't hold.
    """
    events, checkpoints = tuple(backend.events()), tuple(backend.checkpoints())
    problems = (
        *ledger.verify_chains(events, checkpoints),
        *ledger.verify_checkpoints(checkpoints, snapshot),
    )
    if problems:
        raise TamperedPlanError(
            "nothing is rebuilt from a ledger that was changed itself",
            details=tuple(f"{each.where}: {each.what}" for each in problems[:_SHOWN]),
            hint="run `mlspec audit verify` to see all of it, and restore a copy",
        )
    return SoundRecord(recorded_objects(events), ledger.replayed_heads(checkpoints))


def rebuild_needed(
    sound: SoundRecord,
    snapshot: Snapshot,
    bodies: Callable[[Collection[str]], Mapping[str, Json]],
    heads: Mapping[str, Head],
) -> Edited:
    """Return what differs from the record, and can be brought back or not.

    `bodies` reads them; `heads` are those that the registry keeps.
    """
    stored = bodies({each.record.digest for each in sound.objects.values()})
    strange = snapshot.objects.keys() - sound.objects.keys()
    left = [f"`{address}`: no event wrote it" for address in strange]
    changes: list[EditedObject] = []
    for address, told in sound.objects.items():
        note = difference(told.record, snapshot.objects.get(address))
        if not ledger.is_sound_body(told.record.digest, stored.get(told.record.digest)):
            left.append(f"`{address}`: {ledger.UNREADABLE_BODY}")
        elif note:
            changes.append(EditedObject(address, _REBUILD, note))
    changes += _heads_needed(sound.heads, heads)
    return Edited(snapshot.environment, tuple(changes), left=tuple(sorted(left)))


def _restored_objects(
    sound: SoundRecord, changes: Mapping[str, EditedObject]
) -> tuple[EditStep, ...]:
    """Return the steps that bring objects back; `changes` are by the key of their operation."""
    return tuple(
        EditStep(
            each.action,
            replace(sound.objects[each.address].record, op_id=op_id),
            note=each.note,
        )
        for op_id, each in changes.items()
        if each.action == _REBUILD
    )


def _restored_heads(sound: SoundRecord, changes: Mapping[str, EditedObject]) -> RestoredHeads:
    operations = tuple(
        RunOperation(each.address, each.action, op_id, note=each.note)
        for op_id, each in changes.items()
        if each.action == _REBUILD_HEAD
    )
    return RestoredHeads(sound.heads, operations)


def _heads_needed(told: Mapping[str, Head], there: Mapping[str, Head]) -> Iterator[EditedObject]:
    for address in sorted({*told, *there}):
        if what := ledger.head_difference(told.get(address), there.get(address)):
            yield EditedObject(address, _REBUILD_HEAD, f"its head: {what}")


def _written(record: ObjectRecord, run: EditRun, *, address: str | None = None) -> ObjectRecord:
    """Return an object as it is after the first step of a run."""
    return replace(
        record,
        address=address or record.address,
        revision=record.revision + 1,
        op_id=run.op_id(1),
        body=None,
    )


def _ended(run: EditRun, *steps: EditStep) -> Edited:
    ended = run.end(steps, RunOutcome.APPLIED)
    return Edited(run.snapshot.environment, _told(steps), ended)


def _told(steps: tuple[EditStep, ...]) -> tuple[EditedObject, ...]:
    return tuple(EditedObject(each.record.address, each.action, each.note) for each in steps)


def _held(snapshot: Snapshot, address: str) -> ObjectRecord:
    record = snapshot.objects.get(address)
    if record is None:
        raise UsageError(
            f"the registry of `{snapshot.environment}` holds no `{address}`",
            hint=f"run `mlspec state list --env {snapshot.environment}` to see what it holds",
        )
    return record


def _require_same_kind(previous: str, address: str) -> None:
    kinds = {each.rpartition("/")[0] for each in (previous, address)}
    if len(kinds) > 1 or not all(each.partition("/")[2] for each in (previous, address)):
        raise UsageError(
            f"`{previous}` can't become `{address}`", hint="an address is `kind/name`, of one kind"
        )


def _require_forgettable(record: ObjectRecord) -> None:
    if record.lifecycle is Lifecycle.FORGOTTEN:
        raise UsageError(f"`{record.address}` is forgotten already")
    if record.protect:
        raise PolicyDeniedError(
            f"`{record.address}` is protected in the registry",
            hint="set `metadata.protect: false` in its spec and apply that first",
        )


def _require_stopped(journal: Journal | None, run_id: str) -> Journal:
    if journal is not None and journal.run_id == run_id:
        return journal
    found = f"the one that was is `{journal.run_id}`" if journal else "no run was"
    raise UsageError(
        f"the run `{run_id}` was not stopped half way: {found}",
        hint="what a run that ended did is undone with `mlspec plan --revert RUN`",
    )
