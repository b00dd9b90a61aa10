"""`mlspec init`: create a workspace."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from mlspec.api.start import init as run
from mlspec.canonical import pretty_json
from mlspec.cli._output import write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["init"]


def init(directory: Path, *, output_format: str) -> int:
    """Create the workspace, list its files and say what to run next."""
    files = [each.as_posix() for each in run(directory)]
    if output_format == "json":
        write(pretty_json({"directory": str(directory), "files": list(files)}))
        return ExitCode.OK
    listed = "\n".join(f"  {each}" for each in files)
    change = "" if str(directory) == "." else f"cd {shlex.quote(str(directory))} && "
    write(
        f"Created a workspace in {directory}:\n{listed}\n\n"
        f"Next: {change}mlspec validate && mlspec plan --env staging"
    )
    return ExitCode.OK
