"""`mlspec audit`: whether the record is intact, and what it says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api import audit, inspect
from mlspec.cli._output import has_colour, note, write
from mlspec.errors import ExitCode
from mlspec.reporting import audit as report
from mlspec.reporting.plans_state import render_audit, render_audit_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["export", "log", "show", "verify"]


def verify(
    directory: Path | None,
    environment: str | None,
    *,
    output_format: str,
    require_signatures: bool,
    head: str,
    against: Path | None,
) -> int:
    """Verify the ledger and return 12 when something was done to it."""
    view = inspect.verify(
        directory, environment, require_signatures=require_signatures, head=head, against=against
    )
    if output_format == "json":
        write(render_audit_json(view))
    else:
        write(render_audit(view, colour=has_colour(sys.stdout)))
    return ExitCode.OK if view.is_intact else ExitCode.TAMPERED


def show(
    address: str,
    at: str | None,
    directory: Path | None,
    environment: str | None,
    *,
    output_format: str,
) -> int:
    """Show what an object was at a moment."""
    view = audit.show(address, at, directory, environment)
    is_json = output_format == "json"
    write(report.render_audit_show_json(view) if is_json else report.render_audit_show(view))
    return ExitCode.OK


def log(
    address: str | None, directory: Path | None, environment: str | None, *, output_format: str
) -> int:
    """List the events."""
    found = audit.log(address, directory, environment)
    is_json = output_format == "json"
    write(report.render_audit_log_json(found) if is_json else report.render_audit_log(found))
    return ExitCode.OK


def export(out: Path, directory: Path | None, environment: str | None) -> int:
    """Write the ledger as plain files."""
    count = audit.export(out, directory, environment)
    note(f"{count} files written to {out}; VERIFY.md says how to verify them without mlspec")
    return ExitCode.OK
