"""The lock of a run at a server: a model, since only the name of one is unique there.

Its tags are the journal. It is there from before the first write until the records have the run.
Time is that of the server. A holder that died on this machine is followed at once, any other one
when it has not renewed the lock for as long as it said it would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlspec.canonical import canonical_json
from mlspec.errors import AbsentError, ExistsError, RegistryLockedError, RegistryMovedError
from mlspec.members import text
from mlspec.printable import printable
from mlspec.registry._mirror_tag import facts_of
from mlspec.registry._process import is_own, is_surely_dead, own_process
from mlspec.state import Journal, StepStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.registry._server import ServedModel, Server

__all__ = ["LEASE_SECONDS", "LOCK_TAG", "LONGEST_LEASE_SECONDS", "HeldLock", "ServerLock"]

LOCK_TAG: Final = "mlspec.lock"
"""A model with this tag is the lock of a run of mlspec, and no model."""
LEASE_SECONDS: Final = 60
LONGEST_LEASE_SECONDS = 3600
_RENEWED_TAG = f"{LOCK_TAG}.renewed"
_OPS_TAG = f"{LOCK_TAG}.ops."
_GONE_TAG = f"{LOCK_TAG}.gone."
_VALUE_CHARACTERS = 4900
_WORD_CHARACTERS = 200
_WHOLE = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A lock as the server has it. `gone` are names that its run takes away."""

    name: str
    fence: int
    journal: Journal
    owner: str
    process: dict[str, Json]
    lease_seconds: int
    renewed_ms: int
    gone: frozenset[str] = frozenset()

    @property
    def is_own(self) -> bool:
        """Whether this very process took it."""
        return is_own(self.process)

    def is_free(self, now_ms: int) -> bool:
        """Tell whether another run may follow: its holder is gone, or has let it run out."""
        if self.is_own or is_surely_dead(self.process):
            return True
        return bool(now_ms) and now_ms - self.renewed_ms > self.lease_seconds * 1000

    def refusal(self, now_ms: int, named: str) -> RegistryLockedError:
        """Return what to tell whoever has to wait."""
        left = self.lease_seconds - max(0, now_ms - self.renewed_ms) // 1000
        return RegistryLockedError(
            f"another run holds the lock `{self.name}` of the {named}",
            details=(f"held by {self.owner}, run {printable(self.journal.run_id)}",),
            hint=f"wait for it; if it was killed, the lock can be taken over in {left} s",
        )


@dataclass
class ServerLock:
    """The lock of one environment; `base` is how the names of its models begin."""

    server: Server
    base: str
    owner: str
    lease_seconds: int = LEASE_SECONDS
    held: str = ""
    _renewed_ms: int = field(default=0, init=False)
    _gone: dict[str, str] = field(default_factory=dict, init=False)

    def found(self) -> HeldLock | None:
        """Return the newest lock that is there; None where nobody holds one."""
        locks = sorted(self._locks(), key=lambda each: each.fence)
        return locks[-1] if locks else None

    def take(self, journal: Journal, over: HeldLock | None) -> None:
        """Take the lock, over one that is free or where there is none.

        Raises:
            RegistryLockedError: another run took it first.
        """
        name = f"{self.base}{over.fence + 1 if over else 1}"
        kept = sorted(over.gone) if over else []
        self._gone = {each: f"{_GONE_TAG}{number}" for number, each in enumerate(kept)}
        tags = dict(_tags(journal, self.owner, self.lease_seconds))
        tags |= {key: each for each, key in self._gone.items()}
        try:
            made = self.server.create_model(name, tags)
        except ExistsError as error:
            raise RegistryLockedError(
                f"another run has taken the lock of the {self._named} first",
                details=(f"it is the model `{name}` there",),
                hint="run the same command again",
            ) from error
        self.held, self._renewed_ms = name, made.created_ms
        if over:
            self._delete_until(over.fence)

    def renew(self) -> None:
        """Say that the run goes on, when a third of its time has passed.

        Raises:
            RegistryMovedError: another run has taken the lock over.
        """
        now = self.server.server_ms
        if now - self._renewed_ms < self.lease_seconds * 1000 / 3:
            return
        try:
            self.server.set_model_tag(self.held, _RENEWED_TAG, str(now))
        except AbsentError as error:
            raise RegistryMovedError(
                f"another run has taken over the lock of the {self._named}: this one was silent"
                f" for more than {self.lease_seconds} s",
                hint="run the same command again: it finds out how far this one came",
            ) from error
        self._renewed_ms = now

    def note_gone(self, name: str) -> None:
        """Note that a name is about to be taken away, since nothing is left to tell it."""
        if name not in self._gone:
            key = f"{_GONE_TAG}{len(self._gone)}"
            self.server.set_model_tag(self.held, key, name)
            self._gone[name] = key

    def release(self) -> None:
        """Give the lock back; nothing happens where it is not held."""
        if self.held:
            self.server.delete_model(self.held)
            self.held = ""

    def clear(self, lock: HeldLock) -> None:
        """Take away a lock whose run is recorded."""
        self.server.delete_model(lock.name)

    @property
    def _named(self) -> str:
        return self.server.traits.named

    def _delete_until(self, fence: int) -> None:
        for each in self._locks():
            if each.fence <= fence:
                self.server.delete_model(each.name)

    def _locks(self) -> Iterator[HeldLock]:
        for model in self.server.models_named(self.base):
            fence = model.name.removeprefix(self.base)
            if model.name.startswith(self.base) and fence.isascii() and fence.isdigit():
                yield _held(model, int(fence))


def _tags(journal: Journal, owner: str, lease_seconds: int) -> Iterator[tuple[str, str]]:
    facts: dict[str, Json] = {
        "run": _word(journal.run_id),
        "plan": _word(journal.plan_digest),
        "actor": _word(journal.actor),
        "at": _word(journal.at),
        "owner": _word(owner),
        "process": own_process(),
        "lease": lease_seconds,
    }
    yield LOCK_TAG, canonical_json(facts).decode()
    for number, chunk in enumerate(_chunks(journal.steps)):
        yield f"{_OPS_TAG}{number}", chunk


def _word(text: str) -> str:
    return printable(text[:_WORD_CHARACTERS])[: 4 * _WORD_CHARACTERS]


def _chunks(ops: Iterable[str]) -> Iterator[str]:
    """Yield keys of operations, as many to a text as a tag can hold."""
    chunk = ""
    for each in ops:
        if chunk and len(chunk) + len(each) + 1 > _VALUE_CHARACTERS:
            yield chunk
            chunk = ""
        chunk += f" {each}" if chunk else each
    if chunk:
        yield chunk


def _held(model: ServedModel, fence: int) -> HeldLock:
    facts = facts_of(model, LOCK_TAG) or {}
    process, lease = facts.get("process"), facts.get("lease")
    ops = [
        each
        for key, value in model.tags.items()
        if key.startswith(_OPS_TAG)
        for each in value.split()
    ]
    journal = Journal(
        run_id=text(facts, "run"),
        plan_digest=text(facts, "plan"),
        actor=text(facts, "actor"),
        at=text(facts, "at"),
        steps=dict.fromkeys(ops, StepStatus.INTENT),
    )
    seconds = lease if isinstance(lease, int) and not isinstance(lease, bool) else LEASE_SECONDS
    return HeldLock(
        name=model.name,
        fence=fence,
        journal=journal,
        owner=printable(text(facts, "owner") or text(facts, "actor")) or "nobody who says so",
        process=process if isinstance(process, dict) else {},
        lease_seconds=max(0, min(seconds, LONGEST_LEASE_SECONDS)),
        renewed_ms=max(model.created_ms, _renewed_ms(model)),
        gone=frozenset(value for key, value in model.tags.items() if key.startswith(_GONE_TAG)),
    )


def _renewed_ms(model: ServedModel) -> int:
    renewed = model.tags.get(_RENEWED_TAG, "")
    return int(renewed) if _WHOLE.fullmatch(renewed) else 0
