"""`status`, `history`, `audit verify`, `show`: reading what is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.api.files import read_text
from mlspec.api.session import open_session, opened
from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.ledger import copied_head
from mlspec.planning import history_view, status_view, unreviewed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mlspec.ledger.agreements import Signed
    from mlspec.planning import AuditView, HistoryView, StatusView
    from mlspec.registry import Backend
    from mlspec.state import Head
    from mlspec.workspace import Resource

_HEAD = "HEAD"
_NOBODY = "nobody"  # whoever it is for, such a signature does not count: the reason is asked for

__all__ = ["history", "resource", "status", "status_of", "unheld", "verify"]


def status(
    address: str | None = None, directory: Path | None = None, environment: str | None = None
) -> StatusView:
    """Return what the registry of an environment holds.

    Raises:
        UsageError: the registry has no such address, or there is no such environment.
    """
    return status_of(opened(directory, environment), address)


def status_of(backend: Backend, address: str | None) -> StatusView:
    """Return what a registry holds. The errors are those of `status`."""
    snapshot = backend.observe(bodies=False)
    view = status_view(snapshot, address)
    if address is not None and not view.objects:
        raise unheld(address, snapshot.objects, view.environment)
    return replace(view, notices=unreviewed(backend.runs()))


def history(
    address: str | None = None, directory: Path | None = None, environment: str | None = None
) -> HistoryView:
    """Return the runs of an environment, oldest first.

    Raises:
        UsageError: no run ever touched the address, or there is no such environment.
    """
    backend = opened(directory, environment)
    found = history_view(backend, address)
    if address is not None and not found.runs:
        touched = {each.address for run in backend.runs() for each in run.operations}
        raise unheld(address, touched, found.environment)
    return found


def verify(
    directory: Path | None = None,
    environment: str | None = None,
    *,
    require_signatures: bool = False,
    head: str = "",
    against: Path | None = None,
) -> AuditView:
    """Verify the ledger of an environment, and the objects and the history against it.

    Signatures are held against the signers that the registry had recorded by then. `head` is a
    checkpoint that was copied elsewhere, `SEQUENCE:sha256:DIGEST`; `against` is an export, or its
    `HEAD`, which holds one: the record has to have them.

    Raises:
        UsageError: a copy can't be read.
    """
    from mlspec.planning.verification import audit_view

    copies = _copies(head, against)
    return audit_view(
        opened(directory, environment),
        _reasons,
        require_signatures=require_signatures,
        copies=copies,
    )


def _copies(head: str, against: Path | None) -> list[Head]:
    """Return the checkpoints that copies of a head name."""
    texts = {head: head} if head else {}
    if against is not None:
        path = against / _HEAD if against.is_dir() else against
        texts[str(path)] = read_text(path)
    return [_copied(name, text) for name, text in texts.items()]


def _copied(name: str, text: str) -> Head:
    try:
        return copied_head(text)
    except ValueError as error:
        hint = "`mlspec audit verify` ends with one; an export has one in its `HEAD`"
        raise UsageError(f"`{name}` is no head of a record: {error}", hint=hint) from error


def _reasons(signed: Sequence[Signed]) -> list[str | None]:
    """Return what is wrong with each signature; `ssh-keygen` runs for several at once."""
    from concurrent.futures import ThreadPoolExecutor

    if not signed:
        return []
    with ThreadPoolExecutor() as pool:
        return list(pool.map(_reason_against, signed))


def _reason_against(signed: Signed) -> str | None:
    """Return what is wrong with a signature; None for a good one."""
    from mlspec.ledger import signing

    named = (signed.principal,) if signed.principal else ()
    principals = named or signing.principals_of(signed.signature, signed.signers)
    reason: str | None = None
    for principal in principals or (_NOBODY,):
        reason = _verified(signed, principal)
        if reason is None:
            return None
    return reason


def _verified(signed: Signed, principal: str) -> str | None:
    from mlspec.ledger import signing

    try:
        return signing.verify(
            signed.content, signed.signature, signed.signers, principal, signed.namespace, signed.at
        )
    except ValueError:  # it was altered, which is told elsewhere, too
        return f"`{signed.at}` is no moment"


def resource(
    address: str, directory: Path | None = None, environment: str | None = None
) -> Resource:
    """Return one resource, with the overrides of an environment merged in where one is named.

    Raises:
        UsageError: there is no such resource.
        SpecInvalidError: the specs have errors.
    """
    session = open_session(directory)
    workspace = session.environment(environment) if environment else session.sound()
    found = workspace.resources.get(address)
    if found is None:
        close = _closest(address, workspace.resources)
        hint = f"did you mean `{close}`?" if close else "an address is `kind/name`"
        raise UsageError(f"there is no `{address}`", hint=hint)
    return found


def unheld(address: str, held: Iterable[str], environment: str) -> UsageError:
    """Return the error of an address that a registry, or its ledger, has never held."""
    every = f"run `mlspec status --env {environment}` to see what it holds"
    close = _closest(address, held)
    hint = f"did you mean `{close}`? {every}" if close else every
    return UsageError(f"the registry of `{environment}` holds no `{address}`", hint=hint)


def _closest(address: str, known: Iterable[str]) -> str | None:
    """Return the address that is meant; a name alone is compared with names."""
    known = sorted(known)
    if "/" in address:
        return did_you_mean(address, known)
    by_name = {each.partition("/")[2]: each for each in reversed(known)}
    close = did_you_mean(address, by_name)
    return by_name[close] if close else None
