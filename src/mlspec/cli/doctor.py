"""`mlspec doctor`: is everything here that the work needs?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.doctor import examine
from mlspec.canonical import pretty_json
from mlspec.cli._output import write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["doctor"]

_MARK = {True: "ok     ", False: "missing", None: "note   "}


def doctor(directory: Path | None, *, output_format: str) -> int:
    """Print what was examined; exit 1 if something that is needed is missing."""
    facts = examine(directory)
    if output_format == "json":
        write(pretty_json({"facts": [each.to_json() for each in facts]}))
    else:
        width = max(len(each.name) for each in facts)
        write(
            "\n".join(f"{_MARK[each.is_fine]}  {each.name:<{width}}  {each.text}" for each in facts)
        )
    return ExitCode.INTERNAL if any(each.is_fine is False for each in facts) else ExitCode.OK
