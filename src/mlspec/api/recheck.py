"""`gate verify`: whether evidence is about the specs and files of today, and can be had again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._stamp import moment_of_now
from mlspec.api.evidence_store import read_evidence, record_path
from mlspec.api.judge import addresses_of, environments_of, judge_model, subject_digest
from mlspec.api.session import open_session
from mlspec.errors import ExitCode
from mlspec.evidence import EvidenceStatus, Recheck, write_record
from mlspec.gates import Binding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlspec.api.evidence_store import KeptEvidence
    from mlspec.evidence import EvidenceRecord
    from mlspec.workspace import Workspace

__all__ = ["RecheckReport", "verify_evidence"]


@dataclass(frozen=True, slots=True)
class RecheckReport:
    """All records that were looked at."""

    records: tuple[Recheck, ...]

    @property
    def exit_code(self) -> ExitCode:
        """12 where other verdicts came out, 6 where a record is missing or stale."""
        if any(each.is_reproduced is False for each in self.records):
            return ExitCode.TAMPERED
        is_good = all(each.status is EvidenceStatus.PRESENT for each in self.records)
        return ExitCode.OK if is_good else ExitCode.EVIDENCE_MISSING


def verify_evidence(
    models: Sequence[str] = (),
    directory: Path | None = None,
    environment: str | None = None,
    *,
    recompute: bool = False,
) -> RecheckReport:
    """Verify the records of the named models (all otherwise) in one or every environment.

    With `recompute`, the gates are judged again as of the moment of the record, by this version:
    the same bytes have to come out. No file is written.

    Raises:
        UsageError: a model or the environment does not exist.
        SpecInvalidError: the specs have errors.
        TamperedPlanError: a record does not match its own digest, or is of another model.
    """
    session = open_session(directory)
    now = moment_of_now()
    records: list[Recheck] = []
    for workspace in environments_of(session, environment):
        kept = read_evidence(session.root, workspace, now)
        wanted = [each for each in addresses_of(workspace, models) if each in kept]
        verifier = _Verifier(session.root, workspace, recompute=recompute)
        records += [verifier.verified(each, kept[each]) for each in wanted]
    return RecheckReport(tuple(records))


@dataclass(frozen=True, slots=True)
class _Verifier:
    root: Path
    workspace: Workspace
    recompute: bool

    def verified(self, address: str, kept: KeptEvidence) -> Recheck:
        file = str(record_path(self.root, self.workspace, address))
        found = Recheck(address, self.workspace.environment, file, kept.status, kept.reason)
        if not self.recompute or kept.record is None or kept.status is not EvidenceStatus.PRESENT:
            return found
        return self._recomputed(found, kept.record)

    def _recomputed(self, found: Recheck, record: EvidenceRecord) -> Recheck:
        model = self.workspace.resources[found.address]
        again = judge_model(
            self.root,
            self.workspace,
            model,
            binding=Binding(
                model.address,
                subject_digest(model),
                record.tool_version,
                record.as_of,
                None if record.uses is None else record.uses.earlier,
            ),
        )
        if write_record(again) == write_record(record):
            return replace(found, is_reproduced=True)
        return replace(found, is_reproduced=False, reason=_difference(record, again))


def _difference(before: EvidenceRecord, after: EvidenceRecord) -> str:
    """Return what came out otherwise, in few words."""
    told = {each.gate: each for each in after.results}
    others = [each.gate for each in before.results if told.get(each.gate) != each]
    by = "" if before.tool_version == __version__ else f", made by mlspec {before.tool_version}"
    return f"judged again, the same files give another result for {', '.join(others)}{by}"
