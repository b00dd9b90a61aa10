"""What a registry holds and what was done to it, as plain values for reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ledger import verify, verify_objects, verify_position, verify_runs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.ledger import Problem
    from mlspec.registry import Backend
    from mlspec.state import ObjectRecord, RunRecord, Snapshot

__all__ = ["AuditView", "StatusView", "audit_view", "history_view", "status_view"]


@dataclass(frozen=True, slots=True)
class StatusView:
    """The objects of one environment, in order of address."""

    environment: str
    lineage: str
    serial: int
    objects: tuple[ObjectRecord, ...]


@dataclass(frozen=True, slots=True)
class AuditView:
    """The verdict on a chain of events."""

    environment: str
    lineage: str
    events: int
    head: str
    problems: tuple[Problem, ...]

    @property
    def is_intact(self) -> bool:
        """Whether nothing was done to the chain or behind its back."""
        return not self.problems


def status_view(snapshot: Snapshot, address: str | None = None) -> StatusView:
    """Return what the registry holds, of one address or of all."""
    objects = tuple(
        snapshot.objects[each]
        for each in sorted(snapshot.objects)
        if address is None or each == address
    )
    return StatusView(snapshot.environment, snapshot.lineage, snapshot.serial, objects)


def history_view(runs: Iterable[RunRecord], address: str | None = None) -> tuple[RunRecord, ...]:
    """Return the runs, oldest first, that touched an address, or all."""
    return tuple(
        run
        for run in runs
        if address is None or any(each == address for each, _action in run.operations)
    )


def audit_view(backend: Backend) -> AuditView:
    """Verify the chain of a registry, and its objects and its history against the chain."""
    snapshot = backend.observe()
    events = tuple(backend.events())
    problems = (
        *verify(events, snapshot.head),
        *verify_objects(events, snapshot.objects),
        *verify_runs(events, backend.runs()),
        *verify_position(events, snapshot),
    )
    return AuditView(snapshot.environment, snapshot.lineage, len(events), snapshot.head, problems)
