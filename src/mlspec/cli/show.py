"""`mlspec show`: a spec with the origin of every value, or a plan file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.api.files import read_text
from mlspec.api.inspect import resource
from mlspec.cli._output import has_colour, write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from mlspec.workspace import Resource

__all__ = ["show"]


def show(
    subject: str, directory: Path | None, environment: str | None, *, output_format: str
) -> int:
    """Show a plan file when the subject is one, otherwise the resource at that address."""
    if subject.endswith(".json") or Path(subject).is_file():
        return _show_plan(subject, output_format)
    return _show_resource(resource(subject, directory, environment), output_format)


def _show_plan(file: str, output_format: str) -> int:
    from mlspec.planning import read_plan, write_plan
    from mlspec.reporting.plans import render_plan

    plan = read_plan(read_text(Path(file)), file)
    if output_format == "json":
        write(write_plan(plan))
    else:
        write(render_plan(plan, colour=has_colour(sys.stdout), plan_file=file))
    return ExitCode.OK


def _show_resource(found: Resource, output_format: str) -> int:
    from mlspec.reporting.resources import render_resource, render_resource_json

    write(render_resource_json(found) if output_format == "json" else render_resource(found))
    return ExitCode.OK
