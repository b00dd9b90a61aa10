"""The spec of `feedback-loop`: what a log of decisions has to show."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Identifier, Items, Number, Text, declare

__all__ = ["FeedbackLoop"]


class FeedbackLoop(GateSpecBase):
    """A floor for what a log of decisions tells about the decisions not made."""

    type: Literal["feedback-loop"] = declare(
        "Type of the gate.", FieldClass.GATE, Direction.UNKNOWN
    )
    metric: Literal[
        "action-entropy",
        "effective-sample-size",
        "exploration-share",
        "label-coverage",
        "minimum-propensity",
    ] = declare("What the log has to show.", FieldClass.GATE, Direction.UNKNOWN)
    source: Identifier = declare(
        "The source with one row per decision.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["decision-log"],
    )
    at_least: Number = declare(
        "The metric must not be lower: a share, a chance, rows, or bits.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        gt=0,
        examples=[0.01],
    )
    key: Text = declare(
        "Column that identifies a decision.", FieldClass.GATE, Direction.UNKNOWN, default="id"
    )
    explored: Text = declare(
        "Column that is 1 where chance decided.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="explored",
    )
    propensity: Text = declare(
        "Column of the chance with which the action was taken.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="propensity",
    )
    eligible: Items[Text] = declare(
        "Columns of the chances that every eligible action had, one per action.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=(),
        examples=[["chance_approve", "chance_decline"]],
    )
    target: Text | None = declare(
        "Column of the chance of the same action under the policy to be judged.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    action: Text = declare(
        "Column of the action taken.", FieldClass.GATE, Direction.UNKNOWN, default="action"
    )
    flagged: Text = declare(
        "Column that is 1 where the model intervened.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="flagged",
    )
    label: Text = declare(
        "Column of the outcome, empty where it is unknown.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="label",
    )
