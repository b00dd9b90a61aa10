"""The flags of `mlspec plan` and `mlspec show`, for typer. Nothing is decided here."""

from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import (
    Directory,
    Environment,
    MaxBytes,
    PlanFormat,
    PlanOutputFormat,
)

__all__ = ["plan", "show"]


Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the plan to apply here.")
]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--target", metavar="ADDRESS", help="Plan only this, and what it needs; repeatable."
    ),
]
Reverts = Annotated[
    str, typer.Option("--revert", metavar="RUN", help="Plan to undo what a run did.")
]
Offline = Annotated[
    Path | None,
    typer.Option(
        "--offline", metavar="FILE", help="Use this exported state instead of the registry."
    ),
]
AsOf = Annotated[
    str,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="The plan is good from then on; `now` is one; the time of the commit otherwise.",
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="REF", help="Report on specs that changed since this commit only."
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="EXPR",
        help="Report on `model/*`, `kind:Model`, `owner:TEAM`, `risk:high` only; repeatable.",
    ),
]
DetailedExitCode = Annotated[
    bool, typer.Option("--detailed-exitcode", help="Exit 2 when changes are pending.")
]
PendingExitCode = Annotated[
    int | None,
    typer.Option(
        "--diff-exit-code", metavar="N", min=0, max=255, help="Exit N when they are pending."
    ),
]


def plan(
    directory: Directory = None,
    environment: Environment = None,
    *,
    out: Out = None,
    targets: Targets = None,
    reverts: Reverts = "",
    offline: Offline = None,
    as_of: AsOf = "",
    since: Since = None,
    select: Select = None,
    output_format: PlanOutputFormat = PlanFormat.TEXT,
    max_bytes: MaxBytes = None,
    detailed: DetailedExitCode = False,
    pending: PendingExitCode = None,
) -> int:
    """Compare the specs with the registry and say what each change means. Writes nothing."""
    from mlspec.api.change import PlanOptions
    from mlspec.cli.plan import PlanReport
    from mlspec.cli.plan import plan as run

    return run(
        directory,
        environment,
        PlanOptions(tuple(targets or ()), reverts, offline, as_of),
        PlanReport(output_format, out, since, tuple(select or ()), max_bytes),
        pending=pending if pending is not None else 2 * detailed,
    )


def show(
    subject: Annotated[
        str, typer.Argument(metavar="ADDRESS|PLAN", help="`model/churn`, or a plan file.")
    ],
    directory: Directory = None,
    environment: Environment = None,
    output_format: PlanOutputFormat = PlanFormat.TEXT,
    max_bytes: MaxBytes = None,
) -> int:
    """Show a spec with the origin of every value, or a plan file."""
    from mlspec.cli.show import show as run

    return run(subject, directory, environment, output_format=output_format, max_bytes=max_bytes)
