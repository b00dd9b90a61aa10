"""The spec of `concept-drift`: what a metric may lose, and over which windows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from mlspec.gates._metrics import MetricName
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Count,
    Direction,
    FieldClass,
    Identifier,
    Integer,
    Items,
    Number,
    Share,
    Text,
    declare,
)

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["ConceptDrift", "window_name", "window_names", "windows_at"]


class ConceptDrift(GateSpecBase):
    """A limit for what a metric may lose between the reference and mature windows."""

    type: Literal["concept-drift"] = declare(
        "Type of the gate.", FieldClass.GATE, Direction.UNKNOWN
    )
    metric: MetricName = declare("The metric to follow.", FieldClass.GATE, Direction.UNKNOWN)
    current: Identifier = declare(
        "The source with predictions of production, their time, and labels.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["production-log"],
    )
    reference: Identifier | None = declare(
        "The source to compare with; absent, the rows of `evaluation.predictions`.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    margin: Number = declare(
        "The loss that is still acceptable, in units of the metric.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        ge=0,
    )
    label_delay_days: Count = declare(
        "Days after which the label of a prediction has come.", FieldClass.GATE, Direction.UNKNOWN
    )
    window_days: Integer = declare(
        "Days of predictions in a window.", FieldClass.GATE, Direction.UNKNOWN, ge=1, le=3660
    )
    windows: Integer = declare(
        "How many of the last windows are judged, each for itself.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=1,
        ge=1,
        le=12,
    )
    minimum_label_coverage: Share = declare(
        "Lowest share of mature rows that have a label.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=0.9,
    )
    key: Text = declare(
        "Column that identifies a row.", FieldClass.GATE, Direction.UNKNOWN, default="id"
    )
    label: Text = declare(
        "Column of the label.", FieldClass.GATE, Direction.UNKNOWN, default="label"
    )
    score: Text = declare(
        "Column of the score.", FieldClass.GATE, Direction.UNKNOWN, default="score"
    )
    prediction: Text | None = declare(
        "Column of the predicted class or value; absent, a class follows from the score.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    predicted_at: Text = declare(
        "Column of the time of the prediction.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="predicted_at",
    )
    detectors: Items[Literal["adwin", "ddm", "page-hinkley"]] = declare(
        "Change detectors whose alarms are counted for information.",
        FieldClass.GATE,
        default=(),
        examples=[["adwin"]],
    )


def windows_at(spec: ConceptDrift, now: datetime) -> list[tuple[datetime, datetime]]:
    """Return start and end of each window that is judged at a moment, the oldest first."""
    last = now - timedelta(days=spec.label_delay_days)
    length = timedelta(days=spec.window_days)
    return [(last - (n + 1) * length, last - n * length) for n in reversed(range(spec.windows))]


def window_name(start: datetime, end: datetime) -> str:
    """Return what a window is called in a record."""
    return f"{start:%Y-%m-%dT%H:%MZ} to {end:%Y-%m-%dT%H:%MZ}"


def window_names(spec: ConceptDrift, now: datetime) -> list[str]:
    """Return what the windows of a moment are called in a record, the oldest first."""
    return [window_name(*each) for each in windows_at(spec, now)]
