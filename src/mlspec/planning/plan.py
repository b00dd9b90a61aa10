"""Desired objects and a snapshot -> a plan. A pure function: no clock, no user, no disk.

The same inputs give the same bytes. What the plan rests on is its read set: the objects that an
operation touches or refers to, with their revisions, and the workspace whose terms hold. Anything
else may move without harm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.planning._blocks import with_blocks
from mlspec.planning._drafts import drafted
from mlspec.planning._evidence import entry_of
from mlspec.planning._expiry import expiry_of
from mlspec.planning._first_release import without_first_release
from mlspec.planning._governed import in_force
from mlspec.planning._lookup import traits_of
from mlspec.planning._model import Operation, PlanContext, ReadEntry, Source
from mlspec.planning._observe import observe_for, recorded_models
from mlspec.planning._order import numbered
from mlspec.planning._plan import Plan
from mlspec.planning._requirements import required_approvals
from mlspec.planning.diff import diff
from mlspec.planning.law import Circumstance, Ruling
from mlspec.planning.risk import Assessor
from mlspec.policy import Stage
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.ledger.policy_facts import PolicyView
    from mlspec.planning._model import EvidenceEntry
    from mlspec.planning.desired import Desired
    from mlspec.planning.law import Law
    from mlspec.state import ObjectRecord, Snapshot

__all__ = ["evidence_of", "make_plan", "observe_for", "operations_of", "rests_on", "with_blocks"]


def make_plan(
    desired: Mapping[str, Desired],
    snapshot: Snapshot,
    context: PlanContext,
    evidence: Mapping[str, EvidenceEntry] | None = None,
    law: Law | None = None,
) -> Plan:
    """Return the plan that makes the registry hold what the specs want.

    `evidence` holds what is known of models by address. A model with gates that it does not name
    counts as one without evidence. `context` states the terms of the specs; those that the
    registry recorded hold, too. `law` judges what is written; None where no pack is in force.
    """
    ruled = in_force(context, desired, snapshot)
    operations, entries, policy = operations_of(desired, snapshot, ruled, evidence or {}, law=law)
    plan = Plan(
        environment=ruled.environment,
        backend=ruled.backend,
        lineage=snapshot.lineage,
        source=Source(dict(ruled.sources)),
        toolchain=ruled.toolchain,
        scope=ruled.scope,
        read_set=_read_set(operations, desired, snapshot, ruled),
        operations=operations,
        evidence=tuple(entries[address] for address in sorted(entries)),
        unchanged=_unchanged(operations, desired, snapshot),
        require_approvals=ruled.require_approvals,
        required_approvals=required_approvals(operations, ruled, entries.values()),
        authors=tuple(sorted({*ruled.authors})),
        freezes=ruled.freezes,
        policy=policy,
        envelope=replace(ruled.envelope, serial=snapshot.serial),
    )
    return _until(plan, ruled)


def operations_of(
    desired: Mapping[str, Desired],
    snapshot: Snapshot,
    context: PlanContext,
    evidence: Mapping[str, EvidenceEntry],
    addresses: Iterable[str] | None = None,
    law: Law | None = None,
) -> tuple[tuple[Operation, ...], dict[str, EvidenceEntry], PolicyView]:
    """Return the operations in full, the evidence they concern, and what policy says of them.

    Of some addresses, or of all.

    `context` states the terms in force. An apply asks again, to see that a plan says the same.
    """
    drafts = tuple(drafted(desired, snapshot, context, addresses))
    touched = {name for each in drafts for name in (each.address, each.previous)}
    assessor = Assessor(desired, recorded_models(desired, snapshot), touched, context.moves)
    described = [_described(each, desired, snapshot, assessor) for each in drafts]
    entries = evidence_of(described, desired, evidence, snapshot)
    ruling = Ruling()
    if law is not None:
        circumstance = Circumstance(snapshot, {**evidence, **entries})
        ruling = law.ruling(described, Stage.PLAN, circumstance)
    blocked = with_blocks(described, entries, snapshot, context, ruling.blocks)
    return numbered(blocked, desired, snapshot), entries, ruling.view


def _described(
    draft: Operation, desired: Mapping[str, Desired], snapshot: Snapshot, assessor: Assessor
) -> Operation:
    """Return an operation with the fields that differ and its risk."""
    record = snapshot.objects.get(draft.former)
    old = record.body if record else None
    was = record.lifecycle if record else Lifecycle.LIVE
    return assessor.assess(_with_changes(draft, old, desired, assessor.renames), old, was)


def _with_changes(
    draft: Operation, old: Json, desired: Mapping[str, Desired], renames: Mapping[str, str]
) -> Operation:
    """Return an operation with the fields that differ; one that writes no other body as it is."""
    if not draft.writes or draft.pre in ("", draft.post):
        return draft
    wanted = desired[draft.address]
    traits = traits_of(wanted.kind, old, wanted.body)
    return replace(draft, changes=diff(old, wanted.body, traits, wanted.locate, renames))


def evidence_of(
    operations: Iterable[Operation],
    desired: Mapping[str, Desired],
    known: Mapping[str, EvidenceEntry],
    snapshot: Snapshot,
) -> dict[str, EvidenceEntry]:
    """Return the evidence of every model that is written, or affected by a change.

    What a record excuses as a first release counts only where the registry knows no other one.
    """
    listed = tuple(operations)
    former = {each.address: each.former for each in listed}
    addresses = {address for each in listed for address in each.judged}
    found = {each: entry_of(desired[each], known.get(each)) for each in addresses}
    return {
        each: without_first_release(entry, desired[each], snapshot, former.get(each, each))
        for each, entry in found.items()
        if entry is not None
    }


def rests_on(
    operations: Iterable[Operation], desired: Mapping[str, Desired], context: PlanContext
) -> set[str]:
    """Return the addresses that must not move between the plan and its apply.

    Where gates are required, those of affected models are among them: the evidence that lets a
    gate set through is that of the models as they are now. The workspace that rules is, too: who
    has to approve, and who may, follows from it.
    """
    addresses: set[str] = set()
    for operation in operations:
        wanted = desired.get(operation.address)
        addresses |= {operation.address, *(wanted.references if wanted else ())}
        addresses |= {operation.previous} - {""}
        addresses |= set(operation.affects if context.require_gates else ())
    return addresses | set(context.ruled_by if addresses else ())


def _read_set(
    operations: Iterable[Operation],
    desired: Mapping[str, Desired],
    snapshot: Snapshot,
    context: PlanContext,
) -> tuple[ReadEntry, ...]:
    addresses = rests_on(operations, desired, context)
    return tuple(_read_entry(each, snapshot.objects.get(each)) for each in sorted(addresses))


def _read_entry(address: str, record: ObjectRecord | None) -> ReadEntry:
    if record is None:
        return ReadEntry(address, 0, "")
    return ReadEntry(address, record.revision, record.digest)


def _unchanged(
    operations: Iterable[Operation], desired: Mapping[str, Desired], snapshot: Snapshot
) -> int:
    touched = {each.address for each in operations}
    return sum(
        address not in touched and _holds(snapshot.objects.get(address), wanted)
        for address, wanted in desired.items()
    )


def _holds(record: ObjectRecord | None, wanted: Desired) -> bool:
    if record is None or record.lifecycle is not Lifecycle.LIVE:
        return False
    return record.digest == wanted.digest


def _until(plan: Plan, context: PlanContext) -> Plan:
    """Return the plan with its expiry, where approvals are required and the start is known."""
    if not (context.require_approvals and context.valid_from and plan.has_changes):
        return plan
    return replace(plan, expires_at=expiry_of(context.valid_from, plan.summary.max_risk))
