"""Desired objects and what is registered -> the operations that follow from them, undescribed.

No body is read: digests tell what differs. Planning adds which fields do, what blocks an
operation and what it depends on; an apply drafts again, to see that a plan follows from what
holds now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.planning._affected import affected_models
from mlspec.planning._model import Action, Operation
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.planning.desired import Desired
    from mlspec.state import ObjectRecord, Snapshot

__all__ = ["drafted", "kind_of"]


def drafted(
    desired: Mapping[str, Desired], snapshot: Snapshot, addresses: Iterable[str] | None = None
) -> Iterator[Operation]:
    """Yield one operation per address that differs, in order of address; of some, or of all."""
    chosen = {*desired, *snapshot.objects} if addresses is None else set(addresses)
    for address in sorted(chosen):
        draft = _draft(desired.get(address), snapshot.objects.get(address))
        if draft is not None:
            yield replace(draft, affects=affected_models(draft, desired))


def kind_of(address: str) -> str:
    """Return the kind by its prefix, also of a kind that is no longer installed."""
    return "".join(part.title() for part in address.partition("/")[0].split("-"))


def _draft(wanted: Desired | None, record: ObjectRecord | None) -> Operation | None:
    if wanted is not None and record is None:
        return _create(wanted)
    if wanted is None and record is not None and record.lifecycle is Lifecycle.LIVE:
        return _retire(record)
    if wanted is not None and record is not None and _differs(wanted, record):
        return _update(wanted, record)
    return None


def _differs(wanted: Desired, record: ObjectRecord) -> bool:
    return record.lifecycle is not Lifecycle.LIVE or record.digest != wanted.digest


def _create(wanted: Desired) -> Operation:
    return Operation(
        id="",
        address=wanted.address,
        kind=wanted.kind,
        action=Action.CREATE,
        reason="created",
        uid="",
        pre="",
        post=wanted.digest,
        at=wanted.locate(()),
    )


def _update(wanted: Desired, record: ObjectRecord) -> Operation:
    return Operation(
        id="",
        address=wanted.address,
        kind=wanted.kind,
        action=Action.UPDATE,
        reason="restored" if record.lifecycle is Lifecycle.RETIRED else "changed",
        uid=record.uid,
        pre=record.digest,
        post=wanted.digest,
        at=wanted.locate(()),
        protect=record.protect,
    )


def _retire(record: ObjectRecord) -> Operation:
    return Operation(
        id="",
        address=record.address,
        kind=kind_of(record.address),
        action=Action.RETIRE,
        reason="absent-from-specs",
        uid=record.uid,
        pre=record.digest,
        post=record.digest,
        protect=record.protect,
    )
