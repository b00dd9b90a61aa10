"""The flags of `mlspec verify` and `mlspec crds`, for typer. Nothing is decided here."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from mlspec.cli._options import DiagnosticFormat, Directory, Format, OutputFormat

__all__ = ["CRDS", "verify"]


def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder of manifests, or a file.")
    ],
    crds: Annotated[
        list[Path] | None,
        typer.Option(
            "--crds",
            metavar="FILE|DIR",
            help="Definitions (CRDs) for this run; may be repeated, the first of a kind wins.",
        ),
    ] = None,
    kubernetes: Annotated[
        str | None,
        typer.Option(
            "--kubernetes",
            metavar="VERSION",
            help="Version of the cluster; that of the workspace, or the newest, otherwise.",
        ),
    ] = None,
    directory: Directory = None,
    output_format: Annotated[
        DiagnosticFormat, typer.Option("--format", help="How to print diagnostics.")
    ] = DiagnosticFormat.TEXT,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings are errors.")] = False,
) -> int:
    """Check manifests of Kubernetes and Prometheus rules, hand-written ones too.

    Exit 4 if there are errors. What can't be checked is a warning, never silence.
    """
    from mlspec.cli.verify import verify as run

    return run(
        folder,
        crds=crds or (),
        kubernetes=kubernetes,
        directory=directory,
        output_format=output_format,
        strict=strict,
    )


def _add(
    source: Annotated[
        str, typer.Argument(metavar="FILE|DIR|-", help="CRDs as YAML or JSON; `-` reads stdin.")
    ],
    directory: Directory = None,
    output_format: OutputFormat = Format.TEXT,
) -> int:
    """Keep the definitions that your cluster has: kubectl get crd -o json | mlspec crds add -."""
    from mlspec.cli.crds import add

    return add(source, directory, output_format=output_format)


def _list(directory: Directory = None, output_format: OutputFormat = Format.TEXT) -> int:
    """List the definitions of the workspace."""
    from mlspec.cli.crds import listing

    return listing(directory, output_format=output_format)


def _remove(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME", help="Such as `rollouts.argoproj.io`.")
    ],
    directory: Directory = None,
    output_format: OutputFormat = Format.TEXT,
) -> int:
    """Remove definitions, by name or kind."""
    from mlspec.cli.crds import remove

    return remove(names, directory, output_format=output_format)


CRDS: dict[str, Callable[..., int]] = {"add": _add, "list": _list, "remove": _remove}
