"""`plan` and `apply`: what a change means, and doing exactly that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api.evidence_store import read_evidence
from mlspec.api.files import read_text
from mlspec.api.session import open_session
from mlspec.canonical import digest_file, digest_value
from mlspec.planning import (
    ApplyResult,
    Envelope,
    PlanContext,
    Stamp,
    Toolchain,
    apply_plan,
    desired_objects,
    evidence_entry,
    make_plan,
    observe_for,
    read_plan,
)
from mlspec.resources import data_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.planning import EvidenceEntry, Plan
    from mlspec.workspace import Workspace

__all__ = ["ApplyResult", "apply", "plan"]


def plan(directory: Path | None = None, environment: str | None = None) -> Plan:
    """Compare the specs of an environment with its registry. Writes nothing.

    Raises:
        SpecInvalidError: the specs have errors.
        UsageError: there is no such workspace or environment.
        RegistryUnavailableError: the registry can't be read.
        TamperedPlanError: an evidence record does not match its own digest.
    """
    session = open_session(directory)
    workspace = session.environment(environment)
    backend = session.backend(workspace.environment)
    desired = desired_objects(workspace)
    return make_plan(
        desired,
        observe_for(backend, desired),
        _context(session, workspace, envelope=_envelope(session)),
        _evidence(session, workspace),
    )


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
        _context(session, workspace),
        stamp,
        _evidence(session, workspace),
    )


def _evidence(session: Session, workspace: Workspace) -> dict[str, EvidenceEntry]:
    return {
        address: evidence_entry(address, each.record, each.status, each.reason)
        for address, each in read_evidence(session.root, workspace).items()
    }


def _context(
    session: Session, workspace: Workspace, envelope: Envelope | None = None
) -> PlanContext:
    spec = workspace.spec
    return PlanContext(
        environment=workspace.environment,
        backend=spec.registry.backend,
        toolchain=Toolchain(
            schema=_folder_digest(data_path("schemas") / "v1"),
            templates=_folder_digest(data_path("templates")),
        ),
        sources={each.file: each.digest for each in session.sources.values()},
        require_gates=spec.environments[workspace.environment].require_gates,
        envelope=envelope or Envelope(),
    )


def _envelope(session: Session) -> Envelope:
    from mlspec.vcs import head_commit

    paths = ["mlspec.yaml", session.sound().spec.paths.specs]
    commit = head_commit(session.root, paths)
    return Envelope(
        rendered_by=f"mlspec {__version__}",
        commit=commit.id if commit else None,
        dirty=commit.dirty if commit else False,
    )


def _folder_digest(folder: Path) -> str:
    files: Mapping[str, str] = {
        path.relative_to(folder).as_posix(): digest_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return digest_value(files)


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):  # no password entry for this user id
        return "unknown"
