"""Evidence records on disk: one JSON file per model and environment.

Overrides can make the gates of one environment stricter than those of another, so that a record
holds for the environments it was judged for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api.files import read_text
from mlspec.errors import MlspecError, TamperedPlanError
from mlspec.evidence import (
    EvidenceRecord,
    EvidenceStatus,
    digest_materials,
    earlier_uses,
    read_record,
    status,
)
from mlspec.gates import gates_digest
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.evidence import DataUse
    from mlspec.workspace import Resource, Workspace

__all__ = ["KeptEvidence", "file_digests", "history_of", "read_evidence", "record_path"]


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """The record of a model, if there is one, and how it stands to the spec of today."""

    record: EvidenceRecord | None
    status: EvidenceStatus
    reason: str


def record_path(root: Path, workspace: Workspace, address: str) -> Path:
    """Return where the record of a model in the environment of the workspace is kept."""
    name = address.rpartition("/")[2]
    folder = root / workspace.spec.paths.evidence / workspace.environment
    return folder / f"{name}.evidence.json"


def standard_path(record: Path) -> Path:
    """Return where the standard form of a record is kept: beside it."""
    return record.with_name(f"{record.name.partition('.')[0]}.test-result.json")


def read_evidence(root: Path, workspace: Workspace, now: str = "") -> dict[str, KeptEvidence]:
    """Return the evidence of every model that has gates, by address.

    `now` is the moment to judge age by; without one, the same files give the same answer for ever.

    Raises:
        TamperedPlanError: a record does not match its own digest.
        UsageError: a record can't be read.
    """
    return {
        model.address: _kept(root, workspace, model, now)
        for model in workspace.of_kind("Model")
        if gates_of(workspace, model)
    }


def history_of(root: Path, workspace: Workspace, address: str) -> tuple[DataUse, ...] | None:
    """Return which models were judged on which data, as the records of a model tell it.

    Those of all environments, whichever they are. None where no record counts that. A record that
    can't be read tells nothing: judging again is what mends it.
    """
    name = record_path(root, workspace, address).name
    paths = sorted((root / workspace.spec.paths.evidence).glob(f"*/{name}"))
    records = [_legible(path, address) for path in paths]
    return earlier_uses(each for each in records if each is not None)


def _legible(path: Path, address: str) -> EvidenceRecord | None:
    try:
        return _record_of(address, path)
    except MlspecError:
        return None


def file_digests(root: Path, records: Mapping[str, EvidenceRecord]) -> dict[str, str | None]:
    """Return the digest of today of every file that records rest on; None for one that is gone."""
    digests: dict[str, str | None] = {}
    for record in records.values():
        digests |= digest_materials(record, root)
    return digests


def _kept(root: Path, workspace: Workspace, model: Resource, now: str) -> KeptEvidence:
    spec = model_of(model)
    record = _record_of(model.address, record_path(root, workspace, model.address))
    found, reason = status(
        record,
        subject_digest=spec.artifact.digest or "",
        gates_digest=gates_digest(gates_of(workspace, model), spec.evaluation),
        current_digests=digest_materials(record, root) if record else {},
        now=now,
    )
    if found is EvidenceStatus.PRESENT and not _is_whole(record, workspace, model):
        return KeptEvidence(record, EvidenceStatus.STALE, "the record lacks a gate of the spec")
    return KeptEvidence(record, found, reason)


def _is_whole(record: EvidenceRecord | None, workspace: Workspace, model: Resource) -> bool:
    judged = {each.gate for each in record.results} if record else set()
    return judged == {each.id for each in gates_of(workspace, model)}


def _record_of(address: str, path: Path) -> EvidenceRecord | None:
    record = _read(path)
    if record is not None and record.subject != address:
        raise TamperedPlanError(
            f"`{path.name}` is the record of `{record.subject}`, not of `{address}`",
            hint="run `mlspec gate run` again",
        )
    return record


def _read(path: Path) -> EvidenceRecord | None:
    if not path.is_file():
        return None
    try:
        return read_record(read_text(path))
    except TamperedPlanError as error:
        raise TamperedPlanError(
            f"`{path}`: {error.message}", details=error.details, hint=error.hint
        ) from error
