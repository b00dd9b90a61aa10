"""`gate verify`: whether evidence is about the specs and files of today, and can be had again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._signers import signers_text
from mlspec.api._stamp import moment_of_now
from mlspec.api.evidence_store import evidence_of, record_path, run_path, signed_by
from mlspec.api.files import read_text
from mlspec.api.judge import addresses_of, environments_of, judge_model, subject_digest
from mlspec.api.recorded_evidence import recorded_evidence
from mlspec.api.session import open_session
from mlspec.errors import ExitCode, RegistryUnavailableError, TamperedPlanError, UsageError
from mlspec.evidence import EvidenceStatus, Recheck, read_run, write_record
from mlspec.gates import Binding, is_plugged_in
from mlspec.planning import asks_of
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.api.evidence_store import KeptEvidence
    from mlspec.api.session import Session
    from mlspec.evidence import EvidenceRecord
    from mlspec.workspace import Resource, Workspace

__all__ = ["RecheckReport", "recomputed", "rests_on_plugins", "verify_evidence"]


@dataclass(frozen=True, slots=True)
class RecheckReport:
    """All records that were looked at, and those of `others` that nobody asked for: not whole."""

    records: tuple[Recheck, ...]
    others: tuple[Recheck, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """12 where a record is not whole or other verdicts came out, 6 where one does not hold.

        Records that nobody asked for are told and decide nothing.
        """
        if any(each.is_reproduced is False or not each.is_whole for each in self.records):
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
    again as of the moment of the record, by this version: the same bytes have to come out; so they
    are where a gate comes from another package. No file is written. A record that was edited is
    told like the others, and stops none of them.

    Raises:
        UsageError: a model or the environment does not exist.
        SpecInvalidError: the specs have errors.
        TamperedPlanError: a profile has a signature beside it that does not hold.
    """
    session = open_session(directory)
    now, signers = moment_of_now(), signers_text(session.root)
    records: list[Recheck] = []
    others: list[Recheck] = []
    for workspace in environments_of(session, environment):
        verifier = _Verifier(session, workspace, now, signers, recompute=recompute)
        asked = {*addresses_of(workspace, models)}
        gated = [each for each in workspace.of_kind("Model") if gates_of(workspace, each)]
        records += [verifier.found(each) for each in gated if each.address in asked]
        told = [verifier.found(each, again=False) for each in gated if each.address not in asked]
        others += [each for each in told if not each.is_whole]
    return RecheckReport(tuple(records), tuple(others))


@dataclass(frozen=True, slots=True)
class _Verifier:
    session: Session
    workspace: Workspace
    now: str
    signers: str
    recompute: bool

    @property
    def root(self) -> Path:
        return self.session.root

    def found(self, model: Resource, *, again: bool = True) -> Recheck:
        """Return how the record of a model stands; with `again`, judged again where asked for."""
        try:
            kept = evidence_of(self.root, self.workspace, model, self.now, self.signers)
        except TamperedPlanError as error:
            return Recheck(
                model.address,
                self.workspace.environment,
                str(record_path(self.root, self.workspace, model.address)),
                EvidenceStatus.STALE,
                error.message,
                is_whole=False,
                mend=error.hint or "",
            )
        return self._verified(model.address, kept, recompute=self.recompute and again)

    def _verified(self, address: str, kept: KeptEvidence, *, recompute: bool) -> Recheck:
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
            unsigned_profiles=self._unsigned_profiles(workspace.resources[address]),
        )
        found = self._as_recorded(self._with_run(found))
        recompute = recompute or rests_on_plugins(workspace, kept.record)
        if not recompute or kept.record is None or kept.status is not EvidenceStatus.PRESENT:
            return found
        difference = recomputed(self.root, workspace, kept.record)
        return replace(found, is_reproduced=not difference, reason=difference)

    def _unsigned_profiles(self, model: Resource) -> tuple[str, ...]:
        """Return the references that lack a signature which the environment asks for."""
        settings = self.workspace.spec.environments[self.workspace.environment]
        spec = model_of(model)
        if not (settings.require_gates and asks_of(settings.signed_profiles, spec.risk.tier)):
            return ()
        from mlspec.api.profiles import unsigned_profiles

        return unsigned_profiles(self.root, self.signers, spec.evaluation)

    def _as_recorded(self, found: Recheck) -> Recheck:
        """Return what was found; where the record is gone, with what the registry keeps of it."""
        if found.status is not EvidenceStatus.MISSING:
            return found
        try:
            kept = recorded_evidence(self.session.backend(found.environment), found.address)
        except (RegistryUnavailableError, UsageError):
            return found  # it only could have told more
        if kept is None:
            return found
        return replace(found, reason=f"{found.reason}; {kept.told}", is_whole=not kept.wrong)

    def _with_run(self, found: Recheck) -> Recheck:
        """Return what was found with the facts of the run, or that those are not whole."""
        path = run_path(Path(found.file))
        if found.record is None or not path.is_file():
            return found
        try:
            run = read_run(read_text(path), found.record)
            signers, _ = signed_by(path, self.signers, was_signed=run.signed)
        except ValueError as error:
            wrong, mend = f"`{path}`: {error}", "put it back, or run `mlspec gate run` again"
        except (TamperedPlanError, UsageError) as error:
            wrong, mend = error.message, error.hint or ""
        else:
            return replace(found, run=run, run_signers=signers)
        return replace(found, is_whole=False, reason=wrong, mend=mend)


def rests_on_plugins(workspace: Workspace, record: EvidenceRecord | None) -> bool:
    """Tell whether gates of other packages judged: no one but their own function knows of them."""
    if record is None or record.subject not in workspace.resources:
        return False
    return any(map(is_plugged_in, gates_of(workspace, workspace.resources[record.subject])))


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
