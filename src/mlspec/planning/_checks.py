"""What must hold of the place and the inputs before a plan is applied, seen under the lock.

Each function returns when all is well, and raises an error that names the reasons otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import ForeignPlanError, StalePlanError
from mlspec.planning._drafts import kind_of
from mlspec.planning._lookup import traits_of
from mlspec.planning._model import Action, PlanContext, ReadEntry
from mlspec.planning._steps import op_id_of
from mlspec.planning.diff import diff
from mlspec.planning.plan import rests_on
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning._journal import Progress
    from mlspec.planning._model import Operation
    from mlspec.planning._plan import Plan
    from mlspec.planning.desired import Desired
    from mlspec.state import ObjectRecord, Snapshot

    Bodies = Callable[[Collection[str]], Mapping[str, Json]]

__all__ = [
    "AGAIN",
    "AGAIN_FROM_NOW",
    "require_same_place",
    "require_same_specs",
    "require_unmoved",
    "shortened",
    "untouched_by",
]

_SHOWN = 10
AGAIN_FROM_NOW = (
    "run `mlspec plan --env {env} --as-of now --out FILE` again and have the new plan reviewed; "
    "without `--as-of` it would be good from the time of its commit, and may have expired, too"
)
AGAIN = "run `mlspec plan --env {env} --out FILE` again and have the new plan reviewed"


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
            hint=AGAIN.format(env=plan.environment),
        )


def require_same_specs(plan: Plan, context: PlanContext, desired: Mapping[str, Desired]) -> None:
    """Require that what is checked out is what was reviewed, by content.

    Raises:
        ForeignPlanError: a spec file was added, changed or removed.
    """
    moved = [*_moved_files(plan.source.files, context.sources)] or [
        f"`{each.address}` is not what the plan says"
        for each in plan.operations
        if not _is_wanted(each, desired.get(each.address))
    ]
    if moved:
        raise ForeignPlanError(
            "the specs that were reviewed are not the ones that are checked out",
            details=shortened(moved),
            hint="check out what was reviewed, or " + AGAIN.format(env=plan.environment),
        )


def _moved_files(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for file in sorted({*old, *new}):
        if file not in old:
            yield f"`{file}` was added"
        elif file not in new:
            yield f"`{file}` was removed"
        elif old[file] != new[file]:
            yield f"`{file}` was changed"


def _is_wanted(operation: Operation, wanted: Desired | None) -> bool:
    """Tell whether the body that is to be written is that of the checkout."""
    return not operation.writes or (wanted is not None and wanted.digest == operation.post)


def require_unmoved(
    progress: Progress,
    snapshot: Snapshot,
    bodies: Bodies,
    desired: Mapping[str, Desired],
    context: PlanContext,
) -> None:
    """Require that nothing the undone operations rest on has moved. Anything else may have.

    What the plan itself has done already has moved, too, and as it said.

    Raises:
        StalePlanError: something has; the details name each address, and the fields.
    """
    error = stale_error(progress, _read_for(progress, desired, context), snapshot, bodies)
    if error is not None:
        raise error


def stale_error(
    progress: Progress, read: Sequence[ReadEntry], snapshot: Snapshot, bodies: Bodies
) -> StalePlanError | None:
    """Return the error of a plan that rests on something that has moved; None where nothing has."""
    own, objects = _touched_by(progress), snapshot.objects
    moved = [
        (each, objects.get(each.address))
        for each in read
        if not _stands(each, objects.get(each.address), own.get(each.address))
    ]
    if not moved:
        return None
    shown = [_movement(entry, record, bodies) for entry, record in moved[:_SHOWN]]
    return StalePlanError(
        "the plan is stale: what it rests on has moved since",
        details=_counted(shown, len(moved)),
        hint=AGAIN.format(env=progress.plan.environment),
    )


def _read_for(
    progress: Progress, desired: Mapping[str, Desired], context: PlanContext
) -> Sequence[ReadEntry]:
    """Return what the plan rests on, as far as what is left of it does."""
    plan, undone = progress.plan, progress.undone
    if len(undone) == len(plan.operations):
        return plan.read_set
    rests = rests_on(undone, desired, context)
    return [each for each in plan.read_set if each.address in rests]


def untouched_by(progress: Progress) -> set[str]:
    """Return the addresses that a plan names, and where nothing that is done left anything."""
    plan = progress.plan
    named = {each.address for each in plan.read_set} | {each.address for each in plan.operations}
    return named - _touched_by(progress).keys()


def _touched_by(progress: Progress) -> dict[str, str]:
    """Return what operations that are done left behind: the key by address, "" where it is gone."""
    undone = {each.id for each in progress.undone}
    left: dict[str, str] = {}
    for each in progress.plan.operations:
        if each.id in undone:
            continue
        is_gone = each.action is Action.DELETE
        left |= {each.previous: ""} if each.previous else {}
        left[each.address] = "" if is_gone else op_id_of(progress.plan, each)
    return left


def _stands(entry: ReadEntry, record: ObjectRecord | None, own: str | None) -> bool:
    if own is not None:
        return (record.op_id if record else "") == own
    return ((record.revision, record.digest) if record else (0, "")) == (
        entry.revision,
        entry.digest,
    )


def _movement(entry: ReadEntry, record: ObjectRecord | None, bodies: Bodies) -> str:
    if record is None:
        return f"`{entry.address}`: was at revision {entry.revision}, is gone"
    if entry.revision == 0:
        return f"`{entry.address}`: did not exist, is at revision {record.revision}"
    revisions = f"`{entry.address}`: revision {entry.revision} -> {record.revision}"
    if record.lifecycle is not Lifecycle.LIVE:
        return f"{revisions}, {record.lifecycle.value}"
    fields = _moved_fields(entry, record, bodies({entry.digest, record.digest}))
    return f"{revisions}, {fields}" if fields else revisions


def _moved_fields(entry: ReadEntry, record: ObjectRecord, bodies: Mapping[str, Json]) -> str:
    old, new = bodies.get(entry.digest), bodies.get(record.digest)
    traits = traits_of(kind_of(entry.address), old, new)
    paths = [each.path for each in diff(old, new, traits, lambda _path: "")]
    return ", ".join(shortened([f"`{each}`" for each in dict.fromkeys(paths)]))


def shortened(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the first of some lines, and how many more there are."""
    listed = tuple(lines)
    return _counted(listed[:_SHOWN], len(listed))


def _counted(shown: Sequence[str], total: int) -> tuple[str, ...]:
    rest = total - len(shown)
    return (*shown, f"... and {rest} more") if rest else (*shown,)
