"""What a registry holds and what was done to it, as plain values for reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ledger import (
    verify_chains,
    verify_checkpoints,
    verify_objects,
    verify_runs,
    verify_signatures,
    verify_statements,
)
from mlspec.ledger.glass import verify_reviews

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlspec.ledger import Problem
    from mlspec.registry import Backend
    from mlspec.state import Checkpoint, ObjectRecord, RunRecord, Snapshot

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
    """The verdict on a ledger: how much was verified, and what was found."""

    environment: str
    lineage: str
    events: int
    checkpoints: int
    signed: int
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
        if address is None or any(each.address == address for each in run.operations)
    )


def audit_view(
    backend: Backend,
    reason_against: Callable[[Checkpoint], str | None],
    *,
    require_signatures: bool = False,
) -> AuditView:
    """Verify the ledger of a registry, and its objects and its history against it.

    `reason_against` says what is wrong with the signature of a checkpoint, None for a good one.
    """
    snapshot = backend.observe()
    events, checkpoints = tuple(backend.events()), tuple(backend.checkpoints())
    runs, statements = tuple(backend.runs()), backend.statements()
    problems = (
        *verify_chains(events, checkpoints),
        *verify_checkpoints(checkpoints, snapshot),
        *verify_signatures(checkpoints, reason_against, required=require_signatures),
        *verify_statements(events, checkpoints, runs, statements),
        *verify_objects(events, snapshot.objects),
        *verify_runs(runs, statements, snapshot),
        *verify_reviews(runs, statements),
    )
    return AuditView(
        environment=snapshot.environment,
        lineage=snapshot.lineage,
        events=len(events),
        checkpoints=len(checkpoints),
        signed=sum(bool(each.signature) for each in checkpoints),
        head=snapshot.head,
        problems=problems,
    )
