"""How a record stands to the spec and the files of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import digest_file
from mlspec.evidence._file import locate, shown
from mlspec.evidence._model import NOT_RUN, EvidenceRecord, EvidenceStatus, Verdict
from mlspec.evidence._reason import Reason
from mlspec.evidence._remote import is_remote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.evidence._model import Material

__all__ = ["digest_materials", "status"]


def status(
    record: EvidenceRecord | None,
    *,
    subject_digest: str,
    gates_digest: str,
    current_digests: Mapping[str, str | None],
    now: str = "",
) -> tuple[EvidenceStatus, str]:
    """Return whether a record is about this model, these gates and these files.

    `current_digests` maps each file to its digest of today, None when it is gone; a material that
    is not in it counts as changed. `now` is a moment in UTC; without one, age is not judged. The
    reason is a sentence, empty when the record is present.
    """
    if record is None:
        return EvidenceStatus.MISSING, NOT_RUN
    if record.overall is Verdict.PASS and not record.materials:
        return EvidenceStatus.STALE, "the record names no files that its verdict rests on"
    reason = (
        _moved(record, subject_digest, gates_digest)
        or _changed(record, current_digests)
        or _expired(record, now)
    )
    return (EvidenceStatus.STALE, reason) if reason else (EvidenceStatus.PRESENT, "")


def digest_materials(record: EvidenceRecord, root: Path) -> dict[str, str | None]:
    """Return the digests of today of the files that a record rests on, for `status`."""
    return {each.file: _digest(root, each) for each in record.materials}


def _digest(root: Path, material: Material) -> str | None:
    """Return the digest of a file; one in S3 has the digest that it was judged with.

    The spec has to state that one, and judging again reads the object.
    """
    if is_remote(material.file):
        return material.digest
    path = locate(root, material.file)
    if isinstance(path, Reason):
        return None
    try:
        return digest_file(path)
    except OSError:
        return None


def _moved(record: EvidenceRecord, subject_digest: str, gates_digest: str) -> str:
    if not subject_digest or record.subject_digest != subject_digest:
        return "the artifact is not the one that the gates were run for"
    if record.gates_digest != gates_digest:
        return "the gates or their inputs were changed after the run"
    return ""


def _expired(record: EvidenceRecord, now: str) -> str:
    """Return that time has passed over the verdict; moments in UTC sort as text."""
    if not (now and record.valid_until) or now <= record.valid_until:
        return ""
    return f"it held until {record.valid_until}: evidence grew too old, or a waiver ended"


def _changed(record: EvidenceRecord, current_digests: Mapping[str, str | None]) -> str:
    for each in record.materials:
        current = current_digests.get(each.file)
        if current is None:
            return f"{shown(each.file)} is not there to check any more"
        if current != each.digest:
            return f"{shown(each.file)} was changed after the run"
    return ""
