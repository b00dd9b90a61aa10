"""The ids of operations, and which of them have to come first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.planning._references import references_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.planning._model import Operation
    from mlspec.planning.desired import Desired
    from mlspec.state import Snapshot

__all__ = ["numbered"]


def numbered(
    operations: Iterable[Operation], desired: Mapping[str, Desired], snapshot: Snapshot
) -> tuple[Operation, ...]:
    """Give every operation an id in order, and the ids of those that have to come first.

    A resource is written after what it refers to, and withdrawn after those that referred to it.
    There is no circle: references form none, and nothing waits for a withdrawal but another one.
    """
    listed = list(operations)
    ids = {each.address: f"{number:04d}" for number, each in enumerate(listed, start=1)}
    referrers = _referrers(listed, snapshot)
    return tuple(
        replace(each, id=ids[each.address], depends_on=_before(each, ids, desired, referrers))
        for each in listed
    )


def _before(
    operation: Operation,
    ids: Mapping[str, str],
    desired: Mapping[str, Desired],
    referrers: Mapping[str, set[str]],
) -> tuple[str, ...]:
    if operation.writes:
        first = {*desired[operation.address].references}
    else:
        first = referrers.get(operation.address, set())
    return tuple(sorted(ids[each] for each in first if each in ids and each != operation.address))


def _referrers(operations: list[Operation], snapshot: Snapshot) -> dict[str, set[str]]:
    """Return the operations on what refers to a withdrawn resource today, by its address."""
    withdrawn = {each.address for each in operations if not each.writes}
    found: dict[str, set[str]] = {}
    for each in operations if withdrawn else ():
        for reference in _references_now(each, snapshot):
            found.setdefault(reference, set()).add(each.address)
    return {address: found[address] for address in withdrawn if address in found}


def _references_now(operation: Operation, snapshot: Snapshot) -> tuple[str, ...]:
    record = snapshot.objects.get(operation.former)
    return references_of(operation.kind, record.body if record else None)
