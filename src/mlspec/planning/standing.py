"""How a plan stands with the registry before anybody applies it: applied already, or stale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.planning._checks import stale_error
from mlspec.planning._journal import Progress
from mlspec.planning._steps import op_id_of
from mlspec.state import StepStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.errors import StalePlanError
    from mlspec.planning._plan import Plan
    from mlspec.registry import Backend
    from mlspec.state import RunRecord, Snapshot

__all__ = ["Standing", "standing_of"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The run that made all of a plan, or why it can't be applied any more; None where neither."""

    applied: RunRecord | None = None
    stale: StalePlanError | None = None


def standing_of(plan: Plan, backend: Backend) -> Standing:
    """Return how a plan stands. One that was begun is finished by apply, which asks what moved."""
    runs = tuple(each for each in backend.runs() if each.plan_digest == plan.digest)
    keys = frozenset(op_id_of(plan, each) for each in plan.operations)
    if runs:
        return Standing(applied=runs[-1] if keys <= _done(runs) else None)
    snapshot = backend.observe(bodies=False)
    if keys & _left_in(snapshot):
        return Standing()
    return Standing(stale=stale_error(Progress(plan), plan.read_set, snapshot, backend.bodies))


def _left_in(snapshot: Snapshot) -> frozenset[str]:
    """Return the keys of the operations that wrote what is there, whatever runs tell."""
    return frozenset(each.op_id for each in snapshot.objects.values())


def _done(runs: Iterable[RunRecord]) -> frozenset[str]:
    """Return the keys of the operations that one of the runs has done."""
    ended = (each for run in runs for each in run.operations)
    return frozenset(each.op_id for each in ended if each.status is StepStatus.DONE)
