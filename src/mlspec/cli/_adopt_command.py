"""The flags of `mlspec adopt`, for typer. Nothing is decided here."""

from typing import Annotated

import typer

from mlspec.cli._options import Directory, Format, OutputFormat

__all__ = ["adopt"]


def adopt(
    models: Annotated[
        list[str], typer.Argument(metavar="MODEL", help="Observed models, such as `churn`.")
    ],
    directory: Directory = None,
    output_format: OutputFormat = Format.TEXT,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Say what would be missing, and write nothing.")
    ] = False,
) -> int:
    """Make managed models of observed ones, in their files, and say what has to be said yet."""
    from mlspec.cli.adopting import adopt as run

    return run(models, directory, check=check, output_format=output_format)
