"""`mlspec adopt`: observed models become managed ones."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.cli._options import Format
from mlspec.cli._output import has_colour, write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["adopt"]


def adopt(
    models: Sequence[str], directory: Path | None, *, check: bool, output_format: Format
) -> int:
    """Write the specs, and list what is missing in them."""
    from mlspec.api.adopting import adopt as run
    from mlspec.reporting.adoptions import render_adopted, render_adopted_json

    made = [
        (each.address, each.file, each.missing) for each in run(models, directory, is_check=check)
    ]
    if output_format is Format.JSON:
        write(render_adopted_json(made, is_written=not check))
    else:
        write(render_adopted(made, is_written=not check, colour=has_colour(sys.stdout)))
    return ExitCode.OK
