"""What a registry keeps: objects, runs and events. Plain values; backends store them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = ["Event", "ObjectRecord", "RunRecord", "Snapshot"]


@dataclass(frozen=True, slots=True)
class ObjectRecord:
    """One resource as a registry knows it.

    `uid` is given at creation and survives renames; `revision` counts the writes; `digest` is the
    digest of `body` (the canonical spec), which is None where it was not read; `protect` is the
    guard that outlives the spec's text; `retired` objects are kept but no longer in the specs.
    """

    address: str
    uid: str
    revision: int
    digest: str
    body: Json = None
    protect: bool = False
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The objects of one environment at one moment.

    `lineage` names the registry for its whole life, `serial` counts the applies that changed the
    environment, `sequence` and `head` are the number and the digest of its newest event. All are
    empty where the registry does not exist yet.
    """

    environment: str
    lineage: str
    serial: int
    head: str
    objects: Mapping[str, ObjectRecord] = field(default_factory=dict)
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One apply that finished. `operations` are (address, action) in the order of the plan."""

    run_id: str
    plan_digest: str
    environment: str
    serial: int
    actor: str
    at: str
    operations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the chain: `digest` covers `sequence`, `previous` and `body`."""

    sequence: int
    previous: str
    body: Mapping[str, Json]
    digest: str
