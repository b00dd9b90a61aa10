"""`mlspec validate`: every problem of every spec, at file:line:column, in one run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api.check import validate as run
from mlspec.cli._output import has_colour, note, write
from mlspec.errors import ExitCode
from mlspec.reporting.diagnostics import render_diagnostics

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["validate"]


def validate(
    paths: Sequence[str],
    *,
    directory: str | None,
    environment: str | None,
    output_format: str,
    strict: bool,
    as_of: str = "",
) -> int:
    """Validate, print the diagnostics, and return the exit code."""
    report = run(paths, directory=directory, environment=environment, strict=strict, as_of=as_of)
    colour = has_colour(sys.stdout)
    write(
        render_diagnostics(
            report.diagnostics, report.sources, output_format, colour=colour, folder=report.folder
        )
    )
    for remark in report.remarks:
        note(f"note: {remark}")
    return ExitCode.SPEC_INVALID if report.is_invalid else ExitCode.OK
