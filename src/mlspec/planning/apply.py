"""Applying a plan: exactly what was reviewed, in one transaction, once.

In: a plan, a backend, and what is checked out. Out: what was done. The order of the checks is
part of the contract: a plan that was applied before is a success whatever has moved since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.ledger import Applied, ApplyFacts, apply_statement, link
from mlspec.planning._apply_model import ApplyResult, Outcome, Stamp
from mlspec.planning._checks import (
    require_following,
    require_same_place,
    require_same_specs,
    require_unblocked,
    require_unmoved,
)
from mlspec.planning._model import Action, Operation, PlanContext
from mlspec.state import ObjectRecord, RunRecord, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from mlspec.canonical import Json
    from mlspec.planning._model import EvidenceEntry
    from mlspec.planning._plan import Plan
    from mlspec.planning.desired import Desired
    from mlspec.registry import Backend, Transaction

__all__ = ["apply_plan"]

_UID_CHARACTERS = 32
_RUN_CHARACTERS = 12


def apply_plan(
    plan: Plan,
    backend: Backend,
    desired: Mapping[str, Desired],
    context: PlanContext,
    stamp: Stamp,
    evidence: Mapping[str, EvidenceEntry] | None = None,
) -> ApplyResult:
    """Apply a plan, whole or not at all.

    `desired` and `context` describe what is checked out now, `evidence` what is known of the
    models today; without it, what the plan says of them stands.

    Raises:
        ForeignPlanError: the plan is of another environment, registry, toolchain or spec tree.
        StalePlanError: what the plan rests on has moved.
        TamperedPlanError: the operations do not follow from the specs and the registry.
        PolicyDeniedError: a guard blocks an operation.
        EvidenceMissingError: evidence is missing, or a gate does not pass.
    """
    checks = _Checks(plan, desired, context, evidence)
    observed = backend.observe(bodies=False)
    if not observed.lineage:  # a refused plan leaves no registry behind where there was none
        checks.require(observed, lambda _digests: {})
    if not plan.has_changes:
        return _without_changes(checks, observed)
    with backend.transaction() as transaction:
        earlier = transaction.find_run(plan.digest)
        if earlier is not None:
            return ApplyResult(Outcome.ALREADY_APPLIED, plan, earlier)
        snapshot = transaction.snapshot()
        checks.require(snapshot, transaction.bodies)
        return ApplyResult(
            Outcome.APPLIED, plan, _write(transaction, plan, snapshot, desired, stamp)
        )


@dataclass(frozen=True, slots=True)
class _Checks:
    plan: Plan
    desired: Mapping[str, Desired]
    context: PlanContext
    evidence: Mapping[str, EvidenceEntry] | None

    def require(
        self, snapshot: Snapshot, bodies: Callable[[Collection[str]], Mapping[str, Json]]
    ) -> None:
        require_same_place(self.plan, snapshot, self.context)
        require_same_specs(self.plan, self.context, self.desired)
        require_unmoved(self.plan, snapshot, bodies)
        require_following(self.plan, snapshot, self.context, self.desired)
        require_unblocked(self.plan, snapshot, self.context, self.desired, self.evidence)


def _without_changes(checks: _Checks, observed: Snapshot) -> ApplyResult:
    checks.require(observed, lambda _digests: {})
    return ApplyResult(Outcome.NO_CHANGES, checks.plan)


def _write(
    transaction: Transaction,
    plan: Plan,
    snapshot: Snapshot,
    desired: Mapping[str, Desired],
    stamp: Stamp,
) -> RunRecord:
    serial = snapshot.serial + 1
    applied: list[Applied] = []
    for operation in plan.operations:
        record = _record(operation, snapshot, desired.get(operation.address), serial)
        transaction.put(record)
        applied.append(_applied(operation, record))
    run = _run(plan, serial, stamp)
    facts = ApplyFacts(
        run_id=run.run_id,
        plan_digest=plan.digest,
        spec_digest=plan.source.spec_digest,
        environment=plan.environment,
        lineage=snapshot.lineage,
        serial=serial,
        actor=stamp.actor,
        at=stamp.at,
    )
    event = link(snapshot.head, snapshot.sequence + 1, apply_statement(facts, applied))
    transaction.append([event])
    transaction.finish(run)
    return run


def _record(
    operation: Operation, snapshot: Snapshot, wanted: Desired | None, serial: int
) -> ObjectRecord:
    """Return the object as it is after the operation; a retired one keeps its body and guard."""
    prior = snapshot.objects.get(operation.address)
    return ObjectRecord(
        address=operation.address,
        uid=prior.uid if prior else _uid(snapshot, operation.address, serial),
        revision=prior.revision + 1 if prior else 1,
        digest=operation.post,
        body=wanted.body if wanted else None,
        protect=wanted.protect if wanted else operation.protect,
        retired=operation.action is Action.RETIRE,
    )


def _uid(snapshot: Snapshot, address: str, serial: int) -> str:
    """Return an identity that no other object of any registry has, without a random source."""
    facts: list[Json] = [snapshot.lineage, snapshot.environment, address, serial]
    return digest_value(facts).removeprefix("sha256:")[:_UID_CHARACTERS]


def _applied(operation: Operation, record: ObjectRecord) -> Applied:
    return Applied(
        address=operation.address,
        action=operation.action.value,
        uid=record.uid,
        revision=record.revision,
        pre=operation.pre,
        post=operation.post,
    )


def _run(plan: Plan, serial: int, stamp: Stamp) -> RunRecord:
    return RunRecord(
        run_id=f"{serial}-{plan.digest.removeprefix('sha256:')[:_RUN_CHARACTERS]}",
        plan_digest=plan.digest,
        environment=plan.environment,
        serial=serial,
        actor=stamp.actor,
        at=stamp.at,
        operations=tuple((each.address, each.action.value) for each in plan.operations),
    )
