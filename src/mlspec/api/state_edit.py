"""`state mv`, `forget`, `abandon` and `rebuild`: correcting the state by hand, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api._signing import signing_with
from mlspec.api._stamp import owner_of, stamp_of
from mlspec.api.context import context_of
from mlspec.api.session import open_session, opened
from mlspec.errors import UsageError
from mlspec.planning.state_edit import Edited, Editor, rebuild_needed, sound_record

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["Author", "abandon", "check_rebuild", "forget", "move", "rebuild"]

_REASON_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Author:
    """Who corrects the state, and why; `sign_key` signs the checkpoint."""

    reason: str
    actor: str | None = None
    sign_key: Path | None = None


def move(
    previous: str,
    address: str,
    author: Author,
    directory: Path | None = None,
    environment: str | None = None,
) -> Edited:
    """Give an object of the registry another address.

    Raises:
        ApprovalsMissingError: the environment requires approvals.
        UsageError: there is no such object, another one is there, or no reason is given.
        RegistryLockedError, RegistryUnavailableError: the registry can't be written.
    """
    return _editor(author, directory, environment).move(previous, address)


def forget(
    address: str, author: Author, directory: Path | None = None, environment: str | None = None
) -> Edited:
    """Leave an object of the registry to others.

    Raises:
        ApprovalsMissingError: the environment requires approvals.
        PolicyDeniedError: the object is protected.
        UsageError: there is no such object, or no reason is given.
        RegistryLockedError, RegistryUnavailableError: the registry can't be written.
    """
    return _editor(author, directory, environment).forget(address)


def abandon(
    run: str, author: Author, directory: Path | None = None, environment: str | None = None
) -> Edited:
    """Give up a run that was stopped half way.

    Raises:
        UsageError: there is no such run, or no reason is given.
        RegistryLockedError, RegistryUnavailableError: the registry can't be written.
    """
    return _editor(author, directory, environment).abandon(run)


def rebuild(
    author: Author, directory: Path | None = None, environment: str | None = None
) -> Edited:
    """Bring objects and heads of chains back to what the ledger recorded.

    Raises:
        TamperedPlanError: the ledger itself was changed.
        UsageError: no reason is given.
        RegistryLockedError, RegistryUnavailableError: the registry can't be written.
    """
    return _editor(author, directory, environment).rebuild()


def check_rebuild(directory: Path | None = None, environment: str | None = None) -> Edited:
    """Return what `rebuild` would change. Writes nothing.

    Raises:
        TamperedPlanError: the ledger itself was changed.
        RegistryUnavailableError: the registry can't be read.
    """
    backend = opened(directory, environment)
    snapshot = backend.observe(bodies=False)
    sound = sound_record(backend, snapshot)
    return rebuild_needed(sound, snapshot, backend.bodies, backend.heads())


def _editor(author: Author, directory: Path | None, environment: str | None) -> Editor:
    _require_reason(author.reason)
    session = open_session(directory)
    workspace = session.environment(environment)
    stamp = stamp_of(author.actor)
    return Editor(
        backend=session.backend(workspace.environment),
        context=context_of(session, workspace),
        stamp=stamp,
        reason=author.reason.strip(),
        owner=owner_of(stamp),
        sign=signing_with(author.sign_key) if author.sign_key else None,
    )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("why? the record wants to know", hint="add `--reason TEXT`")
    if len(reason) > _REASON_CHARACTERS:
        raise UsageError(f"the reason has more than {_REASON_CHARACTERS:,} characters")
