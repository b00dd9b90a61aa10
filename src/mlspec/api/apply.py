"""`apply`: doing exactly what was reviewed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec.api.context import context_of, known_evidence
from mlspec.api.files import read_text
from mlspec.api.session import open_session
from mlspec.planning import ApplyResult, Stamp, apply_plan, desired_objects, read_plan

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ApplyResult", "apply"]


def apply(
    plan_file: Path, directory: Path | None = None, *, actor: str | None = None
) -> ApplyResult:
    """Apply a plan file, whole or not at all; a plan that was applied before is a success.

    Raises:
        TamperedPlanError, ForeignPlanError: the plan is damaged, or not of this place.
        StalePlanError: what it rests on has moved.
        PolicyDeniedError, EvidenceMissingError: an operation is blocked.
        RegistryLockedError, RegistryUnavailableError: the registry can't be written.
        SpecInvalidError, UsageError: the workspace can't be read.
    """
    reviewed = read_plan(read_text(plan_file), str(plan_file))
    session = open_session(directory)
    workspace = session.environment(reviewed.environment)
    backend = session.backend(workspace.environment)
    stamp = Stamp(actor or _user(), datetime.now(UTC).isoformat(timespec="seconds"))
    return apply_plan(
        reviewed,
        backend,
        desired_objects(workspace),
        context_of(session, workspace),
        stamp,
        known_evidence(session, workspace),
    )


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):  # no password entry for this user id
        return "unknown"
