"""The flags of `mlspec approve` and `mlspec review`, for typer. Nothing is decided here."""

from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import (
    ApprovalsFolder,
    CheckpointKey,
    Directory,
    Environment,
    Format,
    OutputFormat,
    ReviewsFile,
)

__all__ = ["approve", "review"]


def approve(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="File made by `plan --out`.")],
    directory: Directory = None,
    *,
    principal: Annotated[
        str,
        typer.Option("--as", metavar="NAME", help="Who approves; who git commits as otherwise."),
    ] = "",
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="As what; the only role that fits else.")
    ] = "",
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help="Why.")] = "",
    sign_key: Annotated[
        Path | None,
        typer.Option("--sign", metavar="KEY", help="SSH key, or `.pub` file of one in ssh-agent."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the statement here.")
    ] = None,
    approvals: ApprovalsFolder = None,
    reviews: ReviewsFile = None,
    output_format: OutputFormat = Format.TEXT,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 6 if approvals are missing.")
    ] = False,
) -> int:
    """Agree to a plan, in a statement bound to its digest, or ask who has with `--check`."""
    from mlspec.api.approvals import ApprovalSources
    from mlspec.api.approve import Asked
    from mlspec.cli.approve import Request, run

    request = Request(
        plan_file,
        directory,
        Asked(principal, role, comment, sign_key, out),
        ApprovalSources(approvals, reviews),
        is_check=check,
        output_format=output_format,
    )
    return run(request)


def review(
    run_id: Annotated[
        str, typer.Argument(metavar="RUN", help="A run that was applied with `--break-glass`.")
    ],
    directory: Directory = None,
    environment: Environment = None,
    *,
    principal: Annotated[str, typer.Option("--as", metavar="NAME", help="Who reviews.")],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="As what.")],
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help="What was found.")],
    sign_key: Annotated[
        Path | None, typer.Option("--sign", metavar="KEY", help="SSH key that signs the review.")
    ] = None,
    checkpoint_key: CheckpointKey = None,
    output_format: OutputFormat = Format.TEXT,
) -> int:
    """Record that somebody else looked at a run that broke the glass."""
    from mlspec.api.review import ReviewAsked
    from mlspec.cli.review import run

    asked = ReviewAsked(principal, role, comment, sign_key, checkpoint_key)
    return run(run_id, asked, directory, environment, output_format=output_format)
