"""`validate`: every problem of every spec, in one run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.api._object_names import name_problems
from mlspec.api.plain import NOT_LINKED
from mlspec.api.session import Session, checked, find_root, read_session, require_day
from mlspec.diagnostics import Severity, has_errors, sort_diagnostics
from mlspec.errors import UsageError
from mlspec.rules import BASELINE_KIND
from mlspec.workspace import load_standalone, overlay

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.api.policy import PolicyReport
    from mlspec.diagnostics import Diagnostic
    from mlspec.syntax import SourceText
    from mlspec.workspace import Workspace

__all__ = ["ValidationReport", "findings_of", "in_environments", "policy_reports", "validate"]


_UNBOUND = "rules, environments and policy were not checked: `mlspec.yaml` has errors"


@dataclass(frozen=True)
class ValidationReport:
    """What validation found, sorted, and the texts it points into.

    `folder` is where the workspace says that it lies in its repository; `.` is the top of it.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]
    remarks: tuple[str, ...] = ()
    folder: str = "."

    @property
    def is_invalid(self) -> bool:
        """Whether one of the diagnostics is an error."""
        return has_errors(self.diagnostics)


def validate(
    paths: Sequence[str | Path] = (),
    *,
    directory: str | Path | None = None,
    environment: str | None = None,
    strict: bool = False,
    as_of: str = "",
) -> ValidationReport:
    """Validate a workspace, as written and in each environment.

    With `paths`, the whole workspace is still read (references reach everywhere), but only
    diagnostics in these files and folders are reported. Files that are no specs of the workspace,
    or in none, are checked on their own, without references. `as_of` is the day, in UTC, by which
    waivers have ended or not (`2027-01-31`), by default today.

    Raises:
        UsageError: `as_of` is no day of the calendar, a path or the environment does not exist, a
            folder holds no spec, or there is no workspace.
    """
    require_day(as_of)
    chosen = [_existing(Path(each)) for each in paths]
    root = _root(directory, chosen)
    if root is None:
        return _strictly(_standalone(chosen), strict=strict)
    session = read_session(root, as_of)
    policy = _policy(session, environment)
    found = sort_diagnostics(_told(session, environment, policy))
    kept = [each for each in found if _concerns(each, root, chosen)]
    sources = {**session.sources, **policy.sources, **_patch_texts(session)}
    remarks = (_UNBOUND,) if session.workspace is None else ()
    report = ValidationReport(tuple(kept), sources, remarks, folder=session.folder)
    others = _not_read(root, chosen, {*session.sources, *_files(found)})
    return _strictly(_joined(report, others), strict=strict)


def findings_of(session: Session, environment: str | None) -> tuple[Diagnostic, ...]:
    """Return what `validate` says of a session, in one environment or in all of them."""
    return tuple(sort_diagnostics(_told(session, environment, _policy(session, environment))))


def _told(session: Session, environment: str | None, policy: _Policy) -> Iterator[Diagnostic]:
    overlaid = in_environments(session, environment)
    yield from session.diagnostics
    for listed in overlaid.values():
        yield from listed
    yield from policy.diagnostics
    yield from _of_patches(session)
    yield from _of_baseline(session, environment, overlaid, policy.reports)


def in_environments(session: Session, only: str | None) -> dict[str, tuple[Diagnostic, ...]]:
    """Return what is wrong in each environment, or in one, beside what is wrong as written.

    Raises:
        UsageError: there is no such environment.
    """
    workspace = session.workspace
    if workspace is None:
        return {}
    if only is not None and only not in workspace.spec.environments:
        session.environment(only)  # raises the usage error with suggestions
    return {
        name: tuple(_overlaid(session.root, workspace, name, session.diagnostics))
        for name in workspace.spec.environments
        if only in (None, name)
    }


def _of_baseline(
    session: Session,
    only: str | None,
    overlaid: Mapping[str, Sequence[Diagnostic]],
    reports: Sequence[PolicyReport],
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the policy baseline; where one exists, its code is loaded."""
    if session.workspace is not None and session.workspace.of_kind(BASELINE_KIND):
        from mlspec.api._sightings import baseline_diagnostics

        yield from baseline_diagnostics(session, overlaid, reports, is_whole=only is None)


def _of_patches(session: Session) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the files of patches, in any environment."""
    workspace = _with_patch_files(session)
    if workspace is None:
        return ()
    from mlspec.api._patch_sources import patch_file_problems

    return patch_file_problems(session.root, workspace)


def _patch_texts(session: Session) -> dict[str, SourceText]:
    """Return the texts of the files of patches, as far as they can be read."""
    workspace = _with_patch_files(session)
    if workspace is None:
        return {}
    from mlspec.api._patch_sources import patch_sources

    return patch_sources(session.root, workspace)


def _with_patch_files(session: Session) -> Workspace | None:
    """Return the workspace where a patch names a file: most have none, and load no code for it."""
    workspace = session.workspace
    if workspace is None or not workspace.of_kind("Workspace"):
        return None
    spec = workspace.spec
    groups = (spec.targets.patches, *(each.patches for each in spec.environments.values()))
    return workspace if any(each.file for group in groups for each in group) else None


def _uncompiled(root: Path, workspace: Workspace) -> tuple[Diagnostic, ...]:
    """Return what `compile` would refuse in an environment."""
    if not workspace.of_kind("Model"):
        return ()
    from mlspec.api.monitored_profiles import monitored_profiles
    from mlspec.lowering import problems

    return problems(workspace, workspace.environment, monitored_profiles(root, workspace))


@dataclass(frozen=True)
class _Policy:
    """What policy adds: diagnostics, and the texts of packs that they point into."""

    reports: tuple[PolicyReport, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)


def _policy(session: Session, only: str | None) -> _Policy:
    reports = policy_reports(session, only)
    return _Policy(
        reports,
        tuple(each for report in reports for each in report.diagnostics),
        {name: text for report in reports for name, text in report.force.sources.items()},
    )


def policy_reports(session: Session, only: str | None) -> tuple[PolicyReport, ...]:
    """Judge each environment by the packs in force there; without any, the specs as written."""
    workspace = session.workspace
    kinds = ("PolicyBinding", "Waiver")
    if workspace is None or not any(map(workspace.of_kind, kinds)):
        return ()
    from mlspec.api.policy import policy_everywhere

    found = tuple(_variants(workspace, only))
    is_whole = only is None and len(found) == max(1, len(workspace.spec.environments))
    return tuple(policy_everywhere(session.root, found, is_whole=is_whole))


def _variants(workspace: Workspace, only: str | None) -> Iterator[Workspace]:
    """Yield the workspaces of environments whose overrides can be merged in."""
    if not workspace.spec.environments:
        yield workspace
    for name in workspace.spec.environments:
        if only in (None, name):
            merged, diagnostics = overlay(workspace, name)
            if not has_errors(diagnostics):
                yield merged


def _overlaid(
    root: Path, workspace: Workspace, environment: str, earlier: Sequence[Diagnostic]
) -> Iterator[Diagnostic]:
    merged, diagnostics = overlay(workspace, environment)
    found = list(diagnostics)
    if not merged.spec.environments[environment].is_plain and not has_errors(found):
        found += checked(merged)
    if not has_errors([*earlier, *found]):
        found += name_problems(merged)
        found += _uncompiled(root, merged)
    yield from found


def _existing(path: Path) -> Path:
    if not path.exists():
        raise UsageError(f"`{path}` does not exist", hint="give files or folders with specs")
    return _real(path)


def _real(path: Path) -> Path:
    """Return the one name of a path: no `..`, no linked folder; a linked file stays itself."""
    return path.resolve() if path.is_dir() else path.parent.resolve() / path.name


def _root(directory: str | Path | None, chosen: Sequence[Path]) -> Path | None:
    """Return the root that was asked for, or else the one above the first path that has one."""
    if directory is not None or not chosen:
        return find_root(directory)
    folders = (each if each.is_dir() else each.parent for each in chosen)
    return next((root for each in folders if (root := find_root(None, each))), None)


def _concerns(diagnostic: Diagnostic, root: Path, chosen: Sequence[Path]) -> bool:
    if not chosen:
        return True
    if diagnostic.span is None:
        return True
    file = _real(root / diagnostic.span.file)
    return any(_covers(each, file) for each in chosen)


def _covers(chosen: Path, file: Path) -> bool:
    return file == chosen or chosen in file.parents


def _files(diagnostics: Sequence[Diagnostic]) -> set[str]:
    return {each.span.file for each in diagnostics if each.span is not None}


def _not_read(root: Path, chosen: Sequence[Path], read: Collection[str]) -> list[Path]:
    """Return the chosen files that the workspace does not hold: nothing has judged them yet."""
    if not chosen:
        return []
    known = [_real(root / each) for each in read]
    left = [each for each in chosen if not any(_covers(each, file) for file in known)]
    folder = next(filter(Path.is_dir, left), None)
    if folder is not None:
        raise UsageError(
            f"`{folder}` holds no spec of this workspace",
            hint="`paths.specs` in `mlspec.yaml` says where specs are looked for",
        )
    return left


def _joined(report: ValidationReport, others: Sequence[Path]) -> ValidationReport:
    if not others:
        return report
    loaded = load_standalone(others)
    listed = ", ".join(f"`{each.name}`" for each in others)
    return ValidationReport(
        tuple(sort_diagnostics([*report.diagnostics, *loaded.diagnostics])),
        {**report.sources, **loaded.sources},
        (*report.remarks, f"references were not checked in {listed}: no spec of this workspace"),
    )


def _standalone(chosen: Sequence[Path]) -> ValidationReport:
    if not chosen or any(each.is_dir() for each in chosen):
        raise UsageError(
            "there is no `mlspec.yaml` in this folder or above it",
            hint="change into a workspace, use `-C DIR`, or create one with `mlspec init`",
        )
    loaded = load_standalone(chosen)
    return ValidationReport(tuple(loaded.diagnostics), loaded.sources, (NOT_LINKED,))


def _strictly(report: ValidationReport, *, strict: bool) -> ValidationReport:
    if not strict:
        return report
    raised = tuple(
        replace(each, severity=Severity.ERROR) if each.severity is Severity.WARNING else each
        for each in report.diagnostics
    )
    return replace(report, diagnostics=raised)
