"""`mlspec state`: looking at single objects, exporting them, and correcting them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api import state
from mlspec.api.inspect import status
from mlspec.cli._output import note, write
from mlspec.errors import ExitCode
from mlspec.reporting import state as report

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.planning.state_edit import Edited

__all__ = ["edited", "export", "listed", "shown"]


def listed(directory: Path | None, environment: str | None, *, output_format: str) -> int:
    """List the objects of an environment with their identities."""
    view = status(None, directory, environment)
    as_json = output_format == "json"
    write(report.render_listed_json(view) if as_json else report.render_listed(view))
    return ExitCode.OK


def shown(
    address: str, directory: Path | None, environment: str | None, *, output_format: str
) -> int:
    """Show one object with its body."""
    found = state.show(address, directory, environment)
    render = report.render_object_json if output_format == "json" else report.render_object
    write(render(found.environment, found.record, found.recorded))
    return ExitCode.OK


def export(out: Path | None, directory: Path | None, environment: str | None) -> int:
    """Write the state to a file, or print it."""
    text = state.export_state(out, directory, environment)
    if out is None:
        write(text)
    else:
        note(f"state written to {out}")
    return ExitCode.OK


def edited(done: Edited, *, output_format: str) -> int:
    """Print what was changed by hand; 3 when a check finds that something should be."""
    as_json = output_format == "json"
    write(report.render_edited_json(done) if as_json else report.render_edited(done))
    return ExitCode.DRIFT if done.run is None and done.changes else ExitCode.OK
