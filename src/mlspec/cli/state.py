"""`mlspec status` and `history`: what the registry holds and what was done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api import inspect
from mlspec.cli._output import has_colour, write
from mlspec.errors import ExitCode
from mlspec.reporting import plans_state as report

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["history", "status"]


def status(
    address: str | None, directory: Path | None, environment: str | None, *, output_format: str
) -> int:
    """List the objects of an environment."""
    view = inspect.status(address, directory, environment)
    if output_format == "json":
        write(report.render_status_json(view))
    else:
        write(report.render_status(view, colour=has_colour(sys.stdout)))
    return ExitCode.OK


def history(
    address: str | None, directory: Path | None, environment: str | None, *, output_format: str
) -> int:
    """List the applies of an environment."""
    view = inspect.history(address, directory, environment)
    if output_format == "json":
        write(report.render_history_json(view))
    else:
        write(report.render_history(view, colour=has_colour(sys.stdout)))
    return ExitCode.OK
