"""The flags of `mlspec compile`, for typer. Nothing is decided here."""

from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Format, OutputFormat

__all__ = ["compile_command"]

Environments = Annotated[
    list[str] | None,
    typer.Option("--env", metavar="ENV", help="Environment, as in `mlspec.yaml`; repeatable."),
]
Every = Annotated[bool, typer.Option("--all-envs", help="Every environment.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Output folder, of one workspace and environment."),
]
Targets = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="TARGET", help="Only this target; may be repeated."),
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit 4 if anything would change.")
]
Diff = Annotated[
    bool,
    typer.Option("--diff", help="As `--check`, and show how files differ, edited ones included."),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Count files instead of naming them, and show no progress."),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Overwrite what was edited by hand, and delete it where it is no longer compiled.",
    ),
]


def compile_command(
    directory: Directory = None,
    environments: Environments = None,
    out: Out = None,
    targets: Targets = None,
    output_format: OutputFormat = Format.TEXT,
    *,
    every: Every = False,
    check: Check = False,
    diff: Diff = False,
    force: Force = False,
    quiet: Quiet = False,
) -> int:
    """Write CI workflow, manifests, routes, alert rules and model cards."""
    from mlspec.cli.compile import Asked, compile_artifacts

    asked = Asked(
        tuple(environments or ()),
        out=out,
        targets=tuple(targets or ()),
        output_format=output_format,
        every=every,
        check=check,
        diff=diff,
        force=force,
        quiet=quiet,
    )
    return compile_artifacts(directory, asked)
