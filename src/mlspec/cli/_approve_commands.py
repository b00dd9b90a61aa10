"""The flags of `mlspec approve`, for typer. Nothing is decided here."""

from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Finished, Format, OutputFormat

__all__ = ["approve"]


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
    approvals: Annotated[
        Path | None,
        typer.Option("--approvals", metavar="DIR", help="Approvals; those of the workspace else."),
    ] = None,
    reviews: Annotated[
        Path | None,
        typer.Option("--reviews", metavar="FILE", help="Reviews as the forge's API gives them."),
    ] = None,
    output_format: OutputFormat = Format.TEXT,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 6 if approvals are missing.")
    ] = False,
) -> None:
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
    raise Finished(run(request))
