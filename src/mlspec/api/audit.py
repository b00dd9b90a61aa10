"""`audit show`, `log` and `export`: the ledger for people who ask what was live, and who agreed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mlspec.api.archives import require_free, write_together
from mlspec.api.files import read_text
from mlspec.api.inspect import unheld
from mlspec.api.session import open_session, opened
from mlspec.canonical import digest_value
from mlspec.errors import TamperedPlanError, UsageError
from mlspec.planning.audit import AuditShow, LoggedEvent, audit_log, audit_show
from mlspec.planning.signers_then import signers_then
from mlspec.state import moment_of

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.evidence import EvidenceRecord
    from mlspec.workspace import Workspace

__all__ = ["export", "log", "show"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def show(
    address: str,
    at: str | None = None,
    directory: Path | None = None,
    environment: str | None = None,
) -> AuditShow:
    """Return what an object was at a moment: a day (its end), a time in ISO 8601, or now.

    Raises:
        UsageError: no event is about the address, or the moment can't be read.
    """
    session = open_session(directory)
    workspace = session.recorded(environment)
    backend = session.backend(workspace.environment)
    found = audit_show(backend, address, _moment(at))
    if not found.events:
        touched = {each.address for each in backend.events()}
        raise unheld(address, touched, found.environment)
    facts = found.newest.facts if found.newest else None
    judged = facts.evidence.get(found.known_as) if facts else None
    if judged is None or not judged.digest:
        return found
    return replace(found, record=_record(session, workspace, found.known_as, judged.digest))


def _record(
    session: Session, workspace: Workspace, address: str, digest: str
) -> EvidenceRecord | None:
    """Return the record with a digest: of the registry, or the one that is there today."""
    from mlspec.api.evidence_store import record_path
    from mlspec.evidence import OtherFormatError, read_record

    kept = session.backend(workspace.environment).statements([digest]).get(digest)
    try:
        path = record_path(session.root, workspace, address)
        record = read_record(kept.content if kept else read_text(path))
    except (OtherFormatError, TamperedPlanError, UsageError):
        return None
    return record if digest_value(record.to_json()) == digest else None


def log(
    address: str | None = None, directory: Path | None = None, environment: str | None = None
) -> tuple[LoggedEvent, ...]:
    """Return the events of an environment, or of one object under all its names, oldest first.

    Raises:
        UsageError: no event is about the address.
    """
    backend = opened(directory, environment)
    found = audit_log(backend, address)
    if address is not None and not found:
        touched = {each.address for each in backend.events()}
        raise unheld(address, touched, backend.observe(bodies=False).environment)
    return found


def export(out: Path, directory: Path | None = None, environment: str | None = None) -> int:
    """Write the ledger as plain files, into a new folder or a `.zip` file; return how many.

    Raises:
        OutputError: the place is taken, or can't be written.
        TamperedPlanError: the registry holds names that mlspec never gave.
        UsageError: nothing was applied yet.
    """
    from mlspec.ledger.export import exported

    require_free(out)
    backend = opened(directory, environment)
    snapshot = backend.observe(bodies=False)
    if not snapshot.lineage:
        raise UsageError(f"nothing was applied to `{snapshot.environment}`: there is no ledger yet")
    events = tuple(backend.events())
    then = signers_then(events, backend.bodies)
    files = exported(
        snapshot, events, backend.checkpoints(), backend.runs(), backend.statements(), then.ever
    )
    write_together(out, files)
    return len(files)


def _moment(at: str | None) -> str:
    """Return a moment as the ledger writes it."""
    if at is None or at == "now":
        return datetime.now(UTC).isoformat(timespec="seconds")
    try:
        moment = moment_of(at)
    except ValueError as error:
        hint = "write a day such as `2026-05-01`, or a time such as `2026-05-01T12:00:00Z`"
        raise UsageError(f"`{at}` is no moment", hint=hint) from error
    if _DAY.fullmatch(at):
        moment += timedelta(days=1, seconds=-1)
    return moment.isoformat(timespec="seconds")
