"""The flags of `mlspec audit`, for typer. Nothing is decided here."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Environment, Finished, Format, OutputFormat

__all__ = ["AUDIT"]


def _verify(
    directory: Directory = None,
    environment: Environment = None,
    output_format: OutputFormat = Format.TEXT,
    head: Annotated[
        str,
        typer.Option(
            "--head",
            metavar="SEQUENCE:DIGEST",
            help="A checkpoint that was copied elsewhere: the record has to have it.",
        ),
    ] = "",
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="DIR|HEAD", help="An export, or its HEAD: the same."),
    ] = None,
    *,
    require_signatures: Annotated[
        bool, typer.Option("--require-signatures", help="Every checkpoint has to be signed.")
    ] = False,
) -> None:
    """Verify the ledger. Exit 12 if something was edited, removed, cut off, or badly signed."""
    from mlspec.cli.audit import verify

    raise Finished(
        verify(
            directory,
            environment,
            output_format=output_format,
            require_signatures=require_signatures,
            head=head,
            against=against,
        )
    )


def _show(
    address: Annotated[str, typer.Argument(help="A resource, such as `model/churn`.")],
    directory: Directory = None,
    environment: Environment = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE", help="A day or a time; now otherwise.")
    ] = None,
    output_format: OutputFormat = Format.TEXT,
) -> None:
    """Show what was live at a moment: since when, from which plan, and who agreed."""
    from mlspec.cli.audit import show

    raise Finished(show(address, at, directory, environment, output_format=output_format))


def _log(
    address: Annotated[
        str | None, typer.Argument(help="Only this resource, such as `model/churn`.")
    ] = None,
    directory: Directory = None,
    environment: Environment = None,
    output_format: OutputFormat = Format.TEXT,
) -> None:
    """List the events, oldest first; of one resource under all names that it ever had."""
    from mlspec.cli.audit import log

    raise Finished(log(address, directory, environment, output_format=output_format))


def _export(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR|FILE.zip", help="New folder or archive.")
    ],
    directory: Directory = None,
    environment: Environment = None,
) -> None:
    """Write the ledger as files that anybody can verify without mlspec; VERIFY.md says how."""
    from mlspec.cli.audit import export

    raise Finished(export(out, directory, environment))


AUDIT: dict[str, Callable[..., None]] = {
    "verify": _verify,
    "show": _show,
    "log": _log,
    "export": _export,
}
