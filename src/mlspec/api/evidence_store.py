"""Evidence records on disk: one JSON file per model and environment, and its signature beside it.

Overrides can make the gates of one environment stricter than those of another, so that a record
holds for the environments it was judged for. A signature is a DSSE envelope around the bytes of
the record; a record that was signed says so, so that an envelope that is gone is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api.files import read_text
from mlspec.canonical import digest_file
from mlspec.errors import TamperedPlanError
from mlspec.evidence import (
    NOT_RUN,
    EvidenceRecord,
    EvidenceStatus,
    OtherFormatError,
    Reason,
    contradiction,
    digest_materials,
    locate,
    read_record,
    read_uses,
    shown,
    status,
)
from mlspec.gates import feature_names, gates_digest, spec_difference
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mlspec.evidence import DataUse
    from mlspec.workspace import Resource, Workspace

__all__ = [
    "HINT_OF_USES",
    "RECORD_SUFFIX",
    "RUN_SUFFIX",
    "USES_SUFFIX",
    "KeptEvidence",
    "artifact_difference",
    "evidence_of",
    "file_digests",
    "kept_uses",
    "read_evidence",
    "record_of",
    "record_path",
    "run_path",
    "seal_path",
    "signed_by",
    "standard_path",
    "standing_of",
    "uses_path",
    "without_evidence",
]

RECORD_SUFFIX = ".evidence.json"
RUN_SUFFIX = ".run.json"
USES_SUFFIX = ".uses.json"
HINT_OF_USES = (
    "put the file back as `mlspec gate run` wrote it, from git or the artifacts of CI; or take it "
    "away: what other files and the registry tell counts on"
)

_SEAL_BYTES = 96 << 20
"""An envelope holds its record in base64."""


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """The record of a model, if there is one, and how it stands to the spec of today.

    `signers` are those of the record who are allowed to sign; `unsigned` says why there are none.
    """

    record: EvidenceRecord | None
    status: EvidenceStatus
    reason: str
    signers: tuple[str, ...] = ()
    unsigned: str = ""


def record_path(root: Path, workspace: Workspace, address: str) -> Path:
    """Return where the record of a model in the environment of the workspace is kept."""
    name = address.rpartition("/")[2]
    return _records(root, workspace) / f"{name}{RECORD_SUFFIX}"


def _records(root: Path, workspace: Workspace) -> Path:
    return root / workspace.spec.paths.evidence / workspace.environment


def standard_path(record: Path) -> Path:
    """Return where the standard form of a record is kept: beside it."""
    return record.with_name(f"{record.name.partition('.')[0]}.test-result.json")


def seal_path(record: Path) -> Path:
    """Return where the signed envelope of a record, or of its run, is kept: beside it."""
    return record.with_suffix(".dsse.json")


def run_path(record: Path) -> Path:
    """Return where the facts of the run are kept that wrote a record: beside it."""
    return record.with_name(record.name.removesuffix(RECORD_SUFFIX) + RUN_SUFFIX)


def uses_path(record: Path) -> Path:
    """Return where the uses of data are kept that a record and earlier ones tell: beside it."""
    return record.with_name(record.name.removesuffix(RECORD_SUFFIX) + USES_SUFFIX)


def kept_uses(address: str, path: Path) -> tuple[DataUse, ...]:
    """Return the uses of data that a file tells of a model.

    Raises:
        TamperedPlanError: it was changed, or is of another model.
        UsageError: the file can't be read.
    """
    try:
        return read_uses(read_text(path), address)
    except ValueError as error:
        raise TamperedPlanError(
            f"`{path}` does not tell any more on which rows models were judged: {error}",
            hint=HINT_OF_USES,
        ) from error


def read_evidence(
    root: Path, workspace: Workspace, now: str = "", signers: str | None = None
) -> dict[str, KeptEvidence]:
    """Return the evidence of every model that has gates, by address.

    `now` is the moment to judge age by; without one, the same files give the same answer for ever.
    `signers` is the text of the allowed signers; without one, signatures are not looked at.

    Raises:
        TamperedPlanError: as for `evidence_of`.
        UsageError: a record can't be read.
    """
    models = [each for each in workspace.of_kind("Model") if gates_of(workspace, each)]
    nothing = without_evidence(root, workspace, models)
    return {
        each.address: nothing.get(each.address) or evidence_of(root, workspace, each, now, signers)
        for each in models
    }


def artifact_difference(root: Path, model: Resource) -> str:
    """Return how the artifact in the workspace differs from its digest; "" where it doesn't.

    An artifact that lies elsewhere stays a declaration.
    """
    artifact = model_of(model).artifact
    path = locate(root, artifact.uri)
    if isinstance(path, Reason) or not artifact.digest:
        return ""
    try:
        found = digest_file(path)
    except OSError as error:
        return f"the artifact {shown(artifact.uri)} can't be read: {error.strerror}"
    if found == artifact.digest:
        return ""
    stated = f"the spec states {_short(artifact.digest)}"
    return f"the artifact {shown(artifact.uri)} has the digest {_short(found)}, {stated}"


def _short(digest: str) -> str:
    return f"{digest[:19]}..."


def file_digests(root: Path, records: Mapping[str, EvidenceRecord]) -> dict[str, str | None]:
    """Return the digest of today of every file that records rest on; None for one that is gone."""
    digests: dict[str, str | None] = {}
    for record in records.values():
        digests |= digest_materials(record, root)
    return digests


def record_of(address: str, path: Path) -> EvidenceRecord | None:
    """Return the record of a model in a file; None where there is no file.

    Raises:
        OtherFormatError: another version wrote it, in a form that this one does not read.
        TamperedPlanError: it was changed, or is of another model.
        UsageError: the file can't be read.
    """
    record = _read(path)
    if record is not None and record.subject != address:
        raise TamperedPlanError(
            f"`{path.name}` is the record of `{record.subject}`, not of `{address}`",
            hint="run `mlspec gate run` again",
        )
    return record


def without_evidence(
    root: Path, workspace: Workspace, models: Sequence[Resource]
) -> dict[str, KeptEvidence]:
    """Return the evidence of the models that have none, by address; their folder is read once.

    A folder that can't be read says nothing: their files are then asked for one by one.
    """
    nothing = KeptEvidence(None, EvidenceStatus.MISSING, NOT_RUN)
    try:
        found = {each.name for each in _records(root, workspace).iterdir()}
    except FileNotFoundError:
        found = set()
    except OSError:
        return {}
    return {
        each.address: nothing
        for each in models
        if found.isdisjoint((each.name + RECORD_SUFFIX, each.name + USES_SUFFIX))
    }


def evidence_of(
    root: Path, workspace: Workspace, model: Resource, now: str = "", signers: str | None = None
) -> KeptEvidence:
    """Return the evidence of one model, as `read_evidence` does.

    Raises:
        TamperedPlanError: the record does not match its own digest, its signature is for another
            text, or is gone, or the uses of data that are kept beside it were changed.
        UsageError: a file can't be read.
    """
    path = record_path(root, workspace, model.address)
    if uses_path(path).is_file():
        kept_uses(model.address, uses_path(path))
    try:
        record = record_of(model.address, path)
    except OtherFormatError as error:
        return KeptEvidence(None, EvidenceStatus.STALE, str(error))
    found, reason = _standing(root, workspace, model, record, now)
    if record is None or signers is None:
        return KeptEvidence(record, found, reason)
    names, unsigned = signed_by(path, signers, was_signed=record.signed)
    if found is EvidenceStatus.PRESENT and (other := artifact_difference(root, model)):
        found, reason = EvidenceStatus.STALE, other
    return KeptEvidence(record, found, reason, names, unsigned)


def _standing(
    root: Path, workspace: Workspace, model: Resource, record: EvidenceRecord | None, now: str
) -> tuple[EvidenceStatus, str]:
    if record is None:  # there is nothing that the gates of today could differ from
        return EvidenceStatus.MISSING, NOT_RUN
    spec = model_of(model)
    found, reason = status(
        record,
        subject_digest=spec.artifact.digest or "",
        gates_digest=gates_digest(gates_of(workspace, model), spec.evaluation),
        current_digests=digest_materials(record, root),
        now=now,
    )
    if found is not EvidenceStatus.PRESENT:
        return found, reason
    wrong = _wrong_in(root, record, workspace, model)
    return (EvidenceStatus.STALE, wrong) if wrong else (found, "")


def standing_of(
    workspace: Workspace, model: Resource, record: EvidenceRecord
) -> tuple[EvidenceStatus, str]:
    """Return how a record of a registry stands to the version and the gates of today.

    Its files are not looked at: they may be gone from here, and were there when it was recorded.
    """
    spec = model_of(model)
    return status(
        record,
        subject_digest=spec.artifact.digest or "",
        gates_digest=gates_digest(gates_of(workspace, model), spec.evaluation),
        current_digests={each.file: each.digest for each in record.materials},
    )


def _wrong_in(root: Path, record: EvidenceRecord, workspace: Workspace, model: Resource) -> str:
    """Return why a record is none that these gates wrote, although all digests are right."""
    own = contradiction(record)
    if own:
        return f"the record contradicts itself, {own}: run `mlspec gate run` again"
    gates, inputs = gates_of(workspace, model), model_of(model).evaluation
    other = spec_difference(record, gates, inputs, feature_names(root, gates, inputs))
    return f"{other}: run `mlspec gate run` again" if other else ""


def signed_by(path: Path, signers: str, *, was_signed: bool) -> tuple[tuple[str, ...], str]:
    """Return who signed a record or the facts of its run, or why nobody counts.

    `was_signed` is what the file says of itself: then the envelope has to be there.

    Raises:
        TamperedPlanError: the envelope holds another text, is none, or is gone.
    """
    from mlspec.ledger import envelopes
    from mlspec.ledger.signing import EVIDENCE_NAMESPACE

    beside = seal_path(path)
    if not beside.is_file():
        if was_signed:
            raise _broken(path, f"it was signed, and `{beside.name}` is gone")
        return (), "the record is not signed"
    try:
        envelope = envelopes.opened(read_text(beside, limit_bytes=_SEAL_BYTES))
        if envelope.payload != path.read_bytes():
            raise _broken(path, f"`{beside.name}` is the signature of another text")
        sealed = envelopes.sealed_by(envelope, signers, EVIDENCE_NAMESPACE)
    except ValueError as error:
        raise _broken(path, f"`{beside.name}`: {error}") from error
    return sealed.signers, "" if sealed.signers else "; ".join(sealed.notes)


def _broken(path: Path, why: str) -> TamperedPlanError:
    return TamperedPlanError(
        f"the signature of `{path}` does not hold: {why}",
        hint="put both files back as they were, or run `mlspec gate run --sign KEY` again",
    )


def _read(path: Path) -> EvidenceRecord | None:
    if not path.is_file():
        return None
    try:
        return read_record(read_text(path))
    except TamperedPlanError as error:
        raise TamperedPlanError(
            f"`{path}`: {error.message}", details=error.details, hint=error.hint
        ) from error
