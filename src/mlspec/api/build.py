"""`compile`: specs to files, written atomically, or compared with what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._card_facts import card_facts
from mlspec.api._ci_files import left_ci_files
from mlspec.api._claimed import claimed, require_unclaimed
from mlspec.api._failures import failures_told
from mlspec.api._left_over import left_over
from mlspec.api._patching import patch_texts, patched
from mlspec.api._places import Places, folder_inside, refuse_specs, repository_of
from mlspec.api._remarks import idle, ignored, remarks
from mlspec.api._remembered import Remembered, is_dear, remembered
from mlspec.api._workers import shared
from mlspec.api._write import Drift, DriftState, WriteReport, compare, compare_beside, write
from mlspec.api.evidence_store import file_digests, read_evidence
from mlspec.api.monitored_profiles import monitored_profiles
from mlspec.api.pins import read_locks
from mlspec.api.policy import policy_of, refuse_prohibited
from mlspec.api.session import errors_told, open_session
from mlspec.api.templates import template_problems
from mlspec.diagnostics import Severity, has_errors
from mlspec.errors import SpecInvalidError, UsageError
from mlspec.evidence import EvidenceStatus
from mlspec.lowering import Files, check_claims, lower
from mlspec.resources import data_path
from mlspec.targets import anew, emit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from mlspec.api._seen import Seen
    from mlspec.api.session import Session
    from mlspec.diagnostics import Diagnostic
    from mlspec.ir import Emitted
    from mlspec.lowering import CardFacts, Lowered
    from mlspec.syntax import SourceText
    from mlspec.workspace import Workspace

__all__ = [
    "Choices",
    "CompileReport",
    "DriftState",
    "compile_artifacts",
    "compile_environments",
    "compiled",
    "lowered",
    "repository_of",
]


@dataclass(frozen=True)
class CompileReport:
    """What compiling did, or would do: `written` is absent for a check, `drift` for a write.

    `diagnostics` say what could not be compiled, and why.
    """

    environment: str
    output: Path
    written: WriteReport | None
    drift: tuple[Drift, ...]
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]
    is_output_compared: bool = True
    """False for a check whose output folder is neither there nor kept in git."""
    warnings: int = 0
    """How many warnings `validate` has about the specs; some decide what is compiled."""
    left_over: tuple[str, ...] = ()
    """Output folders of environments that are gone; they are left as they are."""
    idle: tuple[str, ...] = ()
    """Targets that were asked for by name and have nothing to write."""
    remarks: tuple[str, ...] = ()
    """What nobody stated and was written all the same, each as a sentence; none for a check."""

    @property
    def is_clean(self) -> bool:
        """Whether everything compiled and every file is, or became, what the specs say."""
        kept = self.written.kept_edited if self.written else ()
        return not (self.drift or kept or has_errors(self.diagnostics))


@dataclass(frozen=True)
class Choices:
    """What is compiled, where to, and whether it is written; see `compile_artifacts`."""

    out: Path | None = None
    targets: tuple[str, ...] = ()
    check: bool = False
    force: bool = False
    reuse_from: int = 50
    """How many resources there are at least where files of an earlier compile are not made again.

    To know them again takes longer than to make a few. A check and `force` make all of them.
    """


@dataclass(frozen=True)
class _Run:
    """An environment that was compiled, and is not yet written."""

    workspace: Workspace
    output: Path
    memory: Remembered | None
    made: tuple[Emitted, ...]
    artifacts: tuple[Emitted, ...]
    diagnostics: tuple[Diagnostic, ...]
    remarks: tuple[str, ...]


def _quiet(_step: str) -> None:
    """Tell nobody."""


def compile_artifacts(
    directory: Path | None = None,
    environment: str | None = None,
    *,
    out: Path | None = None,
    targets: Sequence[str] = (),
    check: bool = False,
    force: bool = False,
) -> CompileReport:
    """Compile an environment to its output folder (`<paths.output>/<environment>`).

    With `check`, nothing is written, and the report says what would be.

    Raises:
        SpecInvalidError: the specs have errors; nothing is written.
        UsageError: there is no such workspace, environment or target.
        OutputError: a file can't be written; what was there is unchanged.
    """
    choices = Choices(out, tuple(targets), check=check, force=force)
    names = () if environment is None else (environment,)
    (report,) = compile_environments(directory, names, choices)
    return report


def compile_environments(
    directory: Path | None,
    environments: Sequence[str],
    choices: Choices,
    *,
    every: bool = False,
    tell: Callable[[str], None] = _quiet,
) -> tuple[CompileReport, ...]:
    """Compile several environments, in order, after reading the specs once.

    Without names it is the only environment there is, or each one with `every`. All of them are
    compiled before the first is written. `tell` is given what is done next, in words. Raises what
    `compile_artifacts` raises.
    """
    if choices.out is not None and (every or len(set(environments)) > 1):
        raise UsageError(
            "one output folder can't hold several environments",
            hint="leave `--out` away: each environment has a folder in `paths.output`",
        )
    tell("reading the specs")
    session = open_session(directory)
    known = session.sound().spec.environments
    names: Sequence[str | None] = list(known) if every else environments or (None,)
    runs = []
    for workspace in [session.environment(name) for name in dict.fromkeys(names)]:
        tell(f"compiling {workspace.environment}")
        runs.append(_run(session, workspace, choices))
    return tuple(_finished(session, run, choices, tell) for run in runs)


def _run(session: Session, workspace: Workspace, choices: Choices) -> _Run:
    name = workspace.environment
    output = choices.out or session.root.resolve() / workspace.spec.paths.output / name
    memory = _memory(session, workspace, output, choices)
    made, seen = _made(session, workspace, choices.targets, memory)
    artifacts, told = _checked(session, workspace, choices.targets, made, seen)
    if choices.out is None:
        told = (*told, *ignored(session.root, workspace, output))
    said = remarks(workspace, seen.bundle, artifacts)
    return _Run(workspace, output, memory, made, artifacts, told, said)


def _memory(
    session: Session, workspace: Workspace, output: Path, choices: Choices
) -> Remembered | None:
    """Return what is known of an earlier compile; None where everything is made."""
    is_small = len(workspace.resources) < choices.reuse_from
    if is_small or choices.check or choices.force or choices.targets or not is_dear(workspace):
        return None
    spec = workspace.spec
    repository = repository_of(session.root, spec.targets.github.workspace_path)
    folders = [folder_inside(session.root, spec.paths.templates)] if spec.paths.templates else []
    templates = [*folders, data_path("templates")]
    return remembered(session.root, workspace.environment, Places(output, repository), templates)


def _finished(
    session: Session, run: _Run, choices: Choices, tell: Callable[[str], None]
) -> CompileReport:
    """Write what an environment compiles to, or compare it with what is there."""
    workspace, output, artifacts = run.workspace, run.output, run.artifacts
    name = workspace.environment
    refuse_specs(output, session.root / workspace.spec.paths.specs)
    repository = repository_of(session.root, workspace.spec.targets.github.workspace_path)
    chosen = choices.targets
    left = () if chosen else left_ci_files(repository, session.sound().spec, artifacts)
    written, is_kept = None, True
    drift: tuple[Drift, ...] = ()
    owner = _owner(workspace)
    if choices.check:
        require_unclaimed(choices.out, owner)
        tell(f"comparing {name}: {len(artifacts):,} files")
        drift, is_kept = _compared(session, run, choices, repository, left)
    else:
        tell(f"writing {name}: {len(artifacts):,} files")
        with claimed(choices.out, repository, owner):
            written = write(
                artifacts, output, repository, force=choices.force, targets=chosen, left=left
            )
        if run.memory is not None:
            run.memory.keep(run.made)
    sources = {**session.sources, **patch_texts(session.root, workspace)}
    warnings = sum(each.severity is Severity.WARNING for each in session.diagnostics)
    return CompileReport(
        name,
        output,
        written,
        drift,
        run.diagnostics,
        sources,
        is_kept,
        warnings,
        left_over=() if choices.out else left_over(session.root, session.sound()),
        idle=idle(artifacts, chosen or workspace.spec.targets.enabled),
        remarks=() if choices.check else run.remarks,
    )


def _compared(
    session: Session, run: _Run, choices: Choices, repository: Path, left: Collection[str]
) -> tuple[tuple[Drift, ...], bool]:
    """Return what writing would change, and whether the output folder was looked at."""
    from mlspec.vcs import is_ignored

    output = run.output
    with failures_told():
        is_kept = output.exists() or not is_ignored(session.root, output)
    if not is_kept:
        return compare_beside(run.artifacts, output, repository, left=left), False
    force, chosen = choices.force, choices.targets
    found = compare(run.artifacts, output, repository, force=force, targets=chosen, left=left)
    return found, True


def _owner(workspace: Workspace) -> str:
    """Return whose an output folder is that is compiled for an environment."""
    (home,) = workspace.of_kind("Workspace")
    return f"the workspace `{home.name}`, environment `{workspace.environment}`"


def compiled(
    session: Session, workspace: Workspace, targets: Sequence[str] = ()
) -> tuple[tuple[Emitted, ...], tuple[Diagnostic, ...]]:
    """Return what an environment compiles to, and the warnings on the way.

    Raises:
        SpecInvalidError: something can't be compiled.
        PolicyDeniedError: policy knows a use to be prohibited.
        UsageError: there is no such target.
    """
    return _checked(session, workspace, targets, *_made(session, workspace, targets, None))


def _made(
    session: Session,
    workspace: Workspace,
    targets: Sequence[str],
    memory: Remembered | None,
) -> tuple[tuple[Emitted, ...], Lowered]:
    """Return what the targets make of an environment, and what they saw of it."""
    from mlspec.targets import template_renderer

    lowered = _lowered(session, workspace)
    folder = workspace.spec.paths.templates
    renderer = template_renderer(folder_inside(session.root, folder) if folder else None)
    wanted = targets or workspace.spec.targets.enabled
    reuse = anew if memory is None else memory.reuse
    return emit(lowered.bundle, wanted, renderer, shared, reuse), lowered


def _checked(
    session: Session,
    workspace: Workspace,
    targets: Sequence[str],
    artifacts: tuple[Emitted, ...],
    lowered: Lowered,
) -> tuple[tuple[Emitted, ...], tuple[Diagnostic, ...]]:
    """Return artifacts with the patches of the workspace, and warnings; raises as `compiled`."""
    folder, wanted = workspace.spec.paths.templates, targets or workspace.spec.targets.enabled
    artifacts, told = patched(session.root, workspace, artifacts, is_whole=not targets)
    told = (*told, *check_claims(workspace, artifacts), *template_problems(session.root, folder))
    diagnostics = (*lowered.concerning(wanted), *told)
    if has_errors(diagnostics):
        raise SpecInvalidError(
            "not everything can be compiled; nothing was written",
            details=errors_told(diagnostics),
        )
    return artifacts, diagnostics


def _lowered(session: Session, workspace: Workspace) -> Lowered:
    """Return what targets see of an environment: cards are the reviewer's, without a registry."""
    found = policy_of(session.root, workspace)
    refuse_prohibited(workspace, found.judged)
    return lowered(session, workspace, card_facts(session, workspace, found), found.seen)


def lowered(
    session: Session, workspace: Workspace, cards: CardFacts, seen: Seen | None = None
) -> Lowered:
    """Return what targets see of an environment, with the evidence that is at hand.

    `seen` has read some of it already.
    """
    kept = seen.every_record() if seen else read_evidence(session.root, workspace)
    records = {address: each.record for address, each in kept.items() if each.record}
    stale = [address for address, each in kept.items() if each.status is EvidenceStatus.STALE]
    return lower(
        workspace,
        workspace.environment,
        evidence=records,
        version=__version__,
        workspace_path=workspace.spec.targets.github.workspace_path,
        files=Files(
            file_digests(session.root, records),
            {address: kept[address].reason for address in stale},
            monitored_profiles(session.root, workspace),
            read_locks(repository_of(session.root, workspace.spec.targets.github.workspace_path)),
            session.sound(),
            cards,
        ),
    )
