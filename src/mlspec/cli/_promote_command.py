"""The flags of `mlspec promote`, for typer. Nothing is decided here."""

from typing import Annotated

import typer

from mlspec.cli._options import Directory, Format, OutputFormat

__all__ = ["promote"]


def promote(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model, such as `churn`.")],
    source: Annotated[
        str, typer.Option("--from", metavar="ENV", help="Where the version was applied.")
    ],
    target: Annotated[str, typer.Option("--to", metavar="ENV", help="Where it goes next.")],
    directory: Directory = None,
    output_format: OutputFormat = Format.TEXT,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Say what would travel, and write nothing.")
    ] = False,
) -> int:
    """Let an environment ask for the version that another one has: one line of `mlspec.yaml`."""
    from mlspec.cli.promote import promote as run

    return run(
        model, directory, source=source, target=target, check=check, output_format=output_format
    )
