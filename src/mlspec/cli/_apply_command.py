"""The flags of `mlspec apply`, for typer. Nothing is decided here."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Environment, Finished

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


def apply(
    plan_file: Annotated[
        Path | None, typer.Argument(metavar="[PLAN]", help="File made by `plan --out`.")
    ] = None,
    directory: Directory = None,
    environment: Environment = None,
    *,
    actor: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Who applies; the user otherwise.")
    ] = None,
    approvals: Annotated[
        Path | None,
        typer.Option("--approvals", metavar="DIR", help="Approvals; those of the workspace else."),
    ] = None,
    reviews: Annotated[
        Path | None,
        typer.Option("--reviews", metavar="FILE", help="Reviews as the forge's API gives them."),
    ] = None,
    sign_key: Annotated[
        Path | None,
        typer.Option(
            "--sign-key",
            metavar="FILE",
            envvar="MLSPEC_SIGNING_KEY",
            help="SSH key that signs the checkpoint.",
        ),
    ] = None,
    on_error: Annotated[
        OnErrorChoice,
        typer.Option("--on-error", help="What to do with the rest when one operation fails."),
    ] = OnErrorChoice.STOP,
    lock_timeout: Annotated[
        str,
        typer.Option("--lock-timeout", metavar="TIME", help="How long to wait for other runs."),
    ] = "10s",
    output_format: Annotated[
        ApplyFormat, typer.Option("--format", help="How to print the result.")
    ] = ApplyFormat.TEXT,
    auto: Annotated[
        bool, typer.Option("--auto", help="Plan and apply in one, where nobody has to agree.")
    ] = False,
    break_glass: Annotated[
        bool,
        typer.Option("--break-glass", help="Go without approvals; needs `--reason` and `--role`."),
    ] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")] = "",
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="As who.")] = "",
) -> None:
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
    raise Finished(run(asked))
