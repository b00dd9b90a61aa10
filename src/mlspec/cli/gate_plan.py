"""`mlspec gate plan`: what will be judged, what is missing, and how many rows it takes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.api.plan_gates import plan_evaluation
from mlspec.cli._output import has_colour, note, write
from mlspec.cli._progress import progress
from mlspec.errors import UsageError
from mlspec.gates import Assumed
from mlspec.reporting.gate_plans import render_gate_plan, render_gate_plan_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.cli._options import Place

__all__ = ["plan"]


def plan(
    models: Sequence[str], place: Place, *, power: float, effect: float, is_quiet: bool
) -> int:
    """Print the plan of an evaluation and return the exit code."""
    assumed = Assumed(_inside("--power", power), _inside("--effect", effect))
    with progress(is_quiet=is_quiet) as tell:
        report = plan_evaluation(
            models, place.directory, place.environment, assumed=assumed, tell=tell
        )
    listed = [(each.address, each.environments, each.gates) for each in report.models]
    if place.output_format == "json":
        write(render_gate_plan_json(listed, assumed))
    else:
        write(render_gate_plan(listed, assumed, colour=has_colour(sys.stdout)))
    for address in report.ungated:
        note(f"note: {address} has no gates")
    return report.exit_code


def _inside(flag: str, share: float) -> float:
    if 0 < share < 1:
        return share
    raise UsageError(f"`{flag}` is {share:g}", hint="state a share between 0 and 1, such as 0.8")
