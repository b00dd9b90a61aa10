"""`mlspec compile`: artifacts from specs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api.build import CompileReport, DriftState
from mlspec.api.build import compile_artifacts as run
from mlspec.cli._output import has_colour, note, write
from mlspec.errors import ExitCode
from mlspec.reporting.artifacts import render_files, render_files_json
from mlspec.reporting.diagnostics import render_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["compile_artifacts"]


def compile_artifacts(
    directory: Path | None,
    environment: str | None,
    *,
    out: Path | None,
    targets: Sequence[str],
    output_format: str,
    check: bool,
    force: bool,
) -> int:
    """Compile, write or compare, print what changed, and return the exit code."""
    report = run(directory, environment, out=out, targets=targets, check=check, force=force)
    groups = _groups(report)
    if output_format == "json":
        write(render_files_json(report.environment, str(report.output), groups))
    else:
        verb = "Checked" if check else "Compiled"
        write(render_files(f"{verb} {report.environment} in {report.output}", groups))
    if report.diagnostics:
        note(render_text(report.diagnostics, report.sources, colour=has_colour(sys.stderr)))
    if not report.is_output_compared:
        note(f"note: {report.output} is ignored by git, so it was not compared")
    _advise(report)
    return ExitCode.OK if report.is_clean else ExitCode.SPEC_INVALID


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


def _advise(report: CompileReport) -> None:
    if report.written is not None and report.written.kept_edited:
        note(
            "\nhint: `kept` files were edited by hand and are as they were; move the change into "
            "the specs or a template, or overwrite it with `--force`"
        )
    for hint in _hints({each.state for each in report.drift}):
        note(f"\nhint: {hint}")


def _hints(states: Collection[DriftState]) -> Iterator[str]:
    if DriftState.EDITED in states:
        yield (
            "`edited` files were changed by hand, and `mlspec compile` keeps them: move the change "
            "into the specs or a template, or overwrite it with `mlspec compile --force`"
        )
    if any(each is not DriftState.EDITED for each in states):
        yield "run `mlspec compile` and commit what it writes"
