"""The flags of `mlspec card`, for typer. Nothing is decided here."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import DatedPlace, taking

__all__ = ["card"]


class CardAudience(StrEnum):
    """For whom a card is."""

    PUBLIC = "public"
    DEPLOYER = "deployer"
    REVIEWER = "reviewer"
    REGULATOR = "regulator"


class CardForm(StrEnum):
    """How a card is written."""

    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


@taking(DatedPlace)
def card(
    place: DatedPlace,
    name: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="A model, system, prompt or data set; all with --out."
        ),
    ] = "",
    audience: Annotated[
        CardAudience,
        typer.Option("--audience", help="Who reads it: what others alone may see is withheld."),
    ] = CardAudience.REVIEWER,
    form: Annotated[
        CardForm | None,
        typer.Option("--format", help="Markdown when printed; all three in a folder."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR|FILE", help="Folder, or one file: `FILE.html`."),
    ] = None,
    *,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Exit 4 if cards in --out, or those that `compile` wrote, differ."
        ),
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no registry for changes and approvals.")
    ] = False,
) -> int:
    """Print a card: what is known, from where, what is missing, and which command adds it."""
    from mlspec.cli.card import Flags
    from mlspec.cli.card import card as run

    chosen = form.value if form else ""
    flags = Flags(name, audience.value, chosen, place.as_of, check=check, offline=offline)
    return run(flags, out, place.directory, place.environment)
