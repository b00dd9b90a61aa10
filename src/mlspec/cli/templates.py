"""`mlspec templates`: which templates may be replaced, and replacing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.templates import eject_template, list_templates, show_template
from mlspec.cli._output import note, write
from mlspec.errors import ExitCode
from mlspec.reporting.templates import render_templates, render_templates_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["eject", "listing", "show"]


def listing(directory: Path | None, *, output_format: str) -> int:
    """Print the templates and where the text of each comes from."""
    rows = [
        (each.name, each.state.value, str(each.file) if each.file else "")
        for each in list_templates(directory)
    ]
    is_json = output_format == "json"
    write(render_templates_json(rows) if is_json else render_templates(rows))
    return ExitCode.OK


def show(name: str, directory: Path | None, *, shipped: bool) -> int:
    """Print the text of a template."""
    write(show_template(name, directory, shipped=shipped))
    return ExitCode.OK


def eject(name: str, directory: Path | None, *, force: bool) -> int:
    """Write a template to the workspace, and say where."""
    file = eject_template(name, directory, force=force)
    write(str(file))
    note("note: `mlspec compile` uses it from now on, and warns when the shipped one changes")
    return ExitCode.OK
