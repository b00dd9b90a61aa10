"""`gate run`: judge the gates of models on real predictions, and record the verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._places import folder_inside
from mlspec.api._stamp import moment_of_now
from mlspec.api._transaction import Transaction
from mlspec.api.context import signers_text
from mlspec.api.evidence_store import history_of, record_path, standard_path
from mlspec.api.files import require_regular
from mlspec.api.session import open_session
from mlspec.canonical import digest_file
from mlspec.diagnostics import did_you_mean
from mlspec.errors import ExitCode, OutputError, SpecInvalidError, UsageError
from mlspec.evidence import (
    EvidenceRecord,
    Reason,
    Verdict,
    locate,
    worst,
    write_record,
    write_test_result,
)
from mlspec.gates import Binding, evaluate_all, gates_digest
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.api.session import Session
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
    """A record, the environments whose gates it judges, and the files it was written to."""

    record: EvidenceRecord
    environments: tuple[str, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class GateReport:
    """What was judged, by address; the addresses of models without gates.

    `specs` is the spec file of each model that was judged, relative to the workspace.
    """

    judged: tuple[Judged, ...]
    ungated: tuple[str, ...]
    specs: Mapping[str, str]

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that says the worst verdict; nothing judged is not evaluated."""
        return _EXIT[worst(each.record.overall for each in self.judged)]


def run_gates(
    models: Sequence[str] = (),
    directory: Path | None = None,
    environment: str | None = None,
    tell: Tell = say_nothing,
) -> GateReport:
    """Evaluate the gates of the named models (all otherwise) and write evidence records.

    Without an environment, the gates of every environment are judged; where they are the same,
    once. `tell` is told what is read and judged next, for people who wait.

    Raises:
        UsageError: a model or the environment does not exist, or a model named has no gates.
        SpecInvalidError: the specs have errors, or an artifact in the workspace has another digest
            than its spec states; then no record is written.
        OutputError: a record can't be written.
    """
    session = open_session(directory)
    workspaces = [*environments_of(session, environment)]
    gated, ungated = by_gates(workspaces, models)
    _refuse_other_artifacts(session.root, workspaces, gated)
    judged = [each for address in gated for each in _judge(session.root, workspaces, address, tell)]
    _keep(session.root, judged)
    specs = {each: workspaces[0].resources[each].span(()).file for each in gated}
    return GateReport(tuple(judged), ungated, specs)


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


def _refuse_other_artifacts(
    root: Path, workspaces: Sequence[Workspace], addresses: Sequence[str]
) -> None:
    """A verdict must be about the bytes that are there.

    An artifact that does not lie in the workspace stays a declaration.
    """
    models = [each.resources[address] for address in addresses for each in workspaces]
    others = {text: each for each in models if (text := _other_artifact(root, each))}
    if not others:
        return
    files = ", ".join(sorted({f"`{model_of(each).artifact.uri}`" for each in others.values()}))
    raise SpecInvalidError(
        f"the bytes of {files} are not the ones that the spec names; no gate was evaluated",
        details=tuple(others),
        hint="put the file back that the digest is of, or set `spec.artifact.digest` to the "
        "SHA-256 of the file",
    )


def _other_artifact(root: Path, model: Resource) -> str:
    """Return how the artifact differs from its digest; empty where it doesn't or isn't here."""
    artifact = model_of(model).artifact
    path = locate(root, artifact.uri)
    if isinstance(path, Reason) or not artifact.digest:
        return ""
    span = model.span(("spec", "artifact", "digest"))
    stated = f"{span.file}:{span.start.line}: {model.address} states {_short(artifact.digest)}"
    try:
        found = digest_file(path)
    except OSError as error:
        return f"{stated}, the file can't be read: {error.strerror}"
    return "" if found == artifact.digest else f"{stated}, the file has {_short(found)}"


def _short(digest: str) -> str:
    return f"{digest[:19]}…"


def alike(workspaces: Sequence[Workspace], address: str) -> Iterator[list[Workspace]]:
    """Yield the environments in which a model has the same gates, inputs and artifact."""
    groups: dict[str, list[Workspace]] = {}
    for workspace in workspaces:
        model = workspace.resources[address]
        inputs = model_of(model).evaluation
        identity = gates_digest(gates_of(workspace, model), inputs) + subject_digest(model)
        groups.setdefault(identity, []).append(workspace)
    yield from groups.values()


def _judge(
    root: Path, workspaces: Sequence[Workspace], address: str, tell: Tell
) -> Iterator[Judged]:
    """Yield one record for each different set of gates among the environments."""
    for group in alike(workspaces, address):
        model = group[0].resources[address]
        history = history_of(root, group[0], address)
        now = Binding(address, subject_digest(model), __version__, moment_of_now(), history)
        record = judge_model(root, group[0], model, binding=now, tell=tell)
        files = tuple(record_path(root, each, record.subject) for each in group)
        yield Judged(record, tuple(each.environment for each in group), files)


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
        binding=binding,
        tell=tell,
    )


def require_signed_profiles(root: Path, model: Resource) -> None:
    """Refuse a profile that has a signature beside it which does not hold.

    Raises:
        TamperedPlanError: there is one.
    """
    inputs = model_of(model).evaluation
    if inputs is not None and any(each.format == "profile" for each in inputs.sources):
        from mlspec.api.profiles import require_signatures

        require_signatures(root, signers_text(root), inputs)


def _keep(root: Path, judged: Sequence[Judged]) -> None:
    """Write all records or none: evidence of two runs must not stand side by side."""
    contents = {file: text for each in judged for file, text in _texts(each)}
    for folder in {file.parent for file in contents}:
        folder_inside(root, folder.relative_to(root).as_posix())
    try:
        _store(contents)
    except OSError as error:
        raise _failure(error) from error


def _texts(judged: Judged) -> Iterator[tuple[Path, str]]:
    """Yield the record for every environment, and beside it the standard form for others."""
    for file in judged.files:
        yield file, write_record(judged.record)
        yield standard_path(file), write_test_result(judged.record)


def _store(contents: Mapping[Path, str]) -> None:
    with Transaction() as transaction:
        for file, text in contents.items():
            require_regular(file)
            transaction.stage(file, text.encode())
        transaction.commit()


def _failure(error: OSError) -> OutputError:
    named = f"`{error.filename}`" if error.filename else "the evidence"
    return OutputError(
        f"{named} can't be written: {error.strerror}",
        details=("the evidence of earlier runs is as it was",),
        hint="check `paths.evidence` in `mlspec.yaml`, and that there is room",
    )


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
