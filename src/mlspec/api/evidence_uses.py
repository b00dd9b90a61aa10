"""Which models were judged on which labelled rows: kept beside the records, and passed on.

Every record that counts passes on what earlier ones told. What is known so far is kept a second
time in a file of its own, so that a record that is deleted takes no count with it; and the registry
keeps the records that its runs rest on. Only of models that were never applied, who takes all files
away, in every environment, begins to count anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.evidence_store import HINT_OF_USES, RECORD_SUFFIX, USES_SUFFIX, kept_uses, record_of
from mlspec.errors import TamperedPlanError
from mlspec.evidence import OtherFormatError, earlier_uses, read_record
from mlspec.gates import find_gate
from mlspec.planning.views import read_facts
from mlspec.workspace import gates_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.evidence import DataUse, EvidenceRecord
    from mlspec.registry import Backend
    from mlspec.state import Statement
    from mlspec.workspace import Workspace

__all__ = ["history_of", "recorded_uses"]


def history_of(session: Session, workspace: Workspace, address: str) -> tuple[DataUse, ...] | None:
    """Return which models were judged on which data, as all that is kept of a model tells it.

    That is what the files and the registry of all environments say. None where no gate of the model
    asks for it, or none of them counts; a record of another version, whose form is not known, does
    not.

    Raises:
        TamperedPlanError: a file was changed, or is of another model: what it counted is not known.
        UsageError: a file can't be read.
        RegistryUnavailableError: the registry can't be read.
    """
    gates = gates_of(workspace, workspace.resources[address])
    if not any(find_gate(each).reads_history for each in gates):
        return None
    folder, name = session.root / workspace.spec.paths.evidence, address.rpartition("/")[2]
    told = earlier_uses(_records(address, sorted(folder.glob(f"*/{name}{RECORD_SUFFIX}"))))
    kept = [kept_uses(address, each) for each in sorted(folder.glob(f"*/{name}{USES_SUFFIX}"))]
    kept += [recorded_uses(session.backend(each), address) for each in workspace.spec.environments]
    if told is None and not any(kept):
        return None
    return tuple(sorted({*(told or ()), *(use for uses in kept for use in uses)}))


def recorded_uses(backend: Backend, address: str) -> tuple[DataUse, ...]:
    """Return the uses that the records tell which the runs of a registry rest on.

    Raises:
        RegistryUnavailableError: the registry can't be read.
        TamperedPlanError: a record in it was changed.
    """
    runs = backend.statements({each.statement for each in backend.runs()} - {""})
    judged = [facts.evidence.get(address) for _, facts in read_facts(runs)]
    digests = {each.digest for each in judged if each is not None} - {""}
    kept = backend.statements(digests) if digests else {}
    return earlier_uses(_readable(kept.values())) or ()


def _readable(statements: Iterable[Statement]) -> Iterator[EvidenceRecord]:
    for each in statements:
        try:
            yield read_record(each.content)
        except OtherFormatError:
            continue


def _records(address: str, paths: list[Path]) -> Iterator[EvidenceRecord]:
    for path in paths:
        try:
            record = record_of(address, path)
        except OtherFormatError:
            continue
        except TamperedPlanError as error:
            raise TamperedPlanError(
                error.message, details=error.details, hint=HINT_OF_USES
            ) from error
        if record is not None:
            yield record
