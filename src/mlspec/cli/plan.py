"""`mlspec plan`: what a change means."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api.change import prepare
from mlspec.api.files import write_text
from mlspec.api.origin import as_of_today
from mlspec.cli._output import has_colour, note, write
from mlspec.errors import ExitCode, UsageError
from mlspec.planning import BlockCode, write_plan
from mlspec.planning.selection import restricted
from mlspec.reporting.plans import MAX_BYTES, render_plan

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.api.change import Planned, PlanOptions
    from mlspec.planning import Plan

__all__ = ["PlanReport", "plan", "show_plan"]

_FINAL = (
    BlockCode.PROTECTED,
    BlockCode.ADDRESS_TAKEN,
    BlockCode.LAST_WORKSPACE,
    BlockCode.RETIRE_EVERYTHING,
    BlockCode.DELETE_BUDGET,
)
"""What only another change of the specs can unblock."""


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What is printed of a plan, and how; `since` and `select` leave operations out."""

    output_format: str = "text"
    out: Path | None = None
    since: str | None = None
    select: tuple[str, ...] = ()
    max_bytes: int | None = None


def plan(
    directory: Path | None,
    environment: str | None,
    options: PlanOptions,
    report: PlanReport,
    *,
    pending: int,
) -> int:
    """Plan, print, keep the plan file, and return the exit code: `pending` with changes to make."""
    if report.output_format == "json" and (report.since is not None or report.select):
        raise UsageError(
            "`--since` and `--select` are for reports, and JSON is the plan itself",
            hint="leave them out, or choose another `--format`",
        )
    planned = prepare(directory, environment, options)
    if report.out is not None:
        write_text(report.out, write_plan(planned.plan))
    file = None if report.out is None else str(report.out)
    show_plan(_shown(planned, report), report, file, planned.session.folder)
    if report.out is not None:
        note(f"plan written to {report.out}")
    return _exit_code(planned.plan, pending)


def show_plan(made: Plan, report: PlanReport, plan_file: str | None, folder: str) -> None:
    """Print a plan; `plan_file` is where it was written, if it was.

    `folder` is where the workspace lies in its repository.
    """
    text = render_plan(
        made,
        report.output_format,
        colour=has_colour(sys.stdout),
        plan_file=plan_file,
        max_bytes=report.max_bytes or MAX_BYTES,
        folder=folder,
    )
    write(text)


def _shown(planned: Planned, report: PlanReport) -> Plan:
    if report.output_format == "json":  # the file, as it was written
        return planned.plan
    addresses = planned.shown(report.since, report.select)
    told = as_of_today(planned.plan)
    return told if addresses is None else restricted(told, addresses)


def _exit_code(made: Plan, pending: int) -> int:
    """Missing evidence is shown here and refused by apply: a review may go on. A guard is final."""
    if any(each.blocked and each.blocked.code in _FINAL for each in made.operations):
        return ExitCode.POLICY_DENIED
    return pending if made.has_changes else ExitCode.OK
