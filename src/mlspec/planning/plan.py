"""Desired objects and a snapshot -> a plan. A pure function: no clock, no user, no disk.

The same inputs give the same bytes. What the plan rests on is its read set: the objects that an
operation touches or refers to, with their revisions. Anything else may move without harm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.errors import RegistryUnavailableError
from mlspec.planning._drafts import drafted
from mlspec.planning._evidence import block_of_evidence, entry_of, gravest
from mlspec.planning._lookup import traits_of
from mlspec.planning._model import (
    Action,
    Block,
    BlockCode,
    EvidenceEntry,
    Operation,
    PlanContext,
    ReadEntry,
    Source,
)
from mlspec.planning._plan import Plan
from mlspec.planning.diff import diff

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.planning.desired import Desired
    from mlspec.registry import Backend
    from mlspec.state import ObjectRecord, Snapshot

__all__ = ["evidence_of", "make_plan", "observe_for", "with_blocks"]

_PROTECTED = Block(
    BlockCode.PROTECTED,
    "protected in the registry: put the spec back, set `metadata.protect: false` and apply that "
    "first",
)


def observe_for(backend: Backend, desired: Mapping[str, Desired]) -> Snapshot:
    """Return a snapshot that holds the bodies of those objects only that a plan will compare."""
    snapshot = backend.observe(bodies=False)
    changed = {
        address: record
        for address, record in snapshot.objects.items()
        if address in desired and record.digest != desired[address].digest
    }
    bodies = backend.bodies({record.digest for record in changed.values()})
    read = {
        address: replace(record, body=_stored(bodies, record))
        for address, record in changed.items()
    }
    return replace(snapshot, objects={**snapshot.objects, **read})


def make_plan(
    desired: Mapping[str, Desired],
    snapshot: Snapshot,
    context: PlanContext,
    evidence: Mapping[str, EvidenceEntry] | None = None,
) -> Plan:
    """Return the plan that makes the registry hold what the specs want.

    `evidence` holds what is known of models by address. A model with gates that it does not name
    counts as one without evidence.
    """
    known = evidence or {}
    drafts = [_with_changes(each, desired, snapshot) for each in drafted(desired, snapshot)]
    entries = evidence_of(drafts, desired, known)
    operations = _numbered(with_blocks(drafts, entries, snapshot, context), desired)
    return Plan(
        environment=context.environment,
        backend=context.backend,
        lineage=snapshot.lineage,
        source=Source(dict(context.sources)),
        toolchain=context.toolchain,
        read_set=_read_set(operations, desired, snapshot, context),
        operations=operations,
        evidence=tuple(entries[address] for address in sorted(entries)),
        unchanged=len(desired) - sum(each.action is not Action.RETIRE for each in operations),
        envelope=replace(context.envelope, serial=snapshot.serial),
    )


def _stored(bodies: Mapping[str, Json], record: ObjectRecord) -> Json:
    if record.digest not in bodies:
        raise RegistryUnavailableError(
            f"the registry has lost the body of `{record.address}`: it is damaged",
            hint="restore the registry from a copy",
        )
    return bodies[record.digest]


def _with_changes(
    draft: Operation, desired: Mapping[str, Desired], snapshot: Snapshot
) -> Operation:
    """Return an update with the fields that differ; everything else as it is."""
    if draft.action is not Action.UPDATE or draft.pre == draft.post:
        return draft
    wanted, old = desired[draft.address], snapshot.objects[draft.address].body
    traits = traits_of(wanted.kind, old, wanted.body)
    return replace(draft, changes=diff(old, wanted.body, traits, wanted.locate))


def evidence_of(
    operations: Iterable[Operation],
    desired: Mapping[str, Desired],
    known: Mapping[str, EvidenceEntry],
) -> dict[str, EvidenceEntry]:
    """Return the evidence of every model that is created or changed, or affected by a change."""
    addresses = {address for each in operations for address in _judged(each)}
    found = {each: entry_of(desired[each], known.get(each)) for each in addresses}
    return {address: entry for address, entry in found.items() if entry is not None}


def _judged(operation: Operation) -> tuple[str, ...]:
    own = () if operation.action is Action.RETIRE else (operation.address,)
    return (*own, *operation.affects)


def with_blocks(
    operations: Iterable[Operation],
    entries: Mapping[str, EvidenceEntry],
    snapshot: Snapshot,
    context: PlanContext,
) -> Iterator[Operation]:
    """Yield the operations, each with what blocks it: the guard in the registry, or gates.

    The gates are those of the model that is written, and of those that the operation affects.
    """
    for operation in operations:
        record = snapshot.objects.get(operation.address)
        block: Block | None = None
        if operation.action is Action.RETIRE and record and record.protect:
            block = _PROTECTED
        elif context.require_gates:
            block = _block_of_gates(operation, entries)
        yield replace(operation, blocked=block)


def _block_of_gates(operation: Operation, entries: Mapping[str, EvidenceEntry]) -> Block | None:
    """Return the gravest of what keeps the models back; another model than its own is named."""
    found: list[Block] = []
    for address in _judged(operation):
        block = block_of_evidence(entries[address]) if address in entries else None
        if block and address != operation.address:
            block = replace(block, reason=f"`{address}`: {block.reason}")
        found += [block] if block else []
    if not found:
        return None
    decisive, rest = gravest(found), len(found) - 1
    if not rest:
        return decisive
    more = f"{rest} more model{'s' if rest > 1 else ''}"
    return replace(decisive, reason=f"{decisive.reason}; and {more}")


def _numbered(
    operations: Iterable[Operation], desired: Mapping[str, Desired]
) -> tuple[Operation, ...]:
    """Give every operation an id in order, and the ids of those that it depends on."""
    listed = list(operations)
    ids = {each.address: f"{number:04d}" for number, each in enumerate(listed, start=1)}
    return tuple(
        replace(each, id=ids[each.address], depends_on=_dependencies(each, ids, desired))
        for each in listed
    )


def _dependencies(
    operation: Operation, ids: Mapping[str, str], desired: Mapping[str, Desired]
) -> tuple[str, ...]:
    wanted = desired.get(operation.address)
    references = wanted.references if wanted else ()
    return tuple(sorted(ids[each] for each in references if each in ids))


def _read_set(
    operations: Iterable[Operation],
    desired: Mapping[str, Desired],
    snapshot: Snapshot,
    context: PlanContext,
) -> tuple[ReadEntry, ...]:
    addresses = rests_on(operations, desired, context)
    return tuple(_read_entry(each, snapshot.objects.get(each)) for each in sorted(addresses))


def rests_on(
    operations: Iterable[Operation], desired: Mapping[str, Desired], context: PlanContext
) -> set[str]:
    """Return the addresses that must not move between the plan and its apply.

    Where gates are required, those of affected models are among them: the evidence that lets a
    gate set through is that of the models as they are now.
    """
    addresses: set[str] = set()
    for operation in operations:
        wanted = desired.get(operation.address)
        addresses |= {operation.address, *(wanted.references if wanted else ())}
        addresses |= set(operation.affects if context.require_gates else ())
    return addresses


def _read_entry(address: str, record: ObjectRecord | None) -> ReadEntry:
    if record is None:
        return ReadEntry(address, 0, "")
    return ReadEntry(address, record.revision, record.digest)
