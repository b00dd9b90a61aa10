"""The flags of `mlspec export` and `mlspec dossier`, for typer. Nothing is decided here."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Environment

__all__ = ["dossier", "export"]


class ExportFormat(StrEnum):
    """What tools of others read."""

    HUGGINGFACE = "huggingface"
    CYCLONEDX = "cyclonedx"
    CROISSANT = "croissant"
    OSCAL = "oscal"


_AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DAY", help="The day to judge by, instead of today.")
]


def export(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A model, data set or system; `NAME@VERSION` too.")
    ],
    form: Annotated[ExportFormat, typer.Option("--format", help="Who is to read it.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there; print it else.")
    ] = None,
    directory: Directory = None,
    environment: Environment = None,
    as_of: _AsOf = "",
) -> int:
    """Write a model card, bill of materials, data description or policy results for other tools."""
    from mlspec.cli.export import export as run

    return run(name, form.value, out, directory, environment, as_of=as_of)


def dossier(
    name: Annotated[
        str, typer.Argument(metavar="MODEL", help="A model or system; `NAME@VERSION` too.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR|FILE.zip", help="New folder or archive.")
    ],
    directory: Directory = None,
    environment: Environment = None,
    as_of: _AsOf = "",
) -> int:
    """Write all about a model that an authority asks for: index, card, evidence, ledger, specs."""
    from mlspec.cli.export import dossier as run

    return run(name, out, directory, environment, as_of=as_of)
