"""Writing evidence: record, signature, facts of the run, standard form, known uses of data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api._places import folder_inside
from mlspec.api._transaction import Transaction
from mlspec.api.evidence_store import run_path, seal_path, standard_path, uses_path
from mlspec.api.files import require_regular
from mlspec.errors import OutputError
from mlspec.evidence import DataUse, write_record, write_run, write_test_result, write_uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlspec.evidence import EvidenceRecord, GateRun

__all__ = ["Written", "keep"]


@dataclass(frozen=True, slots=True)
class Written:
    """A record, the facts of the run that made it, and the files that the record goes to."""

    record: EvidenceRecord
    files: tuple[Path, ...]
    run: GateRun


def keep(root: Path, records: Sequence[Written], key: Path | None) -> tuple[Path, ...]:
    """Write all records or none: evidence of two runs must not stand side by side.

    With a key, each is signed, and so are the facts of its run; without one, the envelopes of an
    earlier run are taken away. Return the files in the order they were written.

    Raises:
        OutputError: a file can't be written.
        UsageError: the key can't sign.
    """
    contents = {file: text for each in records for file, text in _texts(each, key)}
    for folder in {file.parent for file in contents}:
        folder_inside(root, folder.relative_to(root).as_posix())
    try:
        _store(contents)
    except OSError as error:
        raise _failure(error) from error
    return tuple(file for file, text in contents.items() if text is not None)


def _texts(written: Written, key: Path | None) -> Iterator[tuple[Path, str | None]]:
    """Yield the content of each file; None for one that goes away."""
    text, told = write_record(written.record), write_run(written.run, written.record)
    envelope = None if key is None else _sealed(text, key)
    envelope_of_run = None if key is None else _sealed(told, key)
    uses = _uses(written.record)
    for file in written.files:
        yield file, text
        yield seal_path(file), envelope
        yield run_path(file), told
        yield seal_path(run_path(file)), envelope_of_run
        yield standard_path(file), write_test_result(written.record)
        if uses is not None:
            yield uses_path(file), uses


def _sealed(text: str, key: Path) -> str:
    from mlspec.ledger import envelopes
    from mlspec.ledger.signing import EVIDENCE_NAMESPACE

    return envelopes.seal(text.encode(), key, EVIDENCE_NAMESPACE)


def _uses(record: EvidenceRecord) -> str | None:
    """Return what the record and earlier ones tell of uses; None where no gate asks."""
    if record.uses is None:
        return None
    own = DataUse(record.uses.data, record.subject_digest)
    told = {own, *(record.uses.earlier or ())}
    return write_uses(record.subject, (each for each in told if each.data and each.subject))


def _store(contents: dict[Path, str | None]) -> None:
    with Transaction() as transaction:
        for file, text in contents.items():
            require_regular(file)
            if text is not None:
                transaction.stage(file, text.encode())
            elif file.exists():
                transaction.remove(file)
        transaction.commit()


def _failure(error: OSError) -> OutputError:
    named = f"`{error.filename}`" if error.filename else "the evidence"
    return OutputError(
        f"{named} can't be written: {error.strerror}",
        details=("the evidence of earlier runs is as it was",),
        hint="check `paths.evidence` in `mlspec.yaml`, and that there is room",
    )
