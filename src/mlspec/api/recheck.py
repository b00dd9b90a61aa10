"""`gate verify`: whether evidence is about the specs and files of today, and can be had again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._stamp import moment_of_now
from mlspec.api.context import signers_text
from mlspec.api.evidence_store import read_evidence, record_path
from mlspec.api.judge import addresses_of, environments_of, judge_model, subject_digest
from mlspec.api.session import open_session
from mlspec.errors import ExitCode
from mlspec.evidence import EvidenceStatus, Recheck, write_record
from mlspec.gates import Binding
from mlspec.planning import asks_of
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlspec.api.evidence_store import KeptEvidence
    from mlspec.evidence import EvidenceRecord
    from mlspec.workspace import Workspace

__all__ = ["RecheckReport", "recomputed", "verify_evidence"]


@dataclass(frozen=True, slots=True)
class RecheckReport:
    """All records that were looked at."""

    records: tuple[Recheck, ...]

    @property
    def exit_code(self) -> ExitCode:
        """12 where other verdicts came out, 6 where a record is missing, stale, or not signed."""
        if any(each.is_reproduced is False for each in self.records):
            return ExitCode.TAMPERED
        is_good = all(each.is_good for each in self.records)
        return ExitCode.OK if is_good else ExitCode.EVIDENCE_MISSING


def verify_evidence(
    models: Sequence[str] = (),
    directory: Path | None = None,
    environment: str | None = None,
    *,
    recompute: bool = False,
) -> RecheckReport:
    """Verify the records of the named models (all otherwise) in one or every environment.

    Signatures count by the allowed signers of the checkout. With `recompute`, the gates are judged
    again as of the moment of the record, by this version: the same bytes have to come out. No file
    is written.

    Raises:
        UsageError: a model or the environment does not exist.
        SpecInvalidError: the specs have errors.
        TamperedPlanError: a record does not match its own digest or signature, is of another
            model, or its signature is gone.
    """
    session = open_session(directory)
    now, signers = moment_of_now(), signers_text(session.root)
    records: list[Recheck] = []
    for workspace in environments_of(session, environment):
        kept = read_evidence(session.root, workspace, now, signers)
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
        workspace = self.workspace
        settings = workspace.spec.environments[workspace.environment]
        tier = model_of(workspace.resources[address]).risk.tier
        found = Recheck(
            address,
            workspace.environment,
            str(record_path(self.root, workspace, address)),
            kept.status,
            kept.reason,
            record=kept.record,
            signers=kept.signers,
            unsigned=kept.unsigned,
            wants_signature=settings.require_gates and asks_of(settings.signed_evidence, tier),
        )
        if not self.recompute or kept.record is None or kept.status is not EvidenceStatus.PRESENT:
            return found
        difference = recomputed(self.root, workspace, kept.record)
        return replace(found, is_reproduced=not difference, reason=difference)


def recomputed(root: Path, workspace: Workspace, record: EvidenceRecord) -> str:
    """Judge the files of a record again, as of its moment; return what differs, "" for nothing.

    Raises:
        TamperedPlanError: a profile has a signature beside it that does not hold.
    """
    again = judge_model(
        root,
        workspace,
        workspace.resources[record.subject],
        binding=Binding(
            record.subject,
            subject_digest(workspace.resources[record.subject]),
            record.tool_version,
            record.as_of,
            None if record.uses is None else record.uses.earlier,
            signed=record.signed,
            engine={each.name: each.engine for each in record.materials if each.engine},
        ),
    )
    return "" if write_record(again) == write_record(record) else _difference(record, again)


def _difference(before: EvidenceRecord, after: EvidenceRecord) -> str:
    """Return what came out otherwise, in few words."""
    told = {each.gate: each for each in after.results}
    others = [each.gate for each in before.results if told.get(each.gate) != each]
    by = "" if before.tool_version == __version__ else f", made by mlspec {before.tool_version}"
    return f"judged again, the same files give another result for {', '.join(others)}{by}"
