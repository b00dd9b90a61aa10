"""`mlspec crds`: the definitions of custom resources that the workspace keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.crds import add_definitions, list_definitions, remove_definitions
from mlspec.cli._output import print_error, write
from mlspec.errors import ExitCode
from mlspec.reporting import crds as report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["add", "listing", "remove"]


def add(source: str, directory: Path | None, *, output_format: str) -> int:
    """Add definitions; exit 4 if one can't be used, after the others were added."""
    done = add_definitions(source, directory)
    changes = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    _tell(changes, output_format)
    for problem in done.problems:
        print_error(problem, ExitCode.SPEC_INVALID, json=output_format == "json")
    return ExitCode.SPEC_INVALID if done.problems else ExitCode.OK


def listing(directory: Path | None, *, output_format: str) -> int:
    """List the definitions."""
    found = list_definitions(directory)
    as_json = output_format == "json"
    write(report.render_definitions_json(found) if as_json else report.render_definitions(found))
    return ExitCode.OK


def remove(names: Sequence[str], directory: Path | None, *, output_format: str) -> int:
    """Remove definitions."""
    _tell({"removed": remove_definitions(names, directory)}, output_format)
    return ExitCode.OK


def _tell(changes: Mapping[str, Sequence[str]], output_format: str) -> None:
    if output_format == "json":
        write(report.render_changed_definitions_json(changes))
    else:
        write(report.render_changed_definitions(changes))
