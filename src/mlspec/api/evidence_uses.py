"""Which models were judged on which labelled rows: kept beside the records, and passed on.

Every record that counts passes on what earlier ones told. What is known so far is kept a second
time in a file of its own, so that a record that is deleted takes no count with it: only who takes
all files of a model away, in every environment, begins to count anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.evidence_store import record_of
from mlspec.api.files import read_text
from mlspec.errors import TamperedPlanError
from mlspec.evidence import OtherFormatError, earlier_uses, read_uses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlspec.evidence import DataUse, EvidenceRecord
    from mlspec.workspace import Workspace

__all__ = ["history_of", "uses_path"]

_RECORD = ".evidence.json"
_USES = ".uses.json"


def uses_path(record: Path) -> Path:
    """Return where the uses of data are kept that a record and earlier ones tell: beside it."""
    return record.with_name(record.name.removesuffix(_RECORD) + _USES)


def history_of(root: Path, workspace: Workspace, address: str) -> tuple[DataUse, ...] | None:
    """Return which models were judged on which data, as all that is kept of a model tells it.

    That is what the files of all environments say, whichever they are. None where none of them
    counts that; a record of another version, whose form is not known, does not.

    Raises:
        TamperedPlanError: a file was changed, or is of another model: what it counted is not known.
        UsageError: a file can't be read.
    """
    folder, name = root / workspace.spec.paths.evidence, address.rpartition("/")[2]
    told = earlier_uses(_records(address, sorted(folder.glob(f"*/{name}{_RECORD}"))))
    kept = [_uses(address, each) for each in sorted(folder.glob(f"*/{name}{_USES}"))]
    if told is None and not kept:
        return None
    return tuple(sorted({*(told or ()), *(use for uses in kept for use in uses)}))


def _records(address: str, paths: list[Path]) -> Iterator[EvidenceRecord]:
    for path in paths:
        try:
            record = record_of(address, path)
        except OtherFormatError:
            continue
        if record is not None:
            yield record


def _uses(address: str, path: Path) -> tuple[DataUse, ...]:
    try:
        return read_uses(read_text(path), address)
    except ValueError as error:
        raise TamperedPlanError(
            f"`{path}` does not tell any more on which rows models were judged: {error}",
            hint="put the file back as `mlspec gate run` wrote it, from git or the artifacts of CI",
        ) from error
