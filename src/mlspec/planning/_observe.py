"""Reading from a registry what a plan compares, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.planning._baseline import live_baselines
from mlspec.planning._binding import live_bindings
from mlspec.planning._body import stored_body
from mlspec.planning._drafts import drafted, kind_of
from mlspec.planning._governed import ruling_records
from mlspec.planning._tiers import TIERED
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.planning._model import PlanContext
    from mlspec.planning.desired import Desired
    from mlspec.registry import Backend
    from mlspec.state import ObjectRecord, Snapshot

    Bodies = Callable[[Collection[str]], Mapping[str, Json]]

__all__ = ["observe_for", "recorded_models", "with_bodies"]


def observe_for(backend: Backend, desired: Mapping[str, Desired], context: PlanContext) -> Snapshot:
    """Return a snapshot that holds those bodies only that a plan looks at.

    Raises:
        RegistryUnavailableError: the registry can't be read, or has lost one of them.
    """
    return with_bodies(backend.observe(bodies=False), backend.bodies, desired, context)


def with_bodies(
    snapshot: Snapshot,
    bodies: Bodies,
    desired: Mapping[str, Desired],
    context: PlanContext,
    addresses: Iterable[str] | None = None,
) -> Snapshot:
    """Return a snapshot with the bodies of what operations touch, and of what decides beside it.

    That are the ruling workspace, the policy bindings and baselines in force, and models that are
    live otherwise than they are desired: their tier is the one that a change of what they refer to
    is judged at.

    `bodies` reads them by digest; `addresses` are those that operations may touch, all without.

    Raises:
        RegistryUnavailableError: the registry has lost one of them.
    """
    drafts = drafted(desired, snapshot, context, addresses)
    touched = {name for each in drafts for name in (each.address, each.previous)}
    touched |= {each.address for each in ruling_records(snapshot)}
    touched |= {each.address for each in live_bindings(snapshot)}
    touched |= {each.address for each in live_baselines(snapshot)}
    touched |= _changed_models(desired, snapshot)
    records = [snapshot.objects[each] for each in touched if each in snapshot.objects]
    return replace(snapshot, objects={**snapshot.objects, **_read(records, bodies)})


def _read(records: Collection[ObjectRecord], bodies: Bodies) -> dict[str, ObjectRecord]:
    found = bodies({each.digest for each in records})
    return {each.address: replace(each, body=stored_body(found, each)) for each in records}


def recorded_models(desired: Mapping[str, Desired], snapshot: Snapshot) -> dict[str, Json]:
    """Return the bodies of live models and systems that are not as they are desired.

    Only those that were read.
    """
    found = {each: snapshot.objects[each].body for each in _changed_models(desired, snapshot)}
    return {address: body for address, body in found.items() if body is not None}


def _changed_models(desired: Mapping[str, Desired], snapshot: Snapshot) -> set[str]:
    return {
        address
        for address, record in snapshot.objects.items()
        if record.lifecycle is Lifecycle.LIVE
        and (address not in desired or desired[address].digest != record.digest)
        and kind_of(address) in TIERED
    }
