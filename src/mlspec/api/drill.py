"""`drill`: a fire drill of a retraining, from synthetic drift to a registry that is thrown away."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._drill_drift import drift_gate, inject
from mlspec.api._drill_moves import Drift
from mlspec.api._drill_way import WATCHED, Way, gates_link, registry_link
from mlspec.api._stamp import moment_of_now
from mlspec.api.evidence_store import record_path
from mlspec.api.evidence_uses import history_of
from mlspec.api.files import write_text
from mlspec.api.judge import addresses_of, judge_model, subject_digest
from mlspec.api.monitored_profiles import monitored_profiles
from mlspec.api.rehearsals import SUFFIX, path_digest
from mlspec.api.session import open_session
from mlspec.errors import ExitCode, UsageError
from mlspec.evidence import DrillLink, DrillRecord, DrillStatus, write_drill
from mlspec.gates import Binding
from mlspec.lowering import Files, lower
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.api._drill_drift import Injected
    from mlspec.api.session import Session
    from mlspec.diagnostics import Diagnostic
    from mlspec.evidence import EvidenceRecord
    from mlspec.lowering import Lowered
    from mlspec.workspace import Resource, Workspace

__all__ = ["Drift", "DrillReport", "rehearse"]

_DRIFTS = ("data-drift", "prediction-drift")
"""Dimensions of monitors whose retraining is about drifted rows."""


@dataclass(frozen=True, slots=True)
class DrillReport:
    """What a drill found, and where its record was written; None where it was not kept."""

    record: DrillRecord
    file: Path | None

    @property
    def exit_code(self) -> ExitCode:
        """0 where all is proven, 7 where a link failed, 9 where one is missing or not tried."""
        found = {each.status for each in self.record.links}
        if DrillStatus.FAILED in found:
            return ExitCode.GATE_FAILED
        is_whole = found == {DrillStatus.PROVEN}
        return ExitCode.OK if is_whole else ExitCode.GATE_NOT_EVALUATED


def rehearse(
    model: str,
    directory: Path | None = None,
    environment: str | None = None,
    *,
    drift: Drift = Drift.AUTO,
    strength: float = 1.0,
    keep: bool = True,
) -> DrillReport:
    """Try the way from drift to the registry: nothing but the record of the drill is written.

    Rows of the data drift gate are copied and moved; the gate must pass before and fail after.
    The alert of every monitor that a trigger names must fire, the pipeline that it starts must be
    compiled, the gates must run, and the model must fit into a registry, which is thrown away.
    `strength` is in standard deviations, or a share of the rows (see `Drift`).

    Raises:
        UsageError: there is no such model or environment, it has no triggers, or the strength is
            none.
        SpecInvalidError: the specs have errors.
        TamperedPlanError: a profile or the history of evidence was changed.
        OutputError: the record can't be written.
    """
    _require_strength(drift, strength)
    session = open_session(directory)
    workspace = session.environment(environment)
    desk = _desk(session, workspace, model)
    with TemporaryDirectory(prefix="mlspec-drill-") as scratch:
        injected = desk.injected(Path(scratch), drift, strength)
        links = tuple(desk.links(Path(scratch), injected))
    record = replace(
        desk.record(),
        drift=drift.value,
        strength=strength,
        seed=injected.seed if injected else 0,
        links=links,
    )
    return DrillReport(record, _kept(session, workspace, record) if keep else None)


def _desk(session: Session, workspace: Workspace, model: str) -> _Desk:
    (address,) = addresses_of(workspace, [model])
    desk = _Desk(session, workspace, workspace.resources[address])
    if not model_of(desk.model).retraining:
        raise UsageError(f"`{address}` has no triggers", hint="add `retraining` to its spec")
    return desk


def _require_strength(drift: Drift, strength: float) -> None:
    is_share = drift in (Drift.MISSING, Drift.SWAP)
    if not 0 < strength < math.inf or (is_share and strength > 1):
        wanted = "a share of the rows, such as 0.5" if is_share else "a number above 0, such as 1"
        raise UsageError(f"`--strength` is {strength:g}", hint=f"for {drift.value}, state {wanted}")


def _kept(session: Session, workspace: Workspace, record: DrillRecord) -> Path:
    evidence = record_path(session.root, workspace, record.subject)
    file = evidence.with_name(f"{record.subject.rpartition('/')[2]}{SUFFIX}")
    write_text(file, write_drill(record), with_folders=True)
    return file


@dataclass(frozen=True, slots=True)
class _Desk:
    session: Session
    workspace: Workspace
    model: Resource

    def record(self) -> DrillRecord:
        """Return what a record says of this model now, before anything was tried."""
        return DrillRecord(
            subject=self.model.address,
            environment=self.workspace.environment,
            path_digest=path_digest(self.workspace, self.model),
            tool_version=__version__,
            as_of=moment_of_now(),
            drift="",
            strength=0.0,
            seed=0,
            links=(),
        )

    def injected(self, scratch: Path, drift: Drift, strength: float) -> Injected | None:
        """Return what drifted rows came to; None for a model that no drift retrains."""
        gate = drift_gate(gates_of(self.workspace, self.model))
        if gate is None and not self._is_about_drift():
            return None
        inputs = model_of(self.model).evaluation
        return inject(gate, inputs, self.session.root, scratch, drift, strength)

    def links(self, scratch: Path, injected: Injected | None) -> Iterator[DrillLink]:
        """Yield all links, in the order of the way."""
        if injected is not None:
            yield injected.link
        lowered = self._lowered()
        way = Way(
            self.model.name,
            lowered.bundle,
            tuple(self.workspace.spec.targets.enabled),
            tuple(self._own(lowered)),
            injected.measured if injected else None,
            scratch,
        )
        for trigger in model_of(self.model).retraining:
            yield from way.links(trigger)
        record = self._judged()
        yield gates_link(record)
        yield registry_link(self.session, self.workspace, record, scratch)

    def _is_about_drift(self) -> bool:
        spec = model_of(self.model)
        named = {each.monitor for each in spec.retraining if each.type in WATCHED}
        watched = [each for each in spec.monitoring if each.id in named]
        return any(each.dimension in _DRIFTS for each in watched)

    def _lowered(self) -> Lowered:
        workspace = self.workspace
        return lower(
            workspace,
            workspace.environment,
            evidence={},
            version=__version__,
            workspace_path=workspace.spec.targets.github.workspace_path,
            files=Files(profiles=monitored_profiles(self.session.root, workspace)),
        )

    def _own(self, lowered: Lowered) -> Iterator[Diagnostic]:
        """Yield why the retraining of this model is not compiled."""
        file = self.model.document.source.file
        for each in lowered.diagnostics:
            if each.span is not None and each.span.file == file:
                yield each

    def _judged(self) -> EvidenceRecord:
        """Return the verdicts of the gates on the files that the spec names; none are kept."""
        address = self.model.address
        binding = Binding(
            address,
            subject_digest(self.model),
            __version__,
            moment_of_now(),
            history_of(self.session, self.workspace, address),
        )
        return judge_model(self.session.root, self.workspace, self.model, binding=binding)
