"""The flags of `mlspec inventory`, for typer. Nothing is decided here."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import DatedPlace, taking

__all__ = ["inventory"]


class InventoryFormat(StrEnum):
    """For people, spreadsheets, programs, or a browser."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


class InventoryClass(StrEnum):
    """What a model may be."""

    LIVE_UNDOCUMENTED = "live-undocumented"
    DOCUMENTED_DEAD = "documented-dead"
    UNOWNED = "unowned"
    HOSTED_API = "hosted-api"
    TIER_UNKNOWN = "tier-unknown"
    REVIEW_OVERDUE = "review-overdue"
    OBSERVED = "observed"
    MANAGED = "managed"
    UNREADABLE = "unreadable"


Live = Annotated[
    list[str] | None,
    typer.Option(
        "--live",
        metavar="PATH",
        help="A dump of what is live, a folder of them, or an MLflow server; repeatable.",
    ),
]
Systems = Annotated[
    list[str] | None,
    typer.Option(
        "--system", metavar="SYSTEM", help="What dumps hold, such as `kserve`; repeatable."
    ),
]
Classes = Annotated[
    list[InventoryClass] | None,
    typer.Option("--class", help="Only models of such a class; repeatable."),
]
FailOn = Annotated[
    list[InventoryClass] | None,
    typer.Option("--fail-on", help="Exit 3 if a model is of this class; repeatable."),
]
Form = Annotated[
    InventoryFormat | None,
    typer.Option("--format", help="How to print it; otherwise by the suffix of --out, else text."),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it to this file.")]
Offline = Annotated[
    bool, typer.Option("--offline", help="Ask no registry and no server that specs name.")
]


@taking(DatedPlace)
def inventory(
    place: DatedPlace,
    live: Live = None,
    system: Systems = None,
    classes: Classes = None,
    fail_on: FailOn = None,
    form: Form = None,
    *,
    out: Out = None,
    offline: Offline = False,
) -> int:
    """List every model and system: documented, applied, live, and what nobody looked at."""
    from mlspec.api.inventory import InventoryOptions
    from mlspec.cli.inventory import inventory as run
    from mlspec.inventory import Class

    options = InventoryOptions(
        environment=place.environment,
        live=tuple(live or ()),
        systems=tuple(system or ()),
        classes=tuple(Class(each.value) for each in classes or ()),
        fail_on=tuple(Class(each.value) for each in fail_on or ()),
        as_of=place.as_of,
        offline=offline,
    )
    return run(options, place.directory, out, form=form.value if form else None)
