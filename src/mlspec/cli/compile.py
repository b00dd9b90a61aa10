"""`mlspec compile`: artifacts from specs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api.build import Choices, CompileReport, DriftState, compile_environments
from mlspec.cli._output import has_colour, note, write
from mlspec.cli._progress import progress
from mlspec.errors import ExitCode
from mlspec.reporting.artifacts import (
    FileDifference,
    render_diff,
    render_every_json,
    render_files,
    render_files_json,
)
from mlspec.reporting.diagnostics import render_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["Asked", "compile_artifacts"]


_COUNTED = ("unchanged",)
_QUIETLY_COUNTED = ("unchanged", "written", "removed")
"""Of files that were left as somebody edited them, and of those that differ, people need names."""

_OR_DELETED = ", which deletes those that are no longer compiled"


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    environments: tuple[str, ...] = ()
    out: Path | None = None
    targets: tuple[str, ...] = ()
    output_format: str = "text"
    every: bool = False
    check: bool = False
    diff: bool = False
    force: bool = False
    quiet: bool = False

    @property
    def choices(self) -> Choices:
        """The part that decides what happens."""
        return Choices(self.out, self.targets, check=self.check or self.diff, force=self.force)


def compile_artifacts(directory: Path | None, asked: Asked) -> int:
    """Compile, write or compare, print what changed, and return the exit code."""
    with progress(is_quiet=asked.quiet) as tell:
        reports = compile_environments(
            directory, asked.environments, asked.choices, every=asked.every, tell=tell
        )
    if asked.output_format == "json":
        write(_json(reports, asked))
    else:
        write("\n\n".join(_text(each, asked) for each in reports))
    for each in reports:
        _remark(each)
    _advise(reports)
    return ExitCode.OK if all(each.is_clean for each in reports) else ExitCode.SPEC_INVALID


def _json(reports: Sequence[CompileReport], asked: Asked) -> str:
    parts = [
        (each.environment, str(each.output), _groups(each), _differences(each, asked))
        for each in reports
    ]
    is_single = not asked.every and len(parts) == 1
    return render_files_json(*parts[0]) if is_single else render_every_json(parts)


def _text(report: CompileReport, asked: Asked) -> str:
    verb = "Checked" if asked.choices.check else "Compiled"
    heading = f"{verb} {report.environment} in {report.output}"
    shown = render_diff(_differences(report, asked), colour=has_colour(sys.stdout))
    counted = _QUIETLY_COUNTED if asked.quiet else _COUNTED
    return shown + render_files(heading, _groups(report), counted)


def _differences(report: CompileReport, asked: Asked) -> Iterator[FileDifference]:
    """Yield how files differ from what is compiled, those included that only force changes."""
    for each in report.drift if asked.diff else ():
        yield FileDifference(each.path, each.before(), each.after())


def _remark(report: CompileReport) -> None:
    if report.diagnostics:
        note(render_text(report.diagnostics, report.sources, colour=has_colour(sys.stderr)))
    if not report.is_output_compared:
        note(f"note: {report.output} is ignored by git, so it was not compared")


def _groups(report: CompileReport) -> Mapping[str, Sequence[str]]:
    if report.written is not None:
        return {
            "written": report.written.written,
            "unchanged": report.written.unchanged,
            "removed": report.written.removed,
            "kept": report.written.kept_edited,
        }
    states = sorted({each.state.value for each in report.drift})
    return {
        state: [each.path for each in report.drift if each.state.value == state] for state in states
    } or {"differing": []}


def _advise(reports: Sequence[CompileReport]) -> None:
    _warn(max(each.warnings for each in reports))
    written = [each.written for each in reports if each.written is not None]
    if any({*each.kept_edited}.difference(each.orphaned) for each in written):
        note(
            "\nhint: `kept` files were edited by hand and are as they were; move the change into "
            f"the specs, a patch or a template, or overwrite it with `--force`{_OR_DELETED}"
        )
    _orphans({path for each in written for path in each.orphaned})
    for path in sorted({path for each in written for path in each.discarded}):
        shown = path.removeprefix("/")
        note(f"note: {shown} was edited by hand and is no longer compiled: `--force` deleted it")
    for folder in sorted({folder for each in reports for folder in each.left_over}):
        note(
            f"\nnote: {folder} is of an environment that `mlspec.yaml` no longer has; whatever "
            "deploys it goes on: delete the folder once nothing should run there"
        )
    for remark in sorted({remark for each in reports for remark in each.remarks}):
        note(f"note: {remark}")
    for target in sorted({target for each in reports for target in each.idle}):
        note(
            f"note: `{target}` has nothing to write here; `mlspec targets list` says what it is for"
        )
    drift = [each for report in reports for each in report.drift]
    orphans = {each.path for each in drift if each.is_orphaned}
    _orphans(orphans)
    for hint in _hints({each.state for each in drift if each.path not in orphans}):
        note(f"\nhint: {hint}")


def _orphans(paths: Collection[str]) -> None:
    for path in sorted(paths):
        note(
            f"\nhint: `{path.removeprefix('/')}` was edited by hand and is no longer compiled: "
            "delete it, or take the line `mlspec-seal` out of it, which makes it yours"
        )


def _warn(count: int) -> None:
    if count:
        warnings = "1 warning" if count == 1 else f"{count:,} warnings"
        told = f"{warnings}, besides what policy packs say of them"
        note(f"note: the specs have {told}: see `mlspec validate`")


def _hints(states: Collection[DriftState]) -> Iterator[str]:
    if DriftState.EDITED in states:
        yield (
            "`edited` files were changed by hand, and `mlspec compile` keeps them: move the change "
            "into the specs, a patch or a template, or overwrite it with `mlspec compile --force`"
            + _OR_DELETED
        )
    if any(each is not DriftState.EDITED for each in states):
        yield "run `mlspec compile` and commit what it writes"
