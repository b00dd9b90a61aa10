"""`mlspec compile`: artifacts from specs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.build import compile_artifacts as run
from mlspec.cli._output import note, write
from mlspec.errors import ExitCode
from mlspec.reporting.artifacts import render_report, render_report_json

if TYPE_CHECKING:
    from collections.abc import Sequence
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
    write(render_report_json(report) if output_format == "json" else render_report(report))
    for remark in report.remarks:
        note(f"note: {remark}")
    return ExitCode.OK if report.is_clean else ExitCode.SPEC_INVALID
