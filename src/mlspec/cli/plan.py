"""`mlspec plan`: what a change means."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api.change import plan as run
from mlspec.api.files import write_text
from mlspec.cli._output import has_colour, note, write
from mlspec.errors import ExitCode
from mlspec.planning import BlockCode, write_plan
from mlspec.reporting.plans import render_plan

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.planning import Plan

__all__ = ["plan"]


def plan(
    directory: Path | None,
    environment: str | None,
    *,
    out: Path | None,
    output_format: str,
    detailed: bool,
) -> int:
    """Plan, print, keep the plan file, and return the exit code."""
    made = run(directory, environment)
    text = write_plan(made)
    if out is not None:
        write_text(out, text)
    if output_format == "json":
        write(text)
    else:
        write(
            render_plan(
                made, colour=has_colour(sys.stdout), plan_file=None if out is None else str(out)
            )
        )
    if out is not None:
        note(f"plan written to {out}")
    return _exit_code(made, detailed=detailed)


def _exit_code(made: Plan, *, detailed: bool) -> ExitCode:
    """Missing evidence is shown here and refused by apply: a review may go on. A guard is final."""
    if any(each.blocked and each.blocked.code is BlockCode.PROTECTED for each in made.operations):
        return ExitCode.POLICY_DENIED
    return ExitCode.CHANGES_PENDING if detailed and made.has_changes else ExitCode.OK
