"""`mlspec import`: specs for models that others manage."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.cli._options import Format
from mlspec.cli._output import has_colour, write
from mlspec.cli._progress import progress
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.api.importing import ImportOptions

__all__ = ["import_models"]


def import_models(
    options: ImportOptions, directory: Path | None, report: Path | None, *, output_format: Format
) -> int:
    """Write the specs and say what was found."""
    from mlspec.api.files import write_text
    from mlspec.api.importing import import_models as run
    from mlspec.reporting.imports import render_import, render_import_json

    with progress(is_quiet=False) as show:
        told = replace(options, progress=lambda count: show(f"{count:,} models read"))
        found = run(told, directory)
    is_json = output_format is Format.JSON
    document = render_import_json(found) if is_json or report is not None else ""
    if report is not None:
        write_text(report, document)
    has_report, colour = report is not None, has_colour(sys.stdout)
    text = render_import(found, colour=colour, has_report=has_report)
    write(document if is_json else text)
    return ExitCode.OK
