"""What must hold before a plan is applied; every check is made under the lock.

Each function returns when all is well, and raises an error that names the reasons otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mlspec.errors import (
    EvidenceMissingError,
    ExitCode,
    ForeignPlanError,
    MlspecError,
    PolicyDeniedError,
    StalePlanError,
    TamperedPlanError,
)
from mlspec.planning._drafts import drafted, kind_of
from mlspec.planning._evidence import gravest
from mlspec.planning._lookup import traits_of
from mlspec.planning._model import BlockCode, PlanContext, ReadEntry
from mlspec.planning.diff import diff
from mlspec.planning.plan import evidence_of, rests_on, with_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning._model import EvidenceEntry, Operation
    from mlspec.planning._plan import Plan
    from mlspec.planning.desired import Desired
    from mlspec.state import ObjectRecord, Snapshot

__all__ = [
    "blocking_error",
    "require_following",
    "require_same_place",
    "require_same_specs",
    "require_unblocked",
    "require_unmoved",
]

_SHOWN = 10
_SHOWN_CHARACTERS = len("sha256:") + 12
_AGAIN = "run `mlspec plan --env {env} --out FILE` again and have the new plan reviewed"

_EXITS = {
    BlockCode.PROTECTED: ExitCode.POLICY_DENIED,
    BlockCode.GATE_FAILED: ExitCode.GATE_FAILED,
    BlockCode.GATE_NOT_EVALUATED: ExitCode.GATE_NOT_EVALUATED,
    BlockCode.GATE_INCONCLUSIVE: ExitCode.GATE_INCONCLUSIVE,
    BlockCode.EVIDENCE_MISSING: ExitCode.EVIDENCE_MISSING,
    BlockCode.EVIDENCE_STALE: ExitCode.EVIDENCE_MISSING,
}


def require_same_place(plan: Plan, snapshot: Snapshot, context: PlanContext) -> None:
    """Require the environment, the registry and the toolchain that the plan was made for.

    A plan made before the registry existed fits any: its read set says that all was absent.

    Raises:
        ForeignPlanError: one of them is another.
    """
    if plan.environment != snapshot.environment:
        raise ForeignPlanError(
            f"the plan is for `{plan.environment}`, this is `{snapshot.environment}`"
        )
    if plan.lineage not in ("", snapshot.lineage):
        raise ForeignPlanError(
            "the plan was made for another registry",
            details=(
                f"planned for  {plan.lineage}",
                f"this one is  {snapshot.lineage or 'not created yet'}",
            ),
            hint="apply it where it was made, or check `registry` in `mlspec.yaml`",
        )
    if plan.toolchain != context.toolchain:
        raise ForeignPlanError(
            "the plan was made with other schemas, templates or policies than are in use here",
            hint=_AGAIN.format(env=plan.environment),
        )


def require_same_specs(plan: Plan, context: PlanContext, desired: Mapping[str, Desired]) -> None:
    """Require that what is checked out is what was reviewed, by content.

    Raises:
        ForeignPlanError: a spec file was added, changed or removed.
    """
    old, new = plan.source.files, context.sources
    moved = [
        f"`{file}` was " + ("added" if file not in old else "changed" if file in new else "removed")
        for file in sorted({*old, *new})
        if old.get(file) != new.get(file)
    ]
    for each in plan.operations:
        wanted = desired.get(each.address)
        if not moved and (wanted.digest if wanted else each.pre) != each.post:
            moved.append(f"`{each.address}` is not what the plan says")
    if moved:
        raise ForeignPlanError(
            "the specs that were reviewed are not the ones that are checked out",
            details=_shortened(moved),
            hint="check out what was reviewed, or " + _AGAIN.format(env=plan.environment),
        )


def require_unmoved(
    plan: Plan, snapshot: Snapshot, bodies: Callable[[Collection[str]], Mapping[str, Json]]
) -> None:
    """Require that nothing the plan rests on has moved. Anything else may have.

    Raises:
        StalePlanError: something has; the details name each address, and the fields.
    """
    moved = [
        (each, snapshot.objects.get(each.address))
        for each in plan.read_set
        if _position(snapshot.objects.get(each.address)) != (each.revision, each.digest)
    ]
    if not moved:
        return
    shown = [_movement(entry, record, bodies) for entry, record in moved[:_SHOWN]]
    rest = len(moved) - len(shown)
    raise StalePlanError(
        "the plan is stale: what it rests on has moved since",
        details=(*shown, *((f"... and {rest} more",) if rest else ())),
        hint=_AGAIN.format(env=plan.environment),
    )


def require_following(
    plan: Plan, snapshot: Snapshot, context: PlanContext, desired: Mapping[str, Desired]
) -> None:
    """Require that the operations are those which the specs and the registry ask for.

    A digest tells that a plan is whole, not that it was made by planning. Only what the plan
    itself names is compared: other resources may ask for other operations by now.

    Raises:
        TamperedPlanError: an operation was invented, altered or left out.
    """
    read = {each.address for each in plan.read_set}
    said = [each.address for each in plan.operations]
    scoped = replace(context, scope=plan.scope)
    expected = {
        each.address: each for each in drafted(desired, snapshot, scoped, {*read, *said})
    }
    wrong = [
        _contradiction(each, expected.get(each.address))
        for each in plan.operations
        if _decided(each) != _decided(expected.get(each.address))
    ]
    wrong += [
        f"`{address}`: the plan lacks {_told(expected[address])}"
        for address in expected
        if address not in said
    ]
    wrong += [f"`{each}`: the plan has it twice, or out of order" for each in _misplaced(said)]
    rests = rests_on(plan.operations, desired, context)
    wrong += [
        f"`{each}`: the plan rests on it, but does not say so" for each in sorted(rests - read)
    ]
    if wrong:
        raise TamperedPlanError(
            "the plan does not follow from the specs and the registry: it was not made by planning",
            details=_shortened(wrong),
            hint=_AGAIN.format(env=plan.environment),
        )


def require_unblocked(
    plan: Plan,
    snapshot: Snapshot,
    context: PlanContext,
    desired: Mapping[str, Desired],
    evidence: Mapping[str, EvidenceEntry] | None,
) -> None:
    """Require that nothing blocks an operation, by what the plan says and by what holds now.

    Without `evidence` of today, the plan's own counts.

    Raises:
        PolicyDeniedError: a guard does.
        EvidenceMissingError: evidence is missing, or a gate does not pass.
    """
    known = {each.address: each for each in plan.evidence} if evidence is None else evidence
    entries = evidence_of(plan.operations, desired, known)
    now = with_blocks(plan.operations, entries, snapshot, context)
    operations = tuple(
        replace(new, blocked=new.blocked or old.blocked)
        for old, new in zip(plan.operations, now, strict=True)
    )
    error = blocking_error(replace(plan, operations=operations))
    if error is not None:
        raise error


def blocking_error(plan: Plan) -> MlspecError | None:
    """Return the error of a plan with blocked operations; None if it can be applied.

    The exit code tells the gravest reason: a guard (5), a gate that fails (7), was not
    evaluated (9) or is inconclusive (8), evidence that is missing or stale (6).
    """
    blocked = plan.blocked
    if not blocked:
        return None
    decisive = gravest(each.blocked for each in blocked if each.blocked).code
    details = _shortened([_blocked_line(each) for each in blocked])
    count = f"{len(blocked)} operation{'s are' if len(blocked) > 1 else ' is'} blocked"
    message = f"nothing was applied: {count}"
    if decisive is BlockCode.PROTECTED:
        return PolicyDeniedError(message, details=details)
    error = EvidenceMissingError(
        message, details=details, hint="run `mlspec gate run`, then make the plan again"
    )
    error.exit_code = _EXITS[decisive]
    return error


def _decided(operation: Operation | None) -> object:
    """Return what of an operation decides what is written and what is checked."""
    if operation is None:
        return None
    told = (operation.action, operation.kind, operation.uid, operation.pre, operation.post)
    return (*told, operation.protect, operation.affects)


def _contradiction(reviewed: Operation, expected: Operation | None) -> str:
    told, asked = _told(reviewed), _told(expected)
    if told == asked:
        return f"`{reviewed.address}`: its kind, identity, guard or affected models were altered"
    return f"`{reviewed.address}`: the plan says {told}, specs and registry ask for {asked}"


def _told(operation: Operation | None) -> str:
    if operation is None:
        return "no operation"
    digests = [each[:_SHOWN_CHARACTERS] for each in (operation.pre, operation.post) if each]
    return f"{operation.action.value} {' -> '.join(dict.fromkeys(digests))}"


def _misplaced(addresses: Sequence[str]) -> list[str]:
    return [later for earlier, later in pairwise(addresses) if earlier >= later]


def _blocked_line(operation: Operation) -> str:
    reason = operation.blocked.reason if operation.blocked else ""
    return f"`{operation.address}`: {reason}"


def _position(record: ObjectRecord | None) -> tuple[int, str]:
    return (record.revision, record.digest) if record else (0, "")


def _movement(
    entry: ReadEntry,
    record: ObjectRecord | None,
    bodies: Callable[[Collection[str]], Mapping[str, Json]],
) -> str:
    if record is None:
        return f"`{entry.address}`: was at revision {entry.revision}, is gone"
    if entry.revision == 0:
        return f"`{entry.address}`: did not exist, is at revision {record.revision}"
    revisions = f"`{entry.address}`: revision {entry.revision} -> {record.revision}"
    if record.retired:
        return f"{revisions}, retired"
    fields = _moved_fields(entry, record, bodies({entry.digest, record.digest}))
    return f"{revisions}, {fields}" if fields else revisions


def _moved_fields(entry: ReadEntry, record: ObjectRecord, bodies: Mapping[str, Json]) -> str:
    old, new = bodies.get(entry.digest), bodies.get(record.digest)
    traits = traits_of(kind_of(entry.address), old, new)
    paths = [each.path for each in diff(old, new, traits, lambda _path: "")]
    return ", ".join(_shortened([f"`{each}`" for each in dict.fromkeys(paths)]))


def _shortened(lines: Iterable[str]) -> tuple[str, ...]:
    listed = tuple(lines)
    rest = len(listed) - _SHOWN
    return (*listed[:_SHOWN], f"... and {rest} more") if rest > 0 else listed
