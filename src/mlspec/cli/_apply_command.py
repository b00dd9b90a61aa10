"""The flags of `mlspec apply`, for typer. Nothing is decided here."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import (
    ApprovalsFolder,
    CheckpointKey,
    Directory,
    Environment,
    ReviewsFile,
)

__all__ = ["apply"]


class ApplyFormat(StrEnum):
    """For people, or for programs: at the end, or line by line as it happens."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class OnErrorChoice(StrEnum):
    """What becomes of the rest when an operation is blocked or fails."""

    STOP = "stop"
    CONTINUE = "continue"


PlanFile = Annotated[Path | None, typer.Argument(metavar="PLAN", help="File made by `plan --out`.")]
Actor = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who applies; the user otherwise.")
]
OnErrorOption = Annotated[
    OnErrorChoice,
    typer.Option("--on-error", help="What to do with the rest when one operation fails."),
]
LockTimeout = Annotated[
    str, typer.Option("--lock-timeout", metavar="TIME", help="How long to wait for other runs.")
]
ApplyOutputFormat = Annotated[
    ApplyFormat, typer.Option("--format", help="How to print the result.")
]
Auto = Annotated[
    bool, typer.Option("--auto", help="Plan and apply in one, where nobody has to agree.")
]
Glass = Annotated[
    bool,
    typer.Option("--break-glass", help="Go without approvals; needs `--reason` and `--role`."),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="As who.")]


def apply(
    plan_file: PlanFile = None,
    directory: Directory = None,
    environment: Environment = None,
    *,
    actor: Actor = None,
    approvals: ApprovalsFolder = None,
    reviews: ReviewsFile = None,
    sign_key: CheckpointKey = None,
    on_error: OnErrorOption = OnErrorChoice.STOP,
    lock_timeout: LockTimeout = "10s",
    output_format: ApplyOutputFormat = ApplyFormat.TEXT,
    auto: Auto = False,
    break_glass: Glass = False,
    reason: Reason = "",
    role: Role = "",
) -> int:
    """Apply exactly the reviewed plan. Exit 23 when part of it is left for the same command."""
    from mlspec.cli.apply import Asked
    from mlspec.cli.apply import apply as run

    asked = Asked(
        plan_file=plan_file,
        directory=directory,
        environment=environment,
        actor=actor,
        approvals=approvals,
        reviews=reviews,
        sign_key=sign_key,
        on_error=on_error,
        lock_timeout=lock_timeout,
        output_format=output_format,
        auto=auto,
        break_glass=break_glass,
        reason=reason,
        role=role,
    )
    return run(asked)
