"""The flags of `mlspec import`, for typer. Nothing is decided here."""

from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Format, OutputFormat

__all__ = ["import_command"]


def import_command(
    system: Annotated[
        str,
        typer.Argument(
            metavar="SYSTEM", help="Such as `mlflow` or `hf-card`; any other word lists all."
        ),
    ],
    where: Annotated[
        str,
        typer.Argument(metavar="WHERE", help="An address, a file or a folder of what it says."),
    ] = "",
    directory: Directory = None,
    *,
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Folder for the specs; specs/imported.")
    ] = "",
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="GLOB", help="Only models of such a name; repeatable."),
    ] = None,
    alias: Annotated[
        str, typer.Option("--alias", metavar="NAME", help="The alias that says what is live.")
    ] = "",
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the report here, too.")
    ] = None,
    output_format: OutputFormat = Format.TEXT,
) -> int:
    """Write a spec for every model that a system knows. Changes nothing there, runs nothing."""
    from mlspec.api.importing import ImportOptions
    from mlspec.cli.importing import import_models as run

    options = ImportOptions(system, where, out, tuple(select or ()), alias)
    return run(options, directory, report, output_format=output_format)
