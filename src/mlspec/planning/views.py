"""What a registry holds and what was done to it, as plain values for reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.ledger import Problem
    from mlspec.state import ObjectRecord, RunRecord, Snapshot

__all__ = ["AuditView", "StatusView", "history_view", "status_view"]


@dataclass(frozen=True, slots=True)
class StatusView:
    """The objects of one environment, in order of address."""

    environment: str
    lineage: str
    serial: int
    objects: tuple[ObjectRecord, ...]


@dataclass(frozen=True, slots=True)
class AuditView:
    """The verdict on a ledger: how much was verified, and what was found.

    `signed` counts the checkpoints with a signature of a key that was in force.
    """

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
