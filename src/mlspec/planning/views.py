"""What a registry holds and what was done to it, as plain values for reports."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.errors import RegistryUnavailableError
from mlspec.ledger import read_run_statement, run_digest_of
from mlspec.planning._chain import chain_of
from mlspec.planning.break_glass import unreviewed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.ledger import Problem, RunFacts
    from mlspec.registry import Backend
    from mlspec.state import Event, ObjectRecord, RunRecord, Snapshot, Statement

__all__ = ["AuditView", "HistoryView", "StatusView", "history_view", "read_facts", "status_view"]


@dataclass(frozen=True, slots=True)
class StatusView:
    """The objects of one environment, in order of address."""

    environment: str
    lineage: str
    serial: int
    objects: tuple[ObjectRecord, ...]
    notices: tuple[str, ...] = ()
    """What every report of the environment starts with: break-glass runs nobody reviewed."""


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The runs of an environment, or those that touched one object, oldest first.

    `facts` are what their statements say, by digest; one that is gone or damaged is not there.
    """

    environment: str
    runs: tuple[RunRecord, ...]
    facts: Mapping[str, RunFacts]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditView:
    """The verdict on a ledger: how much was verified, and what was found.

    `signed` counts the checkpoints with a signature of a key that was in force; `sequence` and
    `head` are number and digest of the newest one.
    """

    environment: str
    lineage: str
    events: int
    checkpoints: int
    signed: int
    head: str
    problems: tuple[Problem, ...]
    notices: tuple[str, ...] = ()
    sequence: int = 0

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


def history_view(backend: Backend, address: str | None = None) -> HistoryView:
    """Return the runs, oldest first, that touched an object under all its names, or all runs."""
    runs = tuple(backend.runs())
    chosen = runs if address is None else _touching(runs, address, backend.events())
    kept = backend.statements({each.statement for each in chosen} - {""})
    facts = dict(read_facts(kept))
    environment = backend.observe(bodies=False).environment
    return HistoryView(environment, chosen, facts, unreviewed(runs))


def _touching(
    runs: Iterable[RunRecord], address: str, events: Iterable[Event]
) -> tuple[RunRecord, ...]:
    """Return the runs that an object has events of, and those that left it undone."""
    recorded = {run_digest_of(each) for each in chain_of(events, address)} - {""}
    return tuple(
        run
        for run in runs
        if run.statement in recorded or any(each.address == address for each in run.operations)
    )


def read_facts(statements: Mapping[str, Statement]) -> Iterator[tuple[str, RunFacts]]:
    """Yield what run statements say, by digest; those that are damaged are left out."""
    for digest, statement in statements.items():
        with suppress(RegistryUnavailableError):  # `audit verify` tells it
            yield digest, read_run_statement(statement)
