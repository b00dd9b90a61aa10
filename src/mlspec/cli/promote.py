"""`mlspec promote`: one line for a version that another environment has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cli._options import Format
from mlspec.cli._output import has_colour, write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["promote"]


def promote(
    model: str,
    directory: Path | None,
    *,
    source: str,
    target: str,
    check: bool,
    output_format: Format,
) -> int:
    """Write the line and say what travels with it."""
    import sys

    from mlspec.api.promote import promote as run
    from mlspec.reporting.promotions import render_promotion, render_promotion_json

    made = run(model, directory, source=source, target=target, check=check)
    is_json = output_format is Format.JSON
    colour = has_colour(sys.stdout)
    write(render_promotion_json(made) if is_json else render_promotion(made, colour=colour))
    return ExitCode.OK
