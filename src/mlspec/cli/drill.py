"""`mlspec drill`: try the way from drift to the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cli._output import note, write
from mlspec.reporting.drills import render_drill, render_drill_json

if TYPE_CHECKING:
    from mlspec.cli._options import Place

__all__ = ["drill"]


def drill(model: str, place: Place, *, drift: str, strength: float, keep: bool) -> int:
    """Drill, print what each link did, say where the record is, and return the exit code."""
    from mlspec.api.drill import Drift, rehearse

    report = rehearse(
        model,
        place.directory,
        place.environment,
        drift=Drift(drift),
        strength=strength,
        keep=keep,
    )
    render = render_drill_json if place.output_format == "json" else render_drill
    write(render(report.record))
    if report.file is not None:
        note(f"record written to {report.file}")
    return report.exit_code
