"""Evidence records on disk: one JSON file per model in the evidence folder of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.files import read_text
from mlspec.canonical import digest_file
from mlspec.evidence import EvidenceRecord, read_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.workspace import Workspace

__all__ = ["file_digests", "read_records", "record_path"]


def record_path(root: Path, workspace: Workspace, address: str) -> Path:
    """Return where the record of a model is kept."""
    name = address.rpartition("/")[2]
    return root / workspace.spec.paths.evidence / f"{name}.evidence.json"


def read_records(root: Path, workspace: Workspace) -> dict[str, EvidenceRecord]:
    """Return the records of all models that have one, by address.

    Raises:
        TamperedPlanError: a record does not match its own digest.
        UsageError: a record can't be read.
    """
    records: dict[str, EvidenceRecord] = {}
    for model in workspace.of_kind("Model"):
        path = record_path(root, workspace, model.address)
        if path.is_file():
            records[model.address] = read_record(read_text(path))
    return records


def file_digests(root: Path, records: Mapping[str, EvidenceRecord]) -> dict[str, str | None]:
    """Return the digest of today for every file that a record rests on; None where it is gone."""
    files = sorted({each.file for record in records.values() for each in record.materials})
    return {file: _digest(root / file) for file in files}


def _digest(path: Path) -> str | None:
    try:
        return digest_file(path)
    except OSError:
        return None
