"""The spec of `estimated-performance`: what an estimate has to reach."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Identifier, Share, Text, declare

__all__ = ["EstimatedPerformance"]


class EstimatedPerformance(GateSpecBase):
    """A floor for a metric that is expected, not measured."""

    type: Literal["estimated-performance"] = declare(
        "Type of the gate.", FieldClass.GATE, Direction.UNKNOWN
    )
    metric: Literal["accuracy", "precision", "recall", "roc-auc"] = declare(
        "The metric to estimate.", FieldClass.GATE, Direction.UNKNOWN
    )
    at_least: Share = declare(
        "The estimate must not be lower.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        examples=[0.8],
    )
    reference: Identifier = declare(
        "The source with scores and labels, on which scores are calibrated.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["labelled-window"],
    )
    current: Identifier | None = declare(
        "The source with scores of today; absent, `evaluation.predictions`.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["production-log"],
    )
    maximum_calibration_error: Share = declare(
        "Highest expected calibration error on the reference, once calibrated.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=0.05,
    )
    key: Text = declare(
        "Column of the sources that identifies a row.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="id",
    )
    label: Text = declare(
        "Column of the label in the reference.", FieldClass.GATE, Direction.UNKNOWN, default="label"
    )
    score: Text = declare(
        "Column of the score.", FieldClass.GATE, Direction.UNKNOWN, default="score"
    )
    prediction: Text | None = declare(
        "Column of the predicted class in `current`; absent, it follows from the score.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
