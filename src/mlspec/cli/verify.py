"""`mlspec verify`: every problem of a folder of manifests, at file:line:column, in one run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api.manifests import verify_manifests
from mlspec.cli._output import has_colour, note, write
from mlspec.errors import ExitCode
from mlspec.reporting.diagnostics import render_diagnostics

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["verify"]


def verify(
    folder: Path,
    *,
    crds: Sequence[Path],
    kubernetes: str | None,
    directory: Path | None,
    output_format: str,
    strict: bool,
) -> int:
    """Verify, print the diagnostics, and return the exit code."""
    report = verify_manifests(
        folder, crds=crds, kubernetes=kubernetes, directory=directory, strict=strict
    )
    write(
        render_diagnostics(
            report.diagnostics,
            report.sources,
            output_format,
            colour=has_colour(sys.stdout),
            category="manifests",
        )
    )
    for remark in report.remarks:
        note(f"note: {remark}")
    return ExitCode.SPEC_INVALID if report.is_invalid else ExitCode.OK
