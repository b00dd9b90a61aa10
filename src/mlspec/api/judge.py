"""`gate run`: judge the gates of models on real predictions, and record the verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._keep_evidence import Written, keep
from mlspec.api._signers import signers_text
from mlspec.api._stamp import moment_of_now
from mlspec.api.evidence_store import artifact_difference, record_path
from mlspec.api.evidence_uses import history_of
from mlspec.api.origin import spec_paths
from mlspec.api.run_facts import NOW, How, facts_of_run
from mlspec.api.session import open_session
from mlspec.diagnostics import did_you_mean
from mlspec.errors import ExitCode, UsageError
from mlspec.evidence import EvidenceRecord, Reason, Verdict, worst
from mlspec.gates import Binding, Security, evaluate_all, gates_digest
from mlspec.workspace import gate_spans, gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.diagnostics import Span
    from mlspec.evidence import GateRun
    from mlspec.workspace import Resource, Workspace

__all__ = [
    "GateReport",
    "Judged",
    "Tell",
    "addresses_of",
    "alike",
    "by_gates",
    "environments_of",
    "judge_model",
    "require_signed_profiles",
    "run_gates",
    "say_nothing",
    "subject_digest",
    "with_artifact",
]

Tell = Callable[[str], None]
"""Is told what is done next, for people who wait."""


def say_nothing(_text: str) -> None:
    """Leave out how far the work is."""


_EXIT = {
    Verdict.PASS: ExitCode.OK,
    Verdict.FAIL: ExitCode.GATE_FAILED,
    Verdict.INCONCLUSIVE: ExitCode.GATE_INCONCLUSIVE,
    Verdict.NOT_EVALUATED: ExitCode.GATE_NOT_EVALUATED,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A record, the environments whose gates it judges, and the files it was written to.

    `seconds` is how long judging took; the record does not depend on it.
    """

    record: EvidenceRecord
    environments: tuple[str, ...]
    files: tuple[Path, ...]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class GateReport:
    """What was judged, by address; the addresses of models without gates.

    `specs` is the spec file of each model that was judged, relative to the workspace, `places`
    where each of its gates is written, by id. `written` are all files, signatures and standard
    forms included.
    """

    judged: tuple[Judged, ...]
    ungated: tuple[str, ...]
    specs: Mapping[str, str]
    written: tuple[Path, ...] = ()
    places: Mapping[str, Mapping[str, Span]] = field(default_factory=dict)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that says the worst verdict; nothing judged is not evaluated."""
        return _EXIT[worst(each.record.overall for each in self.judged)]

    @property
    def is_left_to_review(self) -> bool:
        """Whether all that blocks are verdicts that wait for a person to agree to the plan."""
        blocking = [each for each in self.judged if each.record.overall is not Verdict.PASS]
        return bool(blocking) and all(each.record.awaits_review for each in blocking)


def run_gates(
    models: Sequence[str] = (),
    directory: Path | None = None,
    environment: str | None = None,
    tell: Tell = say_nothing,
    key: Path | None = None,
    how: How | None = None,
) -> GateReport:
    """Evaluate the gates of the named models (all otherwise) and write evidence records.

    Without an environment, the gates of every environment are judged; where they are the same,
    once. `tell` is told what is read and judged next, for people who wait. With a `key`, every
    record is signed, in an envelope beside it; without, envelopes of earlier runs are taken away.
    `how` says what counts tables, and what is told of the run in a statement beside the record.

    No gate is evaluated of a model whose artifact lies in the workspace and has another digest
    than its spec states.

    Raises:
        UsageError: a model or the environment does not exist, a model named has no gates, the
            key can't sign, or what is to be told of the run is no moment or name.
        SpecInvalidError: the specs have errors.
        TamperedPlanError: what earlier runs left, or a profile, was changed.
        OutputError: a record can't be written.
    """
    session, how = open_session(directory), how or How()
    workspaces = [*environments_of(session, environment)]
    gated, ungated = by_gates(workspaces, models)
    facts = facts_of_run(how, session.root, spec_paths(session))
    judge = _Judge(session, workspaces, tell, key is not None, how.engine)
    judged = [each for address in gated for each in judge.judged(address)]
    specs = {each: workspaces[0].resources[each].span(()).file for each in gated}
    told = replace(facts, signed=key is not None)
    kept = [_written(each, told, specs, how) for each in judged]
    written = keep(session.root, kept, key)
    first = workspaces[0]
    places = {each: gate_spans(first, first.resources[each]) for each in gated}
    return GateReport(tuple(judged), ungated, specs, written, places)


def _written(judged: Judged, facts: GateRun, specs: Mapping[str, str], how: How) -> Written:
    """Return what is kept of a model; durations are told where the clock was asked for."""
    seconds = round(judged.seconds, 3) if how.at == NOW else None
    run = replace(facts, spec_path=specs[judged.record.subject], duration_seconds=seconds)
    return Written(judged.record, judged.files, run)


def by_gates(
    workspaces: Sequence[Workspace], models: Sequence[str]
) -> tuple[list[str], tuple[str, ...]]:
    """Return which models have gates and which have none; those that were named need some."""
    addresses = addresses_of(workspaces[0], models)
    gated = [each for each in addresses if _has_gates(workspaces, each)]
    ungated = tuple(each for each in addresses if each not in gated)
    if ungated and models:
        hint = "add `gates` or `gateSets` to its spec"
        raise UsageError(f"`{ungated[0]}` has no gates", hint=hint)
    return gated, ungated


def alike(workspaces: Sequence[Workspace], address: str) -> Iterator[list[Workspace]]:
    """Yield the environments in which a model has the same gates, inputs and artifact."""
    groups: dict[str, list[Workspace]] = {}
    for workspace in workspaces:
        model = workspace.resources[address]
        inputs = model_of(model).evaluation
        identity = gates_digest(gates_of(workspace, model), inputs) + subject_digest(model)
        groups.setdefault(identity, []).append(workspace)
    yield from groups.values()


@dataclass(frozen=True, slots=True)
class _Judge:
    session: Session
    workspaces: Sequence[Workspace]
    tell: Tell
    signed: bool
    engine: str

    def judged(self, address: str) -> Iterator[Judged]:
        """Yield one record for each different set of gates among the environments."""
        root = self.session.root
        for group in alike(self.workspaces, address):
            model = group[0].resources[address]
            binding = Binding(
                address,
                subject_digest(model),
                __version__,
                moment_of_now(),
                history_of(self.session, group[0], address),
                signed=self.signed,
                engine=self.engine,
            )
            start = monotonic()
            record = judge_model(root, group[0], model, binding=binding, tell=self.tell)
            seconds = monotonic() - start
            files = tuple(record_path(root, each, record.subject) for each in group)
            yield Judged(record, tuple(each.environment for each in group), files, seconds)


def judge_model(
    root: Path,
    workspace: Workspace,
    model: Resource,
    *,
    binding: Binding,
    tell: Tell = say_nothing,
) -> EvidenceRecord:
    """Return the verdicts of the gates of one model, as they are at the moment of the binding.

    Raises:
        TamperedPlanError: a profile has a signature beside it that does not hold.
    """
    require_signed_profiles(root, model)
    return evaluate_all(
        gates_of(workspace, model),
        model_of(model).evaluation,
        root,
        binding=with_artifact(root, workspace, model, binding),
        tell=tell,
    )


def with_artifact(root: Path, workspace: Workspace, model: Resource, binding: Binding) -> Binding:
    """Return a binding with what the artifact in the workspace says: its digest, who signed it."""
    other = artifact_difference(root, model)
    refused = replace(binding, refusal=Reason("subject-differs", other) if other else None)
    gates = gates_of(workspace, model)
    if not any(isinstance(each, Security) and each.signature for each in gates):
        return refused
    from mlspec.api.artifact_signatures import read_signatures

    inputs = model_of(model).evaluation
    signatures, materials = read_signatures(root, gates, inputs, signers_text(root))
    return replace(refused, signatures=signatures, materials=materials)


def require_signed_profiles(root: Path, model: Resource) -> None:
    """Refuse a profile that has a signature beside it which does not hold.

    Raises:
        TamperedPlanError: there is one.
    """
    inputs = model_of(model).evaluation
    if inputs is not None and any(each.format == "profile" for each in inputs.sources):
        from mlspec.api.profiles import require_signatures

        require_signatures(root, signers_text(root), inputs)


def subject_digest(model: Resource) -> str:
    """Return the digest of the artifact of a model, empty where its spec states none."""
    return model_of(model).artifact.digest or ""


def _has_gates(workspaces: Sequence[Workspace], address: str) -> bool:
    return all(gates_of(each, each.resources[address]) for each in workspaces)


def environments_of(session: Session, environment: str | None) -> Iterator[Workspace]:
    """Yield the workspace as the named environment has it, or as every environment does."""
    names = [environment] if environment else sorted(session.sound().spec.environments)
    return (session.environment(name) for name in names)


def addresses_of(workspace: Workspace, models: Sequence[str]) -> list[str]:
    """Return the addresses of the named models, of all otherwise.

    Raises:
        UsageError: there is no such model.
    """
    known = [each.address for each in workspace.of_kind("Model")]
    return [_address(each, known) for each in dict.fromkeys(models)] if models else known


def _address(word: str, known: Sequence[str]) -> str:
    address = word if word.startswith("model/") else f"model/{word}"
    if address in known:
        return address
    raise UsageError(f"there is no `{address}`", hint=_hint(address, known))


def _hint(address: str, known: Sequence[str]) -> str:
    if not known:
        return "the workspace has no models: write a spec with `kind: Model`"
    close = did_you_mean(address, known)
    return f"did you mean `{close}`?" if close else f"there are {', '.join(known)}"
