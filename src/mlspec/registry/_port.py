"""The port that every registry backend implements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.state import Event, ObjectRecord, RunRecord, Snapshot

__all__ = ["Backend", "BackendType", "Transaction"]


class Transaction(Protocol):
    """A write that happens whole or not at all; it holds the lock of the registry."""

    def snapshot(self) -> Snapshot:
        """Return the state under the lock; bodies are not read (see `bodies`)."""

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return the stored bodies by digest; unknown digests are absent."""

    def find_run(self, plan_digest: str) -> RunRecord | None:
        """Return the finished run of a plan, if there was one."""

    def put(self, record: ObjectRecord) -> None:
        """Write one object; without a body, the one stored under its digest stands."""

    def append(self, events: Sequence[Event]) -> None:
        """Append links to the chain; the first follows the head of the snapshot."""

    def finish(self, run: RunRecord) -> None:
        """Record the run and the new serial, which is one more than that of the snapshot."""


class Backend(Protocol):
    """Where the state of one environment is kept.

    Every method raises `RegistryUnavailableError` when the registry cannot be read or written,
    and `RegistryLockedError` when another run holds it. Reading never creates anything: where
    there is no registry yet, the snapshot is empty and its lineage is "".

    Bodies are stored by digest and never overwritten, so a body that a snapshot names can be
    read later, whatever was applied in between.
    """

    def observe(self, *, bodies: bool = True) -> Snapshot:
        """Return a consistent snapshot without taking the write lock."""

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return the stored bodies by digest; unknown digests are absent."""

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
