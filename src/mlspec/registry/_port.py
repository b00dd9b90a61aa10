"""The port that every registry backend implements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.state import (
        Checkpoint,
        Event,
        Head,
        Journal,
        ObjectRecord,
        Publication,
        RunRecord,
        Snapshot,
        Statement,
        StepStatus,
    )

__all__ = ["Backend", "BackendType", "Place", "Transaction"]


class Transaction(Protocol):
    """A write under the lock of the registry.

    Where `is_atomic`, it happens whole on a clean exit or not at all, and there is never a journal
    to find. Elsewhere each call is lasting when it returns, and the journal tells how far a run
    came: `begin` before the first write, `mark` around every one, `finish` at the end. A write
    that fails alone raises `OperationFailedError`; the others may go on.
    """

    @property
    def is_atomic(self) -> bool:
        """Whether what is written lasts only from the end of the transaction on."""

    def snapshot(self) -> Snapshot:
        """Return the state under the lock; bodies are not read (see `bodies`)."""

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return the stored bodies by digest; unknown digests are absent."""

    def heads(self) -> Mapping[str, Head]:
        """Return the head of every chain of events, by address."""

    def runs_of(self, plan_digest: str) -> tuple[RunRecord, ...]:
        """Return the runs of a plan that ended, oldest first."""

    def journal(self) -> Journal | None:
        """Return the journal of a run that was killed; None where there is none."""

    def begin(self, journal: Journal) -> None:
        """Keep what is meant to be done, before anything is."""

    def mark(self, op_id: str, status: StepStatus) -> None:
        """Keep how far an operation came."""

    def probe(self, op_id: str) -> bool:
        """Tell whether the write of an operation has happened, by what it left behind."""

    def put(self, record: ObjectRecord) -> None:
        """Write one object; without a body, the one stored under its digest stands."""

    def rename(self, previous: str, record: ObjectRecord) -> None:
        """Write an object under its new address and take the old one away, in one step."""

    def remove(self, address: str, op_id: str, /) -> None:
        """Delete one object; its chain of events stays."""

    def restore_heads(self, heads: Mapping[str, Head]) -> None:
        """Make these the heads of all chains; where they are read from the events, do nothing."""

    def append(self, events: Sequence[Event]) -> None:
        """Append links to the chains; each follows the head of its address."""

    def keep(self, statements: Sequence[Statement]) -> None:
        """Keep documents by digest; one that is there stays as it is."""

    def seal(self, checkpoint: Checkpoint) -> None:
        """Append a checkpoint, which follows the head of the snapshot."""

    def publish(self, publication: Publication) -> None:
        """Publish compiled artifacts together with the state.

        Raises:
            UsageError: the backend has no place to publish to.
        """

    def finish(self, run: RunRecord) -> None:
        """Record a run and close its journal. Its serial is one more than that of the snapshot.

        A record with the serial of an earlier run of the plan replaces it: its outcome changed, or
        it was reviewed.
        """


class Backend(Protocol):
    """Where the state of one environment is kept.

    Every method raises `RegistryUnavailableError` when the registry cannot be read or written,
    and `RegistryLockedError` when another run holds it. Reading never creates anything: where
    there is no registry yet, the snapshot is empty and its lineage is "".

    Bodies and statements are stored by digest and never overwritten, so a body that a snapshot
    names can be read later, whatever was applied in between.
    """

    def observe(self, *, bodies: bool = True) -> Snapshot:
        """Return a consistent snapshot without taking the write lock."""

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return the stored bodies by digest; unknown digests are absent."""

    def transaction(self, owner: str = "") -> AbstractContextManager[Transaction]:
        """Take the lock, in the name of `owner`; commit on a clean exit, drop on an exception.

        Raises:
            RegistryLockedError: another run holds it; the message names its owner.
            RegistryMovedError: another run committed first: nothing was written, try again.
        """

    def runs(self) -> Iterator[RunRecord]:
        """Yield the runs that ended, oldest first."""

    def events(self, address: str | None = None) -> Iterator[Event]:
        """Yield the events in order of address and sequence; of one address, or of all."""

    def heads(self) -> Mapping[str, Head]:
        """Return the heads that are kept, by address: what the next event of each follows.

        A backend that keeps none apart from the events tells the newest of each chain.
        """

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Yield the chain of checkpoints, oldest first."""

    def statements(self, digests: Collection[str] | None = None) -> Mapping[str, Statement]:
        """Return kept documents by digest; some, or all."""

    def published(self, branch: str, /) -> Mapping[str, str] | None:
        """Return the SHA-256 digest of each published file; None where nothing is published."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a registry is: `path` for a file of this machine, `root` the folder of the workspace.

    `remote` and `ref` are the git remote and the prefix of the refs that hold the state. `options`
    are what one backend alone needs to know.
    """

    path: Path
    root: Path
    remote: str = "origin"
    ref: str = "refs/mlspec/state"
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BackendType:
    """A backend by name; `open` takes its place and the environment, and touches nothing.

    `is_preview`: what it speaks to was never tried for real, and it may change in every release.
    """

    name: str
    summary: str
    open: Callable[[Place, str], Backend]
    is_preview: bool = False
