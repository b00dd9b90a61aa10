"""The flags of `mlspec evidence`, for typer. Nothing is decided here."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Environment, Format, OutputFormat, Place, taking

__all__ = ["EVIDENCE"]


class ItemsFormat(StrEnum):
    """For people, programs, pull requests, or readers who install nothing."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


_Subject = Annotated[
    str | None,
    typer.Argument(
        metavar="MODEL", help="A model, system or data set, or NAME@VERSION; all otherwise."
    ),
]
_AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DAY", help="The day to judge by, instead of today.")
]
_ItemsOutput = Annotated[ItemsFormat, typer.Option("--format", help="How to print the items.")]
_Days = Annotated[
    int | None, typer.Option("--max-age-days", metavar="N", help="Days for which it counts.")
]


@dataclass(frozen=True, slots=True)
class _Stated:
    """The flags that say what somebody states, and who answers for it."""

    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="Such as `test-report` or `notice`.")
    ]
    about: Annotated[
        list[str] | None,
        typer.Option(
            "--about",
            metavar="version|use|DATASET",
            help="What it is bound to: this version (default), the purpose, a data set.",
        ),
    ] = None
    not_applicable: Annotated[
        str, typer.Option("--not-applicable", metavar="REASON", help="Why there is no paper.")
    ] = ""
    withheld: Annotated[
        str, typer.Option("--withheld", metavar="REASON", help="Why the paper is not shown.")
    ] = ""
    by: Annotated[
        str, typer.Option("--by", metavar="PERSON", help="Who made it, or answers for the reason.")
    ] = ""
    key: Annotated[
        Path | None, typer.Option("--sign", metavar="KEY", help="SSH key that signs the item.")
    ] = None
    is_new_kind: Annotated[
        bool, typer.Option("--new-kind", help="The kind is meant, although no rule knows it.")
    ] = False


@dataclass(frozen=True, slots=True)
class Flags(_Stated):
    """The same, and those that say which paper it is, and how long it counts."""

    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="The paper, 64 MiB at most.")
    ] = None
    day: Annotated[
        str, typer.Option("--day", metavar="DAY", help="Day of the paper, today otherwise.")
    ] = ""
    valid_until: Annotated[
        str, typer.Option("--valid-until", metavar="DAY", help="Last day on which it counts.")
    ] = ""
    max_age_days: _Days = None
    part: Annotated[
        str,
        typer.Option("--part", metavar="NAME", help="Which of several of a kind, as a person."),
    ] = ""
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A line for readers.")] = ""
    is_reference: Annotated[
        bool, typer.Option("--reference-only", help="Keep the digest, and no copy of the paper.")
    ] = False


@taking(Flags)
def _add(
    flags: Flags,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model, system or data set.")],
    *,
    directory: Directory = None,
    environment: Environment = None,
    output_format: OutputFormat = Format.TEXT,
) -> int:
    """Add a paper as evidence: kept by digest, bound to what it is about, signed if asked for."""
    from mlspec.api.add_evidence import NewItem
    from mlspec.cli.evidence import add

    stated = asdict(flags) | {"about": tuple(flags.about or ())}
    return add(model, NewItem(**stated), Place(directory, environment, output_format))


def _list(
    model: _Subject = None,
    directory: Directory = None,
    environment: Environment = None,
    output_format: _ItemsOutput = ItemsFormat.TEXT,
    as_of: _AsOf = "",
) -> int:
    """List evidence items with their status: also what rules in force ask for and is missing."""
    from mlspec.cli.evidence import listing

    place = Place(directory, environment)
    return listing(model, place, output_format=output_format, as_of=as_of)


def _verify(
    model: _Subject = None,
    directory: Directory = None,
    environment: Environment = None,
    output_format: _ItemsOutput = ItemsFormat.TEXT,
    as_of: _AsOf = "",
) -> int:
    """Verify evidence items: whole, about what is there today, not too old, who signed.

    Exit 6 when one is stale, contradicts another or the spec, or a rule fails for lack of it, 12
    when one was edited, or its paper or signature was changed or is gone.
    """
    from mlspec.cli.evidence import verify

    place = Place(directory, environment)
    return verify(model, place, output_format=output_format, as_of=as_of)


EVIDENCE: dict[str, Callable[..., int]] = {"add": _add, "list": _list, "verify": _verify}
"""The commands of the group by name."""
