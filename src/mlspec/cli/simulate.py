"""`mlspec simulate rollout`: what the analysis of a rollout can find out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.simulate import simulate_rollout
from mlspec.cli._output import write
from mlspec.errors import ExitCode
from mlspec.reporting.odds import render_odds, render_odds_json

if TYPE_CHECKING:
    from mlspec.api.simulate import Supposed
    from mlspec.cli._options import Place

__all__ = ["rollout"]


def rollout(model: str, place: Place, supposed: Supposed) -> int:
    """Print the odds of the rollout of a model and return the exit code."""
    found = simulate_rollout(model, place.directory, place.environment, supposed)
    where = found.address, found.environment
    if place.output_format == "json":
        write(render_odds_json(*where, found.strategy, found.traffic, found.odds))
    else:
        write(render_odds(*where, found.traffic, found.odds, aborts=found.aborts))
    return ExitCode.OK
