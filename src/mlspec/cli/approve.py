"""`mlspec approve`: agree to a plan, or ask whether enough people have."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api.approvals import ApprovalSources
from mlspec.api.approve import Asked, approve, check_approvals
from mlspec.canonical import pretty_json
from mlspec.cli._output import has_colour, note, write
from mlspec.errors import ExitCode, UsageError
from mlspec.planning.approvers import unfillable_notices
from mlspec.reporting.approvals import (
    approval_json,
    decision_json,
    render_decision,
    render_subject,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlspec.api.approve import Approved, Checked
    from mlspec.canonical import Json

__all__ = ["Request", "run"]


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    plan_file: Path
    directory: Path | None
    asked: Asked
    sources: ApprovalSources
    is_check: bool
    output_format: str


def run(request: Request) -> int:
    """Write an approval and say what it does, or say which approvals there are. Exit 0 or 6."""
    return _check(request) if request.is_check else _approve(request)


def _check(request: Request) -> int:
    if request.asked != Asked():
        raise UsageError(
            "`--check` only looks",
            hint="leave out `--as`, `--role`, `--comment`, `--sign`, `--out`",
        )
    checked = check_approvals(request.plan_file, request.directory, request.sources)
    if request.output_format == "json":
        write(pretty_json(_checked_json(checked)))
    else:
        write(_checked_text(checked))
    return ExitCode.OK if checked.is_ready else ExitCode.EVIDENCE_MISSING


def _approve(request: Request) -> int:
    if request.sources != ApprovalSources():
        raise UsageError("`--approvals` and `--reviews` belong to `--check`")
    approved = approve(request.plan_file, request.directory, request.asked)
    checked = approved.checked
    note(render_subject(checked.plan, colour=has_colour(sys.stderr)))
    if request.output_format == "json":
        mine = approval_json(approved.approval, checked.plan)
        write(pretty_json({**mine, **_approved_json(approved)}))
    else:
        write(f"{_approved_line(approved)}\n{_checked_text(checked)}")
    return ExitCode.OK


def _approved_line(approved: Approved) -> str:
    approval = approved.approval
    told = f"the plan as {approval.role} ({approval.strength.value})"
    if approved.file is None:
        return f"{approval.principal} has approved {told} before; nothing was written"
    spare = "" if approved.is_needed else "; as much is missing without it"
    return f"{approval.principal} approves {told}: {approved.file}{spare}"


def _approved_json(approved: Approved) -> dict[str, Json]:
    return {
        "format": "mlspec.approval/1.0",
        "file": None if approved.file is None else str(approved.file),
        "needed": approved.is_needed,
        "plan": _checked_json(approved.checked),
    }


def _checked_json(checked: Checked) -> dict[str, Json]:
    refused = [(each.source, each.reason) for each in checked.known.refused]
    return decision_json(checked.plan, checked.decision, refused, _notes(checked)) | {
        "expired": checked.is_expired,
        "applied": checked.standing.applied.run_id if checked.standing.applied else None,
        "stale": list(checked.standing.stale.details) if checked.standing.stale else [],
    }


def _checked_text(checked: Checked) -> str:
    refused = [(each.source, each.reason) for each in checked.known.refused]
    colour = has_colour(sys.stdout)
    return render_decision(checked.plan, checked.decision, refused, _notes(checked), colour=colour)


def _standing_notes(checked: Checked) -> Iterator[str]:
    run, stale = checked.standing.applied, checked.standing.stale
    if run:
        by = f"as run {run.run_id}, serial {run.serial}, by {run.actor} at {run.at}"
        yield f"the plan was applied already {by}: nothing is left to approve"
    elif stale:
        yield f"{stale}: make it again"
        yield from stale.details


def _notes(checked: Checked) -> list[str]:
    plan, told = checked.plan, [*_standing_notes(checked)]
    if checked.is_expired and not checked.standing.applied:
        told.append(f"the plan expired at {plan.expires_at}: make it again")
    if plan.required_approvals and checked.trust.authority.from_specs:
        told.append("the registry records no team yet: the teams of the specs say who holds a role")
    told += unfillable_notices(plan.required_approvals, checked.trust.authority, checked.authors)
    if checked.known.others:
        told.append(f"approvals of other plans were left aside: {checked.known.others:,}")
    return told
