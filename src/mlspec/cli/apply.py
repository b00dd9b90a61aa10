"""`mlspec apply`: exactly the reviewed plan."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api.execute import ApplySettings, apply_now
from mlspec.api.execute import apply as apply_file
from mlspec.cli._output import finish, has_colour, show_progress, write
from mlspec.cli._signals import deferred
from mlspec.errors import ExitCode, UsageError
from mlspec.planning import OnError, Outcome
from mlspec.reporting.applies import (
    render_applied,
    render_applied_json,
    render_finished_line,
    render_progress,
    render_started_line,
    render_step_line,
)
from mlspec.state import BreakGlass

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.planning import ApplyResult, StepReport

__all__ = ["Asked", "apply"]

_DURATION = re.compile(r"(?P<number>[0-9]{1,5}(\.[0-9]{1,3})?)(?P<unit>ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_EXITS = {Outcome.PARTIAL: ExitCode.PARTLY_APPLIED, Outcome.INTERRUPTED: ExitCode.INTERRUPTED}


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line of an apply."""

    plan_file: Path | None
    directory: Path | None
    environment: str | None
    actor: str | None
    approvals: Path | None
    reviews: Path | None
    sign_key: Path | None
    on_error: str
    lock_timeout: str
    output_format: str
    auto: bool
    break_glass: bool
    reason: str
    role: str


def apply(asked: Asked) -> int:
    """Apply what was asked for, print what was done, and return the exit code."""
    settings = ApplySettings(
        actor=asked.actor,
        approvals=asked.approvals,
        reviews=asked.reviews,
        sign_key=asked.sign_key,
        on_error=OnError(asked.on_error),
        break_glass=_break_glass(asked),
        lock_timeout_seconds=_seconds(asked.lock_timeout),
        report=_tell_line if asked.output_format == "jsonl" else _tell_progress,
        shield=deferred,
    )
    result = _applied(asked, settings)
    if asked.output_format == "jsonl":
        write(render_finished_line(result))
    elif asked.output_format == "json":
        write(render_applied_json(result))
    else:
        write(render_applied(result, colour=has_colour(sys.stdout)))
    return _EXITS.get(result.outcome, ExitCode.OK)


def _applied(asked: Asked, settings: ApplySettings) -> ApplyResult:
    if asked.auto:
        if asked.plan_file is not None:
            raise UsageError("`--auto` makes its own plan", hint="leave out one of the two")
        return apply_now(asked.environment, asked.directory, settings)
    if asked.plan_file is None:
        raise UsageError(
            "which plan?",
            hint="make one with `mlspec plan --out FILE`, or add `--auto --env ENV`",
        )
    if asked.environment is not None:
        raise UsageError("the plan says which environment it is for", hint="leave out `--env`")
    return apply_file(asked.plan_file, asked.directory, settings)


def _break_glass(asked: Asked) -> BreakGlass | None:
    if asked.break_glass:
        if not asked.reason.strip() or not asked.role:
            raise UsageError("`--break-glass` needs `--reason TEXT` and `--role ROLE`")
        return BreakGlass(asked.role, asked.reason.strip())
    if asked.reason or asked.role:
        raise UsageError("`--reason` and `--role` belong to `--break-glass`")
    return None


def _seconds(text: str) -> float:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise UsageError(f"`{text}` is no time", hint="a time is `30s`, `500ms` or `2m`")
    return float(match["number"]) * _SECONDS[match["unit"]]


def _tell_line(step: StepReport) -> None:
    """Write a line at once: whoever reads along sees it when it happens."""
    if step.number == 1:
        write(render_started_line(step.total))
    write(render_step_line(step))
    finish()


def _tell_progress(step: StepReport) -> None:
    show_progress(render_progress(step), is_last=step.number == step.total)
