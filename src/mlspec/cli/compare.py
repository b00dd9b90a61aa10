"""`mlspec diff` and `mlspec drift`: environments side by side, and the record against what is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api.compare import compare_environments
from mlspec.api.state import find_drift
from mlspec.cli._output import has_colour, write
from mlspec.errors import ExitCode
from mlspec.reporting.compare import render_compared, render_compared_json
from mlspec.reporting.drift import render_drift, render_drift_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["compare", "drift"]


def compare(
    environments: tuple[str, str],
    directory: Path | None,
    *,
    applied: bool,
    output_format: str,
    detailed: bool,
) -> int:
    """Print how two environments differ; 2 when they do and that was asked for."""
    view = compare_environments(*environments, directory, applied=applied)
    write(render_compared_json(view) if output_format == "json" else render_compared(view))
    return ExitCode.CHANGES_PENDING if detailed and view.differences else ExitCode.OK


def drift(
    directory: Path | None, environment: str | None, ignore: Sequence[str], *, output_format: str
) -> int:
    """Print what differs from the record; 3 when something does."""
    view = find_drift(directory, environment, ignore)
    if output_format == "json":
        write(render_drift_json(view))
    else:
        write(render_drift(view, colour=has_colour(sys.stdout)))
    return ExitCode.DRIFT if view.drifts else ExitCode.OK
