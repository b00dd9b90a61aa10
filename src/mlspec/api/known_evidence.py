"""What plan and apply know of evidence: records, who signed them, and what is computed again.

Keys and terms are those in force: of the registry, where it records a workspace, so that a change
brings neither its own signer nor lower terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._stamp import moment_of_now
from mlspec.api.evidence_store import read_evidence, record_path
from mlspec.api.recheck import recomputed
from mlspec.errors import TamperedPlanError
from mlspec.evidence import EvidenceStatus
from mlspec.planning import (
    asks_of,
    evidence_entry,
    in_force,
    observe_for,
    signers_in_force,
)
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.api.evidence_store import KeptEvidence
    from mlspec.api.session import Session
    from mlspec.planning import Desired, EvidenceEntry, PlanContext
    from mlspec.registry import Backend
    from mlspec.state import Snapshot
    from mlspec.workspace import Workspace

__all__ = ["EvidenceTerms", "known_evidence", "terms_in", "terms_of"]


@dataclass(frozen=True, slots=True)
class EvidenceTerms:
    """The allowed signers in force, and the lowest tier whose verdicts are computed again."""

    signers: str
    recomputed: str = "never"


def terms_in(
    snapshot: Snapshot, desired: Mapping[str, Desired], context: PlanContext
) -> EvidenceTerms:
    """Return the terms that hold by a snapshot with the bodies of the ruling records."""
    ruled = in_force(context, desired, snapshot)
    floor = ruled.recomputed_evidence if ruled.require_gates else "never"
    return EvidenceTerms("\n".join(signers_in_force(desired, snapshot)), floor)


def terms_of(
    backend: Backend, desired: Mapping[str, Desired], context: PlanContext
) -> EvidenceTerms:
    """Return the terms that hold by a registry.

    Raises:
        RegistryUnavailableError: the registry can't be read.
    """
    return terms_in(observe_for(backend, desired, context), desired, context)


def known_evidence(
    session: Session, workspace: Workspace, terms: EvidenceTerms
) -> dict[str, EvidenceEntry]:
    """Return what is known of models by address.

    Raises:
        TamperedPlanError: an evidence record does not match its own digest or its signature, its
            signature is gone, or its verdicts do not come out again.
    """
    kept = read_evidence(session.root, workspace, moment_of_now(), terms.signers)
    return {
        address: _entry(session, workspace, address, each, terms) for address, each in kept.items()
    }


def _entry(
    session: Session, workspace: Workspace, address: str, kept: KeptEvidence, terms: EvidenceTerms
) -> EvidenceEntry:
    tier = model_of(workspace.resources[address]).risk.tier
    status, reason, again = kept.status, kept.reason or kept.unsigned, False
    is_current = kept.record is not None and status is EvidenceStatus.PRESENT
    if kept.record is not None and is_current and asks_of(terms.recomputed, tier):
        difference = recomputed(session.root, workspace, kept.record)
        again = not difference
        if difference and kept.record.tool_version == __version__:
            raise _not_reproduced(str(record_path(session.root, workspace, address)), difference)
        if difference:
            status, reason = EvidenceStatus.STALE, difference
    return evidence_entry(
        address, kept.record, status, reason, signers=kept.signers, is_reproduced=again
    )


def _not_reproduced(file: str, difference: str) -> TamperedPlanError:
    return TamperedPlanError(
        f"`{file}`: {difference}",
        hint="find out who wrote the record, then run `mlspec gate run` again",
    )
