"""The flags of `mlspec gate`, for typer. Nothing is decided here."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._gate_data_commands import GATE_DATA, Engine
from mlspec.cli._options import Directory, Environment, Place, Quiet, taking

__all__ = ["GATE"]


class VerdictFormat(StrEnum):
    """For people, programs, pull requests, or the widgets of CI; `md` is short for `markdown`."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"
    MARKDOWN = "markdown"
    MD = "md"
    HTML = "html"


Models = Annotated[list[str] | None, typer.Argument(metavar="MODEL", help="All models otherwise.")]


Report = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write the report there; text is printed."),
]
Aggregates = Annotated[
    list[Path] | None,
    typer.Option(
        "--aggregates",
        metavar="FILE",
        help="What an engine returned for `gate sql`; put where the spec reads it.",
    ),
]
LeaveToReview = Annotated[
    bool,
    typer.Option(
        "--leave-to-review",
        help="Exit 0 where all that blocks waits for an approval that the plan asks for.",
    ),
]


@dataclass(frozen=True, slots=True)
class Judging:
    """What counts, who signs, and what the facts of the run say."""

    engine: Annotated[
        Engine, typer.Option("--engine", help="What counts the tables of drift gates.")
    ] = Engine.AUTO
    key: Annotated[
        Path | None,
        typer.Option("--sign", metavar="KEY", help="SSH key that signs the records, beside them."),
    ] = None
    run_at: Annotated[
        str,
        typer.Option(
            "--run-at", metavar="MOMENT", help="When, for the facts of the run, or `now`."
        ),
    ] = ""
    actor: Annotated[
        str, typer.Option("--actor", metavar="NAME", help="Who, for the facts of the run.")
    ] = ""
    leave_to_review: LeaveToReview = False


@taking(Judging)
def _run(
    judging: Judging,
    models: Models = None,
    directory: Directory = None,
    environment: Environment = None,
    output_format: Annotated[
        VerdictFormat, typer.Option("--format", help="How to print the verdicts.")
    ] = VerdictFormat.TEXT,
    out: Report = None,
    *,
    aggregates: Aggregates = None,
    quiet: Quiet = False,
) -> int:
    """Judge gates on real predictions and record the verdicts as evidence.

    Exit 7 when a gate fails, 9 when one is not evaluated, 8 when one is inconclusive.
    """
    from mlspec.api.run_facts import How
    from mlspec.cli.gate import run

    if aggregates:
        _place(aggregates, models, directory, environment)
    is_short = output_format is VerdictFormat.MD
    return run(
        models or [],
        directory,
        environment,
        output_format=VerdictFormat.MARKDOWN if is_short else output_format,
        out=out,
        key=judging.key,
        leaves_to_review=judging.leave_to_review,
        how=How(judging.engine, judging.run_at, judging.actor),
        is_quiet=quiet,
    )


def _place(
    aggregates: list[Path],
    models: list[str] | None,
    directory: Path | None,
    environment: str | None,
) -> None:
    from mlspec.api.aggregates import place_aggregates

    place_aggregates(models or [], directory, environment, aggregates)


@taking(Place)
def _plan(
    place: Place,
    models: Models = None,
    power: Annotated[
        float, typer.Option("--power", metavar="SHARE", help="Chance to decide that is wanted.")
    ] = 0.8,
    effect: Annotated[
        float,
        typer.Option(
            "--effect",
            metavar="SHARE",
            help="How far from its limit to the best value a metric is assumed to lie.",
        ),
    ] = 0.2,
    *,
    quiet: Quiet = False,
) -> int:
    """Say what gates will read, what is missing, and how many rows they need. No verdict.

    Exit 9 when something is missing, so that a gate would not be evaluated.
    """
    from mlspec.cli.gate_plan import plan

    return plan(models or [], place, power=power, effect=effect, is_quiet=quiet)


@taking(Place)
def _verify(
    place: Place,
    models: Models = None,
    *,
    recompute: Annotated[
        bool,
        typer.Option("--recompute", help="Judge again: the same bytes have to come out."),
    ] = False,
) -> int:
    """Verify evidence: whole, signed, about the specs and files of today, and not too old.

    Exit 6 when a record is missing, stale or lacks a signature that the environment asks for, 12
    when one was edited, its signature is gone or for another text, or it can't be reproduced.
    """
    from mlspec.cli.gate import verify

    return verify(
        models or [],
        place.directory,
        place.environment,
        output_format=place.output_format,
        recompute=recompute,
    )


GATE: dict[str, Callable[..., int]] = {
    "run": _run,
    "plan": _plan,
    "verify": _verify,
    **GATE_DATA,
}
"""The commands of the group by name."""
