"""`mlspec targets list`: what compiles to what, and which backend does which strategy."""

from __future__ import annotations

from mlspec.api.targets import list_targets
from mlspec.cli._output import write
from mlspec.errors import ExitCode
from mlspec.reporting.targets import render_targets, render_targets_json

__all__ = ["targets_list"]


def targets_list(*, output_format: str) -> int:
    """Print the targets, the versions that are known, and what each backend can do."""
    listing = list_targets()
    write(render_targets_json(listing) if output_format == "json" else render_targets(listing))
    return ExitCode.OK
