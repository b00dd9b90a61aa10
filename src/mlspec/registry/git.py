"""`git`: the registry as a ref of a git remote, for runners that keep nothing and have no server.

Each environment is one ref, whose commits follow each other; each commit holds the whole state.
A run reads the newest commit, collects what it writes, and pushes one commit that must follow the
one it read: of two that push, one wins, and the other one has written nothing.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.errors import RegistryMovedError, RegistryUnavailableError, TamperedPlanError
from mlspec.printable import printable
from mlspec.registry._git_publish import Publisher, branch_ref, next_commit, published_digests
from mlspec.registry._git_store import Store
from mlspec.registry._git_transaction import GitTransaction
from mlspec.registry._port import BackendType
from mlspec.state import Snapshot, moment_of
from mlspec.vcs import (
    Draft,
    GitError,
    Move,
    Objects,
    Remote,
    RemoteMissingError,
    without_secrets,
    write_commits,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.registry._port import Place, Transaction
    from mlspec.state import Checkpoint, Event, Head, RunRecord, Statement

__all__ = ["BACKEND", "GitRegistry"]

_ATTEMPTS = 5
_NONCE_BYTES = 8
_DENIALS = (
    *("authentication failed", "could not read username", "permission denied", "error: 403"),
    *("error: 401", "terminal prompts disabled", "repository not found", "access denied"),
)


@dataclass
class GitRegistry:
    """One environment on a git remote.

    `observe` and `transaction` ask the remote. What is read in between is read from the commit
    that was seen last, so that one report never mixes two states.
    """

    place: Place
    environment: str
    _seen: str | None = field(default=None, init=False, repr=False)
    _remote: Remote = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._remote = Remote(self.place.root, self.place.remote)

    @property
    def ref(self) -> str:
        """The ref that holds the state."""
        return f"{self.place.ref}/{self.environment}"

    def observe(self, *, bodies: bool = True) -> Snapshot:
        """Return the state on the remote as it is now."""
        self._seen = None
        with self._store() as store:
            meta, objects = store.meta(), store.objects()
            if bodies:
                known = store.bodies({each.digest for each in objects.values()})
                objects = {
                    address: replace(each, body=known.get(each.digest))
                    for address, each in objects.items()
                }
        return Snapshot(
            environment=self.environment,
            lineage=meta.lineage,
            serial=meta.serial,
            head=meta.head,
            objects=objects,
            sequence=meta.sequence,
        )

    def bodies(self, digests: Collection[str]) -> Mapping[str, Json]:
        """Return the stored bodies by digest; unknown digests are absent."""
        with self._store() as store:
            return store.bodies(digests)

    @contextmanager
    def transaction(self, owner: str = "") -> Iterator[Transaction]:
        """Collect a write; on a clean exit it is pushed as one commit, which names `owner`."""
        self._seen = None
        with self._guarded():
            seen = self._tip()
            with Objects(self.place.root) as objects:
                collected = GitTransaction(Store(objects, seen, self.environment, self.ref))
                yield collected
                self._commit(objects, collected, seen, owner)

    def runs(self) -> Iterator[RunRecord]:
        """Yield the runs that ended, oldest first."""
        with self._store() as store:
            return iter(store.runs())

    def events(self, address: str | None = None) -> Iterator[Event]:
        """Yield the events in order of address and sequence; of one address, or of all."""
        with self._store() as store:
            return iter(store.events(address))

    def heads(self) -> Mapping[str, Head]:
        """Return the heads that are kept, by address."""
        with self._store() as store:
            return store.heads()

    def checkpoints(self) -> Iterator[Checkpoint]:
        """Yield the chain of checkpoints, oldest first."""
        with self._store() as store:
            return iter(store.checkpoints())

    def statements(self, digests: Collection[str] | None = None) -> Mapping[str, Statement]:
        """Return kept documents by digest; some, or all."""
        with self._store() as store:
            return store.statements(digests)

    def published(self, branch: str) -> Mapping[str, str] | None:
        """Return the SHA-256 digest of each file on a branch; None where there is no branch."""
        with self._guarded():
            tip = self._latest(branch_ref(branch))
            if not tip:
                return None
            with Objects(self.place.root) as objects:
                return published_digests(objects, tip)

    @contextmanager
    def _store(self) -> Iterator[Store]:
        with self._guarded():
            seen = self._tip()
            with Objects(self.place.root) as objects:
                yield Store(objects, seen, self.environment, self.ref)

    def _tip(self) -> str:
        if self._seen is None:
            before = self._remote.held(self.ref)
            tip = self._latest(self.ref)
            self._require_following(before, tip)
            self._seen = tip
        return self._seen

    def _require_following(self, before: str, tip: str) -> None:
        """Refuse a record that lacks what this clone has seen in it: no digest in it tells that."""
        if before in {"", tip}:
            return
        with Objects(self.place.root) as objects:
            try:
                known = Store(objects, before, self.environment, self.ref).newest()
            except RegistryUnavailableError:  # what was seen was damaged, and may be mended
                return
            is_there = Store(objects, tip, self.environment, self.ref).has(known)
        self._remote.hold(self.ref, tip if is_there else before)
        if not is_there:
            raise TamperedPlanError(
                f"{self._named} was rolled back or replaced: this clone has seen its checkpoint"
                f" {known.sequence}:{known.digest}, which it lacks",
                hint="find out who moved the ref, and set it back; if it is meant to be so, make"
                f" this clone forget: `git update-ref -d {self._remote.private(self.ref)}`",
            )

    def _latest(self, ref: str) -> str:
        """Return the commit that a ref of the remote leads to, which is here now; "" for none."""
        for _ in range(_ATTEMPTS):
            tip = self._remote.tips([ref]).get(ref, "")
            if not tip or self._remote.obtain(ref, tip):
                return tip
        raise RegistryMovedError(f"{self._named} moves faster than it can be read")

    def _commit(self, objects: Objects, collected: GitTransaction, seen: str, owner: str) -> None:
        drafts = dict(self._drafts(objects, collected, seen, owner))
        if not drafts:
            return
        ids = write_commits(self.place.root, list(drafts.values()))
        moves = [
            Move(ref, draft.parent, id_)
            for (ref, draft), id_ in zip(drafts.items(), ids, strict=True)
        ]
        self._push(moves)
        for each in moves:
            self._remote.hold(each.ref, each.new)
        self._seen = None

    def _drafts(
        self, objects: Objects, collected: GitTransaction, seen: str, owner: str
    ) -> Iterator[tuple[str, Draft]]:
        run = collected.run
        at = _seconds(run.at) if run else int(time.time())
        files = collected.files()
        if files:
            yield self.ref, Draft(seen, _message(self.environment, run, owner), at, files)
        if collected.publication is not None:
            branch = branch_ref(collected.publication.branch)
            publisher = Publisher(self.environment, collected.snapshot().lineage)
            named = (at, run.run_id if run else "")
            tip = self._latest(branch)
            draft = next_commit(objects, tip, collected.publication, publisher, named)
            if draft is not None:
                yield branch, draft

    def _push(self, moves: Sequence[Move]) -> None:
        """Push, and believe only what the remote shows then: an answer may be lost on the way."""
        trouble = None
        try:
            self._remote.push(moves)
        except GitError as error:
            trouble = error
        tips = self._shown(moves)
        if all(tips.get(each.ref) == each.new for each in moves):
            return
        if any(tips.get(each.ref, "") != each.old for each in moves):
            raise RegistryMovedError(
                f"another run has written to {self._named} first; nothing of this one is written",
                hint="run the same command again",
            )
        raise RegistryUnavailableError(
            f"{self._named} does not take the push; nothing is written",
            details=trouble.words if trouble else ("it was accepted, but does not show",),
            hint="the credentials may only read, or a rule or hook of the remote declines",
        )

    def _shown(self, moves: Sequence[Move]) -> Mapping[str, str]:
        try:
            return self._remote.tips([each.ref for each in moves])
        except GitError as error:
            raise RegistryUnavailableError(
                f"{self._named} was lost while it was written: it is not known whether all or"
                " nothing has arrived",
                details=error.words,
                hint="run the same command again: it finds out, and does nothing twice",
            ) from error

    @property
    def _named(self) -> str:
        return f"the registry `{self.ref}` of `{without_secrets(self.place.remote)}`"

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except GitError as error:
            raise RegistryUnavailableError(
                f"{self._named} can't be used", details=error.words, hint=_next_step(error)
            ) from error


def _next_step(error: GitError) -> str:
    if isinstance(error, RemoteMissingError):
        return "add it with `git remote add`, or name another one as `registry.remote`"
    if error.says("not a git repository"):
        return "the `git` registry needs a workspace in a git repository; `git init` makes one"
    if error.says("dubious ownership"):
        return "the repository belongs to somebody else; see `safe.directory` of git"
    if error.says(*_DENIALS):
        return "git has no credentials for it: `contents: read` lets a job plan, `write` apply"
    return "see whether `git ls-remote` reaches it from here, and run the same command again"


def _seconds(at: str) -> int:
    try:
        return max(0, int(moment_of(at).timestamp()))
    except ValueError:
        return int(time.time())


def _message(environment: str, run: RunRecord | None, owner: str) -> str:
    """Return the message of a commit. Two runs never make the same commit: one has to lose."""
    title = f"{environment}: serial {run.serial}, run {run.run_id}" if run else environment
    facts = {"owner": owner} if owner else {}
    if run:
        facts |= {"plan": run.plan_digest, "actor": run.actor, "outcome": run.outcome}
    facts["nonce"] = os.urandom(_NONCE_BYTES).hex()
    lines = [f"{key}: {value}" for key, value in facts.items()]
    return "\n".join([printable(title), "", *map(printable, lines), ""])


BACKEND = BackendType("git", "A ref of a git remote; no server.", GitRegistry)
