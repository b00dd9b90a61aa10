"""A registry that is two things: records, and a server of models beside them.

The records (bodies, events, approvals, runs) are a registry of another backend, since a server
keeps no history and no proof; every object is there. Of each model the server has what those who
serve and search read: a model, a version, an alias of the environment, and a tag that says which
operation wrote them. What is observed is what the records say, as far as the server agrees: a
plan is stale, and drift is told, where it does not.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.registry._find import open_backend
from mlspec.registry._mirror import Mirror
from mlspec.registry._mirror_lock import LEASE_SECONDS, LONGEST_LEASE_SECONDS, ServerLock
from mlspec.registry._mirror_transaction import MirrorTransaction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.registry._port import Backend, Place, Transaction
    from mlspec.registry._server import Server
    from mlspec.state import Checkpoint, Event, Head, RunRecord, Snapshot, Statement

__all__ = ["MirroredRegistry"]

_RECORDS = ("embedded", "git")


@dataclass
class MirroredRegistry:
    """One environment of a server. Nothing is sent before the first question.

    `connect` makes the server from the options of the place; `setting` is where they are set.
    `prompts` makes the same server as it keeps prompts; without it, it keeps none.
    """

    place: Place
    environment: str
    setting: str
    connect: Callable[[Mapping[str, str]], Server]
    prompts: Callable[[Mapping[str, str]], Server] | None = None
    _bodies: dict[str, Json] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def records(self) -> Backend:
        """Where the records are kept."""
        return self._opened()

    @cached_property
    def mirror(self) -> Mirror:
        """What is read from the server, and by whom."""
        options = self.place.options
        return Mirror(
            server=self.connect(options),
            environment=self.environment,
            alias=options.get("alias") or self.environment,
            prefix=options.get("prefix", ""),
            prompts=self.prompts(options) if self.prompts else None,
        )

    def observe(self, *, bodies: bool = True) -> Snapshot:
        """Return the records, as far as the server agrees with them."""
        state = self.records.observe(bodies=bodies)
        mirrored = self.mirror.read(state, self.records.bodies)
        objects = dict(state.objects)
        for address, recorded in mirrored.records.items():
            live = mirrored.live(address).as_seen()
            if live is None:
                del objects[address]
            elif live != recorded:
                objects[address] = live if bodies else replace(live, body=None)
                self._bodies[live.digest] = live.body
        return replace(state, objects=objects)

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return bodies by digest, those that were observed at the server among them."""
        live = {each: self._bodies[each] for each in digests if each in self._bodies}
        return {**self.records.bodies(digests), **live}

    @contextmanager
    def transaction(self, owner: str = "") -> Iterator[Transaction]:
        """Take the lock of the records; that of the server is taken when a model is written.

        After an exception it stays where something was written: the same command goes on.
        """
        lock = ServerLock(self.mirror.server, self.mirror.lock_base, owner, self._lease())
        begun: MirrorTransaction | None = None
        try:
            with self.records.transaction(owner) as inner:
                begun = MirrorTransaction(inner, self.mirror, lock, self._fresh)
                yield begun
        except BaseException:
            if begun is not None and not begun.has_written:
                begun.drop()
            raise
        begun.settle()

    def runs(self) -> Iterator[RunRecord]:
        """Yield the runs that ended, oldest first."""
        return self.records.runs()

    def events(self, address: str | None = None) -> Iterator[Event]:
        """Yield the events in order of address and sequence; of one address, or of all."""
        return self.records.events(address)

    def heads(self) -> Mapping[str, Head]:
        """Return the heads that are kept, by address."""
        return self.records.heads()

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Yield the chain of checkpoints, oldest first."""
        return self.records.checkpoints()

    def statements(self, digests: Collection[str] | None = None) -> Mapping[str, Statement]:
        """Return kept documents by digest; some, or all."""
        return self.records.statements(digests)

    def published(self, branch: str) -> Mapping[str, str] | None:
        """Return the digest of each published file; None where nothing is published."""
        return self.records.published(branch)

    def _opened(self) -> Backend:
        name = self.place.options.get("records") or _RECORDS[0]
        if name not in _RECORDS:
            listed = " and ".join(f"`{each}`" for each in _RECORDS)
            raise UsageError(
                f"the records beside the {self.mirror.server.traits.named} can't be kept by"
                f" `{name}`",
                hint=f"`registry.{self.setting}.records` can be {listed}",
            )
        return open_backend(name, self.place, self.environment)

    def _fresh(self) -> Snapshot:
        return self._opened().observe(bodies=False)

    def _lease(self) -> int:
        """Return for how many seconds a silent run keeps others away."""
        variable = f"MLSPEC_{self.setting.upper()}_LEASE_SECONDS"
        text = os.environ.get(variable, "")
        if not text:
            return LEASE_SECONDS
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LONGEST_LEASE_SECONDS):
            raise UsageError(
                f"`{variable}` is no number of seconds from 1 to {LONGEST_LEASE_SECONDS}",
                hint=f"unset it for {LEASE_SECONDS}",
            )
        return int(text)
