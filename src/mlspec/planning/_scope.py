"""Which of the operations a plan is about: all, those of some addresses, those of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.planning._model import ScopeMode
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mlspec.planning._model import Operation, Scope
    from mlspec.planning.desired import Desired
    from mlspec.state import Snapshot

__all__ = ["within"]


def within(
    operations: Sequence[Operation],
    desired: Mapping[str, Desired],
    snapshot: Snapshot,
    scope: Scope,
) -> tuple[Operation, ...]:
    """Return the operations of the scope, in the order given.

    A target brings along what it refers to and what is not live yet: without it, it would refer
    to nothing.
    """
    if scope.mode is ScopeMode.FULL:
        return tuple(operations)
    chosen = {*scope.targets}
    if scope.mode is ScopeMode.TARGET:
        absent = {each.address for each in operations if not _is_live(each.address, snapshot)}
        chosen = _with_references(_targeted(operations, scope), desired, absent)
    return tuple(each for each in operations if each.address in chosen)


def _targeted(operations: Sequence[Operation], scope: Scope) -> set[str]:
    targets = {*scope.targets}
    return {each.address for each in operations if targets & {each.address, each.previous}}


def _with_references(
    chosen: set[str], desired: Mapping[str, Desired], absent: Collection[str]
) -> set[str]:
    found, frontier = {*chosen}, [*chosen]
    while frontier:
        wanted = desired.get(frontier.pop())
        for reference in wanted.references if wanted else ():
            if reference in absent and reference not in found:
                found.add(reference)
                frontier.append(reference)
    return found


def _is_live(address: str, snapshot: Snapshot) -> bool:
    record = snapshot.objects.get(address)
    return record is not None and record.lifecycle is Lifecycle.LIVE
