"""The flags of `mlspec templates`, for typer. Nothing is decided here."""

from collections.abc import Callable
from typing import Annotated

import typer

from mlspec.cli._options import Directory, Format, OutputFormat

__all__ = ["TEMPLATES"]

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `list` shows it.")]


def _list(directory: Directory = None, output_format: OutputFormat = Format.TEXT) -> int:
    """List the templates that a workspace may replace, and those that it does."""
    from mlspec.cli.templates import listing

    return listing(directory, output_format=output_format)


def _show(
    name: Name,
    directory: Directory = None,
    *,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="The one that comes with mlspec, in any case.")
    ] = False,
) -> int:
    """Print a template as the workspace uses it."""
    from mlspec.cli.templates import show

    return show(name, directory, shipped=shipped)


def _eject(
    name: Name,
    directory: Directory = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> int:
    """Copy a template to the folder `paths.templates`, where it replaces the shipped one."""
    from mlspec.cli.templates import eject

    return eject(name, directory, force=force)


TEMPLATES: dict[str, Callable[..., int]] = {"eject": _eject, "list": _list, "show": _show}
