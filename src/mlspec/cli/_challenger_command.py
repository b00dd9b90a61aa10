"""The flags of `mlspec challenger`, for typer. Nothing is decided here."""

from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory

__all__ = ["challenger"]


def challenger(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model that was trained.")],
    trained: Annotated[
        Path,
        typer.Option("--from", metavar="DIR", help="The workspace as the training left it."),
    ],
    given: Annotated[
        Path | None,
        typer.Option(
            "--given",
            metavar="DIR",
            help="The workspace as the training got it; this workspace otherwise.",
        ),
    ] = None,
    directory: Directory = None,
) -> int:
    """Take the outputs of a training into a clean workspace; refuse whatever else it changed."""
    from mlspec.cli.challenger import challenger as run

    return run(model, trained, given, directory)
