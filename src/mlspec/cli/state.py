"""`mlspec status` and `history`: what the registry holds and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api import inspect
from mlspec.cli._output import write
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
    as_json = output_format == "json"
    write(report.render_status_json(view) if as_json else report.render_status(view))
    return ExitCode.OK


def history(
    address: str | None, directory: Path | None, environment: str | None, *, output_format: str
) -> int:
    """List the applies of an environment."""
    runs = inspect.history(address, directory, environment)
    as_json = output_format == "json"
    write(report.render_history_json(runs) if as_json else report.render_history(runs))
    return ExitCode.OK
