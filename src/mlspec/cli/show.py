"""`mlspec show`: a spec with the origin of every value, or a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.api.files import read_text
from mlspec.api.inspect import resource
from mlspec.cli._output import write
from mlspec.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mlspec.workspace import Resource

__all__ = ["show"]

_FORMATS = ("text", "json")
_IN_FILES = ("gitlab-codequality", "sarif")
"""Formats of a plan that name files from the top of a repository."""


def show(
    subject: str,
    directory: Path | None,
    environment: str | None,
    *,
    output_format: str,
    max_bytes: int | None,
) -> int:
    """Show a plan file when the subject is one, otherwise the resource at that address."""
    if subject.endswith(".json") or Path(subject).is_file():
        return _show_plan(subject, output_format, max_bytes, directory)
    if output_format not in _FORMATS:
        raise UsageError(
            f"a resource is not shown as `{output_format}`", hint="as `text` or as `json`"
        )
    return _show_resource(resource(subject, directory, environment), output_format)


def _show_plan(file: str, output_format: str, max_bytes: int | None, directory: Path | None) -> int:
    from mlspec.api.origin import as_of_today
    from mlspec.cli.plan import PlanReport, show_plan
    from mlspec.planning import read_plan

    plan = read_plan(read_text(Path(file)), file)
    if output_format != "json":  # there, it is the file
        plan = as_of_today(plan)
    folder = _folder(directory) if output_format in _IN_FILES else "."
    show_plan(plan, PlanReport(output_format, max_bytes=max_bytes), file, folder)
    return ExitCode.OK


def _folder(directory: Path | None) -> str:
    """Return where the workspace at hand lies in its repository; a plan is shown without one."""
    from mlspec.api.session import open_session

    try:
        return open_session(directory).folder
    except UsageError:
        return "."


def _show_resource(found: Resource, output_format: str) -> int:
    from mlspec.reporting.resources import render_resource, render_resource_json

    write(render_resource_json(found) if output_format == "json" else render_resource(found))
    return ExitCode.OK
