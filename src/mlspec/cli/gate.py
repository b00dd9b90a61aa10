"""`mlspec gate run` and `verify`: verdicts from real predictions, and a second look at them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.cli._output import has_colour, note, write
from mlspec.cli._progress import progress
from mlspec.errors import ExitCode
from mlspec.reporting.verdicts import VerdictOptions, render_verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mlspec.api.judge import GateReport
    from mlspec.api.run_facts import How
    from mlspec.evidence import Reason
    from mlspec.gates import Curves

__all__ = ["run", "verify"]


def run(
    models: Sequence[str],
    directory: Path | None,
    environment: str | None,
    *,
    output_format: str,
    out: Path | None = None,
    key: Path | None = None,
    how: How | None = None,
    leaves_to_review: bool = False,
    is_quiet: bool = False,
) -> int:
    """Judge, print the verdicts, say where the evidence is, and return the exit code.

    It is 0 where all that is left waits for a review, and the caller leaves that to the plan.
    """
    from mlspec.api.files import write_text
    from mlspec.api.judge import run_gates

    with progress(is_quiet=is_quiet) as tell:
        report = run_gates(models, directory, environment, tell, key, how)
    curves = _curves(report, directory, environment) if output_format == "html" else {}
    if out is not None:
        plain = VerdictOptions(False, report.specs, curves, report.places)
        write_text(out, _rendered(report, output_format, plain))
        output_format = "text"
    options = VerdictOptions(has_colour(sys.stdout), report.specs, curves, report.places)
    write(_rendered(report, output_format, options))
    _tell_files(report)
    for address in report.ungated:
        note(f"note: {address} has no gates; nothing was judged")
    if report.exit_code:
        note("hint: `mlspec explain CODE` says what a reason in brackets means, and what to do")
    if report.is_left_to_review:
        note("note: an inconclusive verdict waits for an approval, which `mlspec plan` asks for")
    is_done = leaves_to_review and report.is_left_to_review
    return ExitCode.OK if is_done else report.exit_code


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
        write(render_rechecks_json((*report.records, *report.others)))
    else:
        listed = (*report.records, *report.others)
        write(render_rechecks(listed, colour=has_colour(sys.stdout)))
    return report.exit_code


def _rendered(report: GateReport, output_format: str, options: VerdictOptions) -> str:
    records = [(each.record, each.environments) for each in report.judged]
    return render_verdicts(records, output_format, options)


def _curves(
    report: GateReport, directory: Path | None, environment: str | None
) -> Mapping[str, Curves | Reason]:
    """Return what a page draws of each model that was judged."""
    from mlspec.api.curves import read_curves

    return read_curves((each.record.subject for each in report.judged), directory, environment)


def _tell_files(report: GateReport) -> None:
    from mlspec.api.evidence_store import seal_path

    for file in sorted({file for each in report.judged for file in each.files}):
        signed = ", signed beside it" if seal_path(file) in report.written else ""
        note(f"evidence written to {file}{signed}")
