"""`mlspec gate run` and `verify`: verdicts from real predictions, and a second look at them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.cli._output import has_colour, note, write
from mlspec.reporting.verdicts import VerdictOptions, render_verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlspec.api.judge import GateReport

__all__ = ["run", "verify"]


def run(
    models: Sequence[str],
    directory: Path | None,
    environment: str | None,
    *,
    output_format: str,
    out: Path | None = None,
) -> int:
    """Judge, print the verdicts, say where the evidence is, and return the exit code."""
    from mlspec.api.files import write_text
    from mlspec.api.judge import run_gates

    report = run_gates(models, directory, environment)
    if out is not None:
        write_text(out, _rendered(report, output_format, colour=False))
        output_format = "text"
    write(_rendered(report, output_format, colour=has_colour(sys.stdout)))
    _tell_files(report)
    for address in report.ungated:
        note(f"note: {address} has no gates; nothing was judged")
    return report.exit_code


def verify(
    models: Sequence[str],
    directory: Path | None,
    environment: str | None,
    *,
    output_format: str,
    recompute: bool,
) -> int:
    """Verify, print how every record stands, and return the exit code."""
    from mlspec.api.recheck import verify_evidence
    from mlspec.reporting.rechecks import render_rechecks, render_rechecks_json

    report = verify_evidence(models, directory, environment, recompute=recompute)
    if output_format == "json":
        write(render_rechecks_json(report.records))
    else:
        write(render_rechecks(report.records, colour=has_colour(sys.stdout)))
    return report.exit_code


def _rendered(report: GateReport, output_format: str, *, colour: bool) -> str:
    records = [(each.record, each.environments) for each in report.judged]
    return render_verdicts(records, output_format, VerdictOptions(colour, report.specs))


def _tell_files(report: GateReport) -> None:
    for file in sorted({file for each in report.judged for file in each.files}):
        note(f"evidence written to {file}")
