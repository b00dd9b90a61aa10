"""Evidence that a registry keeps: of the files that are gone, what was judged and who signed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.errors import TamperedPlanError
from mlspec.evidence import EvidenceRecord, OtherFormatError, read_record
from mlspec.ledger.evidence_seals import envelope_kept
from mlspec.planning.signers_then import signers_then
from mlspec.planning.views import read_facts

if TYPE_CHECKING:
    from mlspec.ledger import RunFacts
    from mlspec.ledger._evidence_fact import Judged
    from mlspec.registry import Backend

__all__ = ["RecordedEvidence", "recorded_evidence"]


@dataclass(frozen=True, slots=True)
class RecordedEvidence:
    """The evidence that the newest run of a model rests on, as its registry keeps it.

    `record` is None where the registry does not hold it, or this version does not read it.
    `signers` signed it with keys that were in force then; `wrong` says what is not as it was.
    """

    run: str
    digest: str
    record: EvidenceRecord | None
    signers: tuple[str, ...] = ()
    wrong: str = ""

    @property
    def told(self) -> str:
        """All of it in one sentence."""
        verdict = "a record that is not kept" if self.record is None else self.record.overall.value
        signed = f"signed by {', '.join(self.signers)}" if self.signers else "not signed"
        known = (
            f"run {self.run} of the registry rests on {self.digest[:19]}...: {verdict}, {signed}"
        )
        return f"{known}; {self.wrong}" if self.wrong else known


def recorded_evidence(backend: Backend, address: str) -> RecordedEvidence | None:
    """Return the evidence of the newest run that tells of a model; None where none does.

    Signatures are held against the keys that the registry had recorded before that run.

    Raises:
        RegistryUnavailableError: the registry can't be read.
    """
    runs = {each.statement: each for each in backend.runs()}
    told = dict(read_facts(backend.statements({*runs} - {""})))
    for statement in reversed(runs):
        facts = told.get(statement)
        judged = facts.evidence.get(address) if facts else None
        if facts is not None and judged is not None and judged.digest:
            return _found(backend, facts, judged)
    return None


def _found(backend: Backend, facts: RunFacts, judged: Judged) -> RecordedEvidence:
    kept = backend.statements({judged.digest, judged.envelope} - {""})
    try:
        statement = kept.get(judged.digest)
        record = None if statement is None else read_record(statement.content)
    except (OtherFormatError, TamperedPlanError):
        record = None
    if not judged.envelope:
        return RecordedEvidence(facts.run_id, judged.digest, record)
    from mlspec.ledger import envelopes
    from mlspec.ledger.signing import EVIDENCE_NAMESPACE

    envelope = envelope_kept(judged, kept)
    if isinstance(envelope, str):
        return RecordedEvidence(facts.run_id, judged.digest, record, wrong=envelope)
    signers = signers_then(tuple(backend.events()), backend.bodies).of_run(facts.serial)
    try:
        sealed = envelopes.sealed_by(envelope, signers, EVIDENCE_NAMESPACE)
    except ValueError as error:
        return RecordedEvidence(facts.run_id, judged.digest, record, wrong=str(error))
    return RecordedEvidence(facts.run_id, judged.digest, record, sealed.signers)
