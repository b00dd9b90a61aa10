"""`mlspec apply`: exactly the reviewed plan."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api.apply import apply as run
from mlspec.cli._output import has_colour, write
from mlspec.errors import ExitCode
from mlspec.reporting.applies import render_applied, render_applied_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["apply"]


def apply(plan_file: Path, directory: Path | None, *, actor: str | None, output_format: str) -> int:
    """Apply a plan file and print what was done."""
    result = run(plan_file, directory, actor=actor)
    if output_format == "json":
        write(render_applied_json(result))
    else:
        write(render_applied(result, colour=has_colour(sys.stdout)))
    return ExitCode.OK
