"""Desired objects and what is registered -> the operations that follow from them, undescribed.

No body is read: digests tell what differs. Planning adds which fields do, what blocks an
operation and what it depends on; an apply drafts again, to see that a plan follows from what
holds now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.planning._affected import affected_models
from mlspec.planning._model import Action, Operation, ScopeMode
from mlspec.planning._moves import sources_of
from mlspec.planning._scope import within
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.planning._model import PlanContext, Removal
    from mlspec.planning.desired import Desired
    from mlspec.state import ObjectRecord, Snapshot

__all__ = ["drafted", "kind_of"]


def drafted(
    desired: Mapping[str, Desired],
    snapshot: Snapshot,
    context: PlanContext,
    addresses: Iterable[str] | None = None,
) -> tuple[Operation, ...]:
    """Return one operation per address that differs, in order of address; of some, or of all.

    What `context` leaves out of the scope is left out. A renamed resource stands under its
    address now, and under no other.
    """
    drafts = list(_drafts(desired, snapshot, context, addresses))
    affected = affected_models(drafts, desired)
    drafts = [
        replace(each, affects=affected[each.address]) if each.address in affected else each
        for each in drafts
    ]
    if context.scope.mode is ScopeMode.REVERT:
        drafts = [replace(each, reason="reverted") for each in drafts]
    return within(drafts, desired, snapshot, context.scope)


def kind_of(address: str) -> str:
    """Return the kind by its prefix, also of a kind that is no longer installed."""
    return "".join(part.title() for part in address.partition("/")[0].split("-"))


def _drafts(
    desired: Mapping[str, Desired],
    snapshot: Snapshot,
    context: PlanContext,
    addresses: Iterable[str] | None,
) -> Iterator[Operation]:
    objects = snapshot.objects
    sources = sources_of(desired, objects, context.moves)
    removals = {each.address: each for each in context.removals}
    chosen = {*desired, *objects} if addresses is None else set(addresses)
    for address in sorted(chosen - {*sources.values()}):
        source = objects.get(sources.get(address, ""))
        wanted, record = desired.get(address), objects.get(address)
        draft = _draft(wanted, record, source, removals.get(address))
        if draft is not None:
            yield draft


def _draft(
    wanted: Desired | None,
    record: ObjectRecord | None,
    source: ObjectRecord | None,
    removal: Removal | None,
) -> Operation | None:
    """Return what is to be done at an address; `source` is the record that is to move there."""
    if wanted is not None:
        return _rename(wanted, source) if source else _write(wanted, record)
    return _withdraw(record, removal) if record else None


def _write(wanted: Desired, record: ObjectRecord | None) -> Operation | None:
    """Return what makes the registry hold a resource; None where it does already."""
    if record is None:
        return _wanting(wanted, Action.CREATE, "created")
    if record.lifecycle is Lifecycle.FORGOTTEN:
        return _of_record(_wanting(wanted, Action.ADOPT, "adopted"), record)
    if record.lifecycle is Lifecycle.RETIRED:
        return _of_record(_wanting(wanted, Action.UPDATE, "restored"), record)
    if record.digest != wanted.digest:
        return _of_record(_wanting(wanted, Action.UPDATE, "changed"), record)
    return None


def _rename(wanted: Desired, record: ObjectRecord) -> Operation:
    draft = _of_record(_wanting(wanted, Action.RENAME, "moved"), record)
    return replace(draft, previous=record.address)


def _wanting(wanted: Desired, action: Action, reason: str) -> Operation:
    return Operation(
        id="",
        address=wanted.address,
        kind=wanted.kind,
        action=action,
        reason=reason,
        uid="",
        pre="",
        post=wanted.digest,
        at=wanted.locate(()),
    )


def _of_record(draft: Operation, record: ObjectRecord) -> Operation:
    return replace(draft, uid=record.uid, pre=record.digest, protect=record.protect)


def _withdraw(record: ObjectRecord, removal: Removal | None) -> Operation | None:
    """Return what becomes of a resource without a spec; absence alone never takes it away."""
    if removal is None:
        is_live = record.lifecycle is Lifecycle.LIVE
        return _withdrawal(record, Action.RETIRE, "absent-from-specs") if is_live else None
    draft = replace(_withdrawal(record, removal.action, "removed"), why=removal.reason)
    if removal.action is Action.DELETE:
        return replace(draft, post="")
    return None if record.lifecycle is Lifecycle.FORGOTTEN else draft


def _withdrawal(record: ObjectRecord, action: Action, reason: str) -> Operation:
    return Operation(
        id="",
        address=record.address,
        kind=kind_of(record.address),
        action=action,
        reason=reason,
        uid=record.uid,
        pre=record.digest,
        post=record.digest,
        protect=record.protect,
    )
