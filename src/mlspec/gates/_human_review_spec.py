"""The spec of `human-review`: what a model may decide alone."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Identifier, Number, Share, Text, declare

__all__ = ["HumanReview"]


class HumanReview(GateSpecBase):
    """A limit for what a model decides alone, or for what people do with the rest."""

    type: Literal["human-review"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    metric: Literal["automated-error", "automation-share", "override-rate", "review-rate"] = (
        declare("The share to bound.", FieldClass.GATE, Direction.UNKNOWN)
    )
    confidence_threshold: Number = declare(
        "Confidence in its class from which the model decides alone.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        ge=0.5,
        le=1,
        examples=[0.9],
    )
    at_least: Share | None = declare(
        "Lowest share.", FieldClass.GATE, Direction.HIGHER_IS_TIGHTER, default=None
    )
    at_most: Share | None = declare(
        "Highest share.", FieldClass.GATE, Direction.LOWER_IS_TIGHTER, default=None
    )
    log: Identifier | None = declare(
        "The source with the decisions of people.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["review-log"],
    )
    key: Text = declare(
        "Column of the log that identifies a row; absent, that of `evaluation.key`.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="id",
    )
    decision: Text = declare(
        "Column of the log with what a person decided.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="decision",
    )
