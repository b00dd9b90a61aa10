"""What holds for a whole plan, read from a session: settings, digests of tools, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.evidence_store import read_evidence
from mlspec.canonical import digest_file, digest_value
from mlspec.planning import Envelope, PlanContext, Toolchain, evidence_entry
from mlspec.resources import data_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.planning import EvidenceEntry
    from mlspec.workspace import Workspace

__all__ = ["context_of", "known_evidence"]


def known_evidence(session: Session, workspace: Workspace) -> dict[str, EvidenceEntry]:
    """Return what is known of models by address.

    Raises:
        TamperedPlanError: an evidence record does not match its own digest.
    """
    return {
        address: evidence_entry(address, each.record, each.status, each.reason)
        for address, each in read_evidence(session.root, workspace).items()
    }


def context_of(
    session: Session, workspace: Workspace, envelope: Envelope | None = None
) -> PlanContext:
    """Return the context of an environment as the specs state it, without facts of git."""
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


def _folder_digest(folder: Path) -> str:
    files: Mapping[str, str] = {
        path.relative_to(folder).as_posix(): digest_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return digest_value(files)
