"""What a comparison with the champion asks for."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._metrics import MetricName
from mlspec.gates._requirement import Mode, OfBaseline, OfMargin, OfQuantile, margin_limit
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, declare

__all__ = ["ChampionChallenger", "limit"]


class ChampionChallenger(OfMargin, OfQuantile, OfBaseline, GateSpecBase):
    """The difference to the model in production, challenger minus champion."""

    type: Literal["champion-challenger"] = declare(
        "Type of the gate.", FieldClass.GATE, Direction.UNKNOWN
    )
    metric: MetricName = declare("The metric to compare.", FieldClass.GATE, Direction.UNKNOWN)
    mode: Mode = declare(
        "Show that the challenger is not worse by more than a margin, or that it is better.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        order=("non-inferiority", "superiority"),
    )


def limit(spec: ChampionChallenger) -> float:
    """Return what the difference must exceed (or stay below, where lower is better)."""
    return margin_limit(spec.metric, spec.mode, spec.margin, spec.minimum_gain)
