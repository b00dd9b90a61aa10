"""`gate run`: judge the gates of models on real predictions, and record the verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api.evidence_store import record_path
from mlspec.api.files import write_text
from mlspec.api.session import open_session
from mlspec.diagnostics import did_you_mean
from mlspec.errors import ExitCode, OutputError, UsageError
from mlspec.evidence import EvidenceRecord, Verdict, write_record
from mlspec.gates import evaluate_all
from mlspec.kinds.model import ModelSpec
from mlspec.workspace import gates_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.workspace import Resource, Workspace

__all__ = ["GateReport", "run_gates"]

_EXIT = {
    Verdict.PASS: ExitCode.OK,
    Verdict.FAIL: ExitCode.GATE_FAILED,
    Verdict.INCONCLUSIVE: ExitCode.GATE_INCONCLUSIVE,
    Verdict.NOT_EVALUATED: ExitCode.GATE_NOT_EVALUATED,
}
_WORST_FIRST = (Verdict.FAIL, Verdict.NOT_EVALUATED, Verdict.INCONCLUSIVE, Verdict.PASS)


@dataclass(frozen=True, slots=True)
class GateReport:
    """The records that were written, with their files; models without gates by name."""

    records: tuple[tuple[EvidenceRecord, Path], ...]
    ungated: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all records; not evaluated when there is none."""
        found = {record.overall for record, _ in self.records}
        return next((each for each in _WORST_FIRST if each in found), Verdict.NOT_EVALUATED)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that says the verdict."""
        return _EXIT[self.verdict]


def run_gates(
    models: Sequence[str] = (),
    directory: Path | None = None,
    environment: str | None = None,
) -> GateReport:
    """Evaluate the gates of the named models (all otherwise) and write evidence records.

    Without an environment the gates are taken as written, before overrides.

    Raises:
        UsageError: a model does not exist, or one named has no gates.
        OutputError: a record can't be written.
    """
    session = open_session(directory)
    workspace = session.environment(environment) if environment else session.sound()
    chosen = [_model(workspace, each) for each in models] or list(workspace.of_kind("Model"))
    gated = [each for each in chosen if gates_of(workspace, each)]
    ungated = tuple(each.address for each in chosen if each not in gated)
    if ungated and models:
        raise UsageError(
            f"`{ungated[0]}` has no gates", hint="add `gates` or `gateSets` to its spec"
        )
    records = tuple(_judge(session, workspace, each) for each in gated)
    return GateReport(records, ungated)


def _judge(
    session: Session, workspace: Workspace, model: Resource
) -> tuple[EvidenceRecord, Path]:
    from mlspec import __version__  # noqa: PLC0415

    spec = model.spec
    assert isinstance(spec, ModelSpec)  # noqa: S101  (the kind says so)
    record = evaluate_all(
        gates_of(workspace, model),
        spec.evaluation,
        session.root,
        subject=model.address,
        subject_digest=spec.artifact.digest or "",
        tool_version=__version__,
    )
    path = record_path(session.root, workspace, model.address)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"`{path.parent}` can't be created: {error.strerror}") from error
    write_text(path, write_record(record))
    return record, path


def _model(workspace: Workspace, name: str) -> Resource:
    plain = name.removeprefix("model/")
    found = workspace.find("Model", plain)
    if found is not None:
        return found
    known = [each.name for each in workspace.of_kind("Model")]
    close = did_you_mean(plain, known)
    hint = f"did you mean `{close}`?" if close else f"there are {', '.join(sorted(known))}"
    raise UsageError(f"there is no model `{plain}`", hint=hint)
