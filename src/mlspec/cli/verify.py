"""`mlspec verify`: every problem of a folder of manifests, at file:line:column, in one run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api.manifests import verify_manifests
from mlspec.cli._output import has_colour, note, write
from mlspec.errors import ExitCode
from mlspec.reporting.diagnostics import render_github, render_json, render_text

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.api.manifests import ManifestReport

__all__ = ["verify"]


def verify(
    folder: Path,
    *,
    crds: Path | None,
    kubernetes: str | None,
    directory: Path | None,
    output_format: str,
    strict: bool,
) -> int:
    """Verify, print the diagnostics, and return the exit code."""
    report = verify_manifests(
        folder, crds=crds, kubernetes=kubernetes, directory=directory, strict=strict
    )
    write(_rendered(report, output_format))
    for remark in report.remarks:
        note(f"note: {remark}")
    return ExitCode.SPEC_INVALID if report.is_invalid else ExitCode.OK


def _rendered(report: ManifestReport, output_format: str) -> str:
    match output_format:
        case "json":
            return render_json(report.diagnostics)
        case "github":
            return render_github(report.diagnostics)
        case _:
            return render_text(report.diagnostics, report.sources, colour=has_colour(sys.stdout))
