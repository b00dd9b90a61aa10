"""The flags of `mlspec audit`, for typer. Nothing is decided here."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Environment, OptionalAddress, Place, taking

__all__ = ["AUDIT"]


@taking(Place)
def _verify(
    place: Place,
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
) -> int:
    """Verify the ledger. Exit 12 if something was edited, removed, cut off, or badly signed."""
    from mlspec.cli.audit import verify

    return verify(
        place.directory,
        place.environment,
        output_format=place.output_format,
        require_signatures=require_signatures,
        head=head,
        against=against,
    )


@taking(Place)
def _show(
    place: Place,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="A resource, such as `model/churn`.")
    ],
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE", help="A day or a time; now otherwise.")
    ] = None,
) -> int:
    """Show what was live at a moment: since when, from which plan, and who agreed."""
    from mlspec.cli.audit import show

    return show(address, at, place.directory, place.environment, output_format=place.output_format)


@taking(Place)
def _log(place: Place, address: OptionalAddress = None) -> int:
    """List the events, oldest first; of one resource under all names that it ever had."""
    from mlspec.cli.audit import log

    return log(address, place.directory, place.environment, output_format=place.output_format)


def _export(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR|FILE.zip", help="New folder or archive.")
    ],
    directory: Directory = None,
    environment: Environment = None,
) -> int:
    """Write the ledger as files that anybody can verify without mlspec; VERIFY.md says how."""
    from mlspec.cli.audit import export

    return export(out, directory, environment)


AUDIT: dict[str, Callable[..., int]] = {
    "verify": _verify,
    "show": _show,
    "log": _log,
    "export": _export,
}
