"""Opening a workspace: find it, read it, bind and link it, and go on only if it is sound."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.api._registry_place import REGISTRY_VARIABLE, place_of
from mlspec.diagnostics import did_you_mean, has_errors, sort_diagnostics
from mlspec.errors import SpecInvalidError, UsageError
from mlspec.workspace import WORKSPACE_FILE, load, overlay, read_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlspec.diagnostics import Diagnostic
    from mlspec.registry import Backend, Place
    from mlspec.syntax import SourceText
    from mlspec.workspace import Workspace

__all__ = [
    "REGISTRY_VARIABLE",
    "Session",
    "checked",
    "described",
    "errors_told",
    "find_root",
    "open_session",
    "opened",
    "read_session",
    "require_day",
]

_GIT = "git"
_MANY = 1000
"""Resources from which on a second process is worth its start."""


@dataclass(frozen=True)
class Session:
    """A workspace on disk as it was read; `workspace` is absent when it could not be bound."""

    root: Path
    workspace: Workspace | None
    sources: Mapping[str, SourceText]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def folder(self) -> str:
        """Where the workspace says that it lies in its repository; `.` is the top of it."""
        return self.workspace.spec.targets.github.workspace_path if self.workspace else "."

    def environment(self, name: str | None) -> Workspace:
        """Return the workspace of one environment; without a name, of the only one.

        Raises:
            SpecInvalidError: the specs have errors.
            UsageError: there is no such environment, or several to choose from.
        """
        workspace = self.sound()
        merged, diagnostics = overlay(workspace, _choose(name, list(workspace.spec.environments)))
        _refuse_errors(diagnostics)
        return merged

    def bound(self) -> Workspace:
        """Return the workspace as far as its specs can be read; `diagnostics` has what is wrong.

        Raises:
            SpecInvalidError: `mlspec.yaml` has errors.
        """
        return self._home()

    def bound_in(self, name: str) -> Workspace:
        """Return the workspace of an environment as far as specs and overrides can be read.

        Raises:
            SpecInvalidError: `mlspec.yaml` has errors.
            UsageError: there is no such environment.
        """
        workspace = self._home()
        return overlay(workspace, _choose(name, list(workspace.spec.environments)))[0]

    def recorded(self, name: str | None) -> Workspace:
        """Return the workspace for a look at what its registry holds, whatever the specs say.

        An invalid spec is told as a warning, but never hides what is live; `mlspec.yaml`, which
        says where the registry is, must be sound.

        Raises:
            SpecInvalidError: `mlspec.yaml` has errors.
            UsageError: there is no such environment, or several to choose from.
        """
        workspace = self._home()
        chosen = _choose(name, list(workspace.spec.environments))
        if has_errors(self.diagnostics):
            _warn(
                "the specs have errors, so this tells what is recorded, not what they say;"
                " `mlspec validate` shows them"
            )
        return replace(workspace, environment=chosen)

    def _home(self) -> Workspace:
        """Return the workspace if `mlspec.yaml` has no errors; other files may have some."""
        if self.workspace is None:
            return self.sound()
        at_home = (each for each in self.diagnostics if _is_at_home(each))
        _refuse_errors(tuple(at_home))
        return self.workspace

    def sound(self) -> Workspace:
        """Return the workspace as written.

        Raises:
            SpecInvalidError: the specs have errors.
        """
        _refuse_errors(self.diagnostics)
        if self.workspace is None:
            raise SpecInvalidError("the workspace can't be bound", hint="run `mlspec validate`")
        return self.workspace

    def backend(self, environment: str) -> Backend:
        """Return the registry of an environment, opened but not touched."""
        from mlspec.registry import find_backend

        name, place = self.place()
        self._warn_of_another(place.options.get("records", name), place, environment)
        here = self._home().spec.environments[environment]
        place = replace(place, options={**place.options, **here.at_server(name)})
        backend = find_backend(name)
        if backend.is_preview:
            _warn_of_preview(name)
        return backend.open(place, environment)

    def _warn_of_another(self, name: str, place: Place, environment: str) -> None:
        """A commit can name another registry, in which no rule or approver is recorded."""
        from mlspec.vcs import HERE, has_seen

        is_remote = name == _GIT and place.remote != HERE
        if is_remote or os.environ.get(REGISTRY_VARIABLE):
            return
        if has_seen(self.root, f"{place.ref}/{environment}"):
            _warn(
                f"this clone has seen the state of `{environment}` on a git remote, but"
                f" `mlspec.yaml` now names another registry; set `{REGISTRY_VARIABLE}` to the one"
                " that is meant"
            )

    def place(self) -> tuple[str, Place]:
        """Return the name of the backend in force, and where its registry is."""
        return place_of(self.root, self._home().spec.registry)


def find_root(directory: Path | str | None, start: Path | None = None) -> Path | None:
    """Return the folder of the nearest `mlspec.yaml`, at or above `start`.

    Raises:
        UsageError: `directory` was given and holds no `mlspec.yaml`.
    """
    if directory is not None:
        root = Path(directory)
        if not (root / WORKSPACE_FILE).is_file():
            raise UsageError(
                f"there is no `{WORKSPACE_FILE}` in `{directory}`",
                hint=f"run `mlspec init {directory}` to create a workspace",
            )
        return root
    here = (start or Path()).absolute()
    for folder in (here, *here.parents):
        if (folder / WORKSPACE_FILE).is_file():
            return folder
    return None


def open_session(directory: Path | str | None = None, as_of: str = "") -> Session:
    """Read the workspace in `directory`, or the nearest one above the current folder.

    `as_of` is the day, in UTC, by which waivers have ended or not; by default today.

    Raises:
        UsageError: there is no workspace.
    """
    root = find_root(directory)
    if root is None:
        raise UsageError(
            f"there is no `{WORKSPACE_FILE}` in this folder or above it",
            hint="change into a workspace, use `-C DIR`, or create one with `mlspec init`",
        )
    return read_session(root, as_of)


def opened(directory: Path | None, environment: str | None) -> Backend:
    """Return the registry of an environment, opened but not touched."""
    session = open_session(directory)
    return session.backend(session.recorded(environment).environment)


def checked(workspace: Workspace, earlier: Sequence[Diagnostic] = ()) -> tuple[Diagnostic, ...]:
    """Return what the rules find; `earlier` is what loading has reported.

    In a large workspace another process goes through half of it.
    """
    from mlspec.rules import check

    if len(workspace.resources) < _MANY:
        return check(workspace, earlier)
    from mlspec.api._halves import in_halves

    return check(workspace, earlier, in_halves)


def read_session(root: Path, as_of: str = "") -> Session:
    """Read, bind and link the workspace at `root`, and check it against the rules.

    `as_of` is the day, in UTC, by which waivers have ended or not; by default today.
    """
    from mlspec.api._unsaid import told_once
    from mlspec.api.rehearsals import rehearsals

    found = read_sources(root)
    loaded = load(found.sources)
    diagnostics = [*found.diagnostics, *loaded.diagnostics]
    workspace = loaded.workspace
    if workspace is not None:
        drilled = rehearsals(root, workspace)
        workspace = replace(
            workspace,
            today=as_of or datetime.now(UTC).date().isoformat(),
            rehearsed=drilled.days,
            rehearsal_files=drilled.files,
        )
        diagnostics += checked(workspace, diagnostics)
    sources = {each.file: each for each in found.sources}
    diagnostics = told_once(diagnostics, workspace, sources)
    return Session(root, workspace, sources, tuple(sort_diagnostics(diagnostics)))


def _choose(name: str | None, environments: list[str]) -> str:
    if name is None and len(environments) == 1:
        return environments[0]
    listed = ", ".join(f"`{each}`" for each in sorted(environments))
    if name is None:
        raise UsageError("which environment?", hint=f"add `--env` with one of {listed}")
    if name in environments:
        return name
    raise _unknown(name, environments, listed)


def _unknown(name: str, environments: list[str], listed: str) -> UsageError:
    close = did_you_mean(name, environments)
    hint = f"did you mean `{close}`?" if close else f"there are {listed}"
    return UsageError(f"there is no environment `{name}`", hint=hint)


def _is_at_home(diagnostic: Diagnostic) -> bool:
    return diagnostic.span is None or diagnostic.span.file == WORKSPACE_FILE


def _warn(message: str) -> None:
    from logging import getLogger  # with no handler of a program's own, it goes to stderr

    getLogger("mlspec").warning("warning: %s", message)


@cache
def _warn_of_preview(name: str) -> None:
    _warn(f"the registry `{name}` is a preview: it was never tried on a real account")


def _refuse_errors(diagnostics: tuple[Diagnostic, ...]) -> None:
    errors = [each for each in diagnostics if has_errors([each])]
    if not errors:
        return
    shown = tuple(described(each) for each in errors[:5])
    rest = len(errors) - len(shown)
    raise SpecInvalidError(
        f"the specs have {len(errors)} error{'s' if len(errors) > 1 else ''}",
        details=(*shown, *((f"... and {rest} more",) if rest else ())),
        hint="run `mlspec validate` to see each one with its place and the next step",
    )


def described(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as one line: place, message, code."""
    span = diagnostic.span
    place = f"{span.file}:{span.start.line}:{span.start.column}: " if span else ""
    return f"{place}{diagnostic.message} [{diagnostic.code}]"


def errors_told(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Return a line for each error, and after those that have one hint in common that hint."""
    errors = [each for each in diagnostics if has_errors([each])]
    lines: list[str] = []
    for hint, group in groupby(errors, lambda each: each.hint):
        lines += map(described, group)
        lines += [f"  hint: {hint}"] if hint else []
    return tuple(lines)


def require_day(text: str) -> None:
    """Refuse what is no day of the calendar; nothing stands for today.

    Raises:
        UsageError: it is none, or not written as year, month and day.
    """
    try:
        is_day = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        raise UsageError(
            f"`{text}` is no day of the calendar", hint="write year, month and day: `2027-01-31`"
        )
