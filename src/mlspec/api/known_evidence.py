"""What plan and apply know of evidence: records, who signed them, and what is computed again.

Keys and terms are those in force: of the registry, where it records a workspace, so that a change
brings neither its own signer nor lower terms. The registry keeps the records that runs rest on, by
digest; what they tell of the use of test rows, a later record may not forget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._stamp import moment_of_now
from mlspec.api.evidence_store import read_evidence, record_of, record_path, seal_path
from mlspec.api.evidence_uses import recorded_uses
from mlspec.api.files import read_text
from mlspec.canonical import canonical_json, digest_bytes
from mlspec.errors import TamperedPlanError
from mlspec.evidence import DataUse, EvidenceStatus
from mlspec.gates import is_plugged_in
from mlspec.planning import asks_of, evidence_entry, in_force, signers_in_force
from mlspec.state import Statement
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.api.evidence_store import KeptEvidence
    from mlspec.api.session import Session
    from mlspec.evidence import EvidenceRecord
    from mlspec.planning import Desired, EvidenceEntry, PlanContext
    from mlspec.registry import Backend
    from mlspec.state import Snapshot
    from mlspec.workspace import Workspace

__all__ = ["EvidenceTerms", "kept_records", "known_evidence", "terms_in"]


@dataclass(frozen=True, slots=True)
class EvidenceTerms:
    """The allowed signers in force, and the lowest tier whose verdicts are computed again.

    `backend` has the records that earlier runs rest on; None where it is not at hand.
    """

    signers: str
    recomputed: str = "never"
    backend: Backend | None = None


def terms_in(
    snapshot: Snapshot,
    desired: Mapping[str, Desired],
    context: PlanContext,
    backend: Backend | None = None,
) -> EvidenceTerms:
    """Return the terms that hold by a snapshot with the bodies of the ruling records."""
    ruled = in_force(context, desired, snapshot)
    floor = ruled.recomputed_evidence if ruled.require_gates else "never"
    return EvidenceTerms("\n".join(signers_in_force(desired, snapshot)), floor, backend)


def known_evidence(
    session: Session, workspace: Workspace, terms: EvidenceTerms
) -> dict[str, EvidenceEntry]:
    """Return what is known of models by address.

    Raises:
        TamperedPlanError: an evidence record does not match its own digest or its signature, its
            signature is gone, or its verdicts do not come out again.
        RegistryUnavailableError: the registry can't be read.
    """
    kept = read_evidence(session.root, workspace, moment_of_now(), terms.signers)
    desk = _Desk(session, workspace, terms)
    return {address: desk.entry(address, each) for address, each in kept.items()}


def kept_records(
    session: Session, workspace: Workspace, evidence: Mapping[str, EvidenceEntry]
) -> tuple[Statement, ...]:
    """Return the records behind entries as statements, and the envelopes of those signed.

    Each has the digest that its entry names.

    Raises:
        TamperedPlanError: a record was changed.
        UsageError: a record can't be read.
    """
    found = (
        record_of(address, record_path(session.root, workspace, address))
        for address, each in evidence.items()
        if each.digest and not each.run
    )
    contents = [canonical_json(each.to_json()) for each in found if each is not None]
    sealed = [address for address, each in evidence.items() if each.envelope and not each.run]
    contents += [envelope_of(session, workspace, each).encode() for each in sealed]
    return tuple(Statement(digest_bytes(each), each.decode()) for each in contents)


def envelope_of(session: Session, workspace: Workspace, address: str) -> str:
    """Return the text of the signed envelope beside the record of a model.

    Raises:
        UsageError: it can't be read.
    """
    return read_text(seal_path(record_path(session.root, workspace, address)))


@dataclass(frozen=True, slots=True)
class _Desk:
    session: Session
    workspace: Workspace
    terms: EvidenceTerms

    def entry(self, address: str, kept: KeptEvidence) -> EvidenceEntry:
        """Return what a plan says of the evidence of one model."""
        status, reason, again = kept.status, kept.reason or kept.unsigned, False
        if kept.record is not None and status is EvidenceStatus.PRESENT:
            again, wrong = self._again(kept.record)
            wrong = wrong or self._forgotten(kept.record)
            status, reason = (EvidenceStatus.STALE, wrong) if wrong else (status, reason)
        entry = evidence_entry(
            address, kept.record, status, reason, signers=kept.signers, is_reproduced=again
        )
        envelope = envelope_of(self.session, self.workspace, address) if kept.signers else ""
        return replace(
            entry,
            unsigned_profiles=self._unsigned_profiles(address),
            envelope=digest_bytes(envelope.encode()) if envelope else "",
        )

    def _unsigned_profiles(self, address: str) -> tuple[str, ...]:
        inputs = model_of(self.workspace.resources[address]).evaluation
        if inputs is None or all(each.format != "profile" for each in inputs.sources):
            return ()
        from mlspec.api.profiles import unsigned_profiles  # few models have any

        return unsigned_profiles(self.session.root, self.terms.signers, inputs)

    def _again(self, record: EvidenceRecord) -> tuple[bool, str]:
        """Return whether the same verdicts came out, and what differs from another version's."""
        model = self.workspace.resources[record.subject]
        is_asked = asks_of(self.terms.recomputed, model_of(model).risk.tier)
        if not is_asked and not any(map(is_plugged_in, gates_of(self.workspace, model))):
            return False, ""
        from mlspec.api.recheck import recomputed  # what computes, most plans do not ask for

        difference = recomputed(self.session.root, self.workspace, record)
        if difference and record.tool_version == __version__:
            file = record_path(self.session.root, self.workspace, record.subject)
            raise _not_reproduced(str(file), difference)
        return not difference, difference

    def _forgotten(self, record: EvidenceRecord) -> str:
        """Return that a record counts fewer uses of its rows than the registry recorded."""
        if record.uses is None or self.terms.backend is None:
            return ""
        recorded = set(recorded_uses(self.terms.backend, record.subject))
        told = {*(record.uses.earlier or ()), DataUse(record.uses.data, record.subject_digest)}
        lost = {each for each in recorded - told if each.data == record.uses.data}
        models = f"{len(lost)} model{'s' if len(lost) > 1 else ''}"
        return f"it forgets {models} that the registry recorded on the same rows" if lost else ""


def _not_reproduced(file: str, difference: str) -> TamperedPlanError:
    return TamperedPlanError(
        f"`{file}`: {difference}",
        hint="find out who wrote the record, then run `mlspec gate run` again",
    )
