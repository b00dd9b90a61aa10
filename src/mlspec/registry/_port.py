"""The port that every registry backend implements, and how backends are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mlspec.state import Event, ObjectRecord, RunRecord, Snapshot

__all__ = ["Backend", "BackendType", "Transaction"]


class Transaction(Protocol):
    """A write that happens whole or not at all; it holds the lock of the registry."""

    def snapshot(self) -> Snapshot:
        """Return the state under the lock."""

    def find_run(self, plan_digest: str) -> RunRecord | None:
        """Return the finished run of a plan, if there was one."""

    def put(self, record: ObjectRecord) -> None:
        """Write one object."""

    def append(self, events: Sequence[Event]) -> None:
        """Append links to the chain."""

    def finish(self, run: RunRecord) -> None:
        """Record the run and the new serial."""


class Backend(Protocol):
    """Where the state of one environment is kept.

    Every method raises `RegistryUnavailableError` when the registry cannot be read or written,
    and `RegistryLockedError` when another run holds it. Reading never creates anything.
    """

    def observe(self) -> Snapshot:
        """Return a consistent snapshot without taking the write lock."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Take the lock; commit on a clean exit, roll back on an exception."""

    def runs(self) -> Iterator[RunRecord]:
        """Yield the finished runs, oldest first."""

    def events(self) -> Iterator[Event]:
        """Yield the whole chain, oldest first."""


@dataclass(frozen=True, slots=True)
class BackendType:
    """A backend by name; `open` takes its location and the environment, and touches nothing."""

    name: str
    summary: str
    open: Callable[[Path, str], Backend]
