"""`mlspec gate run`: verdicts from real predictions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api.judge import run_gates
from mlspec.cli._output import has_colour, note, write
from mlspec.reporting.verdicts import render_verdicts, render_verdicts_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlspec.api.judge import GateReport

__all__ = ["run"]


def run(
    models: Sequence[str],
    directory: Path | None,
    environment: str | None,
    *,
    output_format: str,
) -> int:
    """Judge, print the verdicts, say where the evidence is, and return the exit code."""
    report = run_gates(models, directory, environment)
    records = [(each.record, each.environments) for each in report.judged]
    if output_format == "json":
        write(render_verdicts_json(records))
    else:
        write(render_verdicts(records, colour=has_colour(sys.stdout)))
    _tell_files(report)
    for address in report.ungated:
        note(f"note: {address} has no gates; nothing was judged")
    return report.exit_code


def _tell_files(report: GateReport) -> None:
    for file in sorted({file for each in report.judged for file in each.files}):
        note(f"evidence written to {file}")
