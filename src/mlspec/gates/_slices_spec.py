"""What a gate over slices asks for."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._metrics import MetricName
from mlspec.gates._requirement import Mode, OfBaseline, OfQuantile, margin_limit
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Direction,
    FieldClass,
    Identifier,
    Integer,
    Items,
    Number,
    SpecModel,
    Text,
    declare,
)

__all__ = ["SliceColumn", "Slices", "limit"]


class SliceColumn(SpecModel):
    """A column whose values part the rows."""

    column: Text = declare("Name of the column.", FieldClass.GATE, examples=["region"])
    expected: Items[Text] = declare(
        "Values that have to occur; further ones are judged as well.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=(),
        examples=[["north", "south"]],
    )


class Slices(OfQuantile, OfBaseline, GateSpecBase):
    """A bound for a metric, or a comparison with the champion, in each slice of the rows."""

    type: Literal["slices"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    metric: MetricName = declare(
        "The metric to compute in each slice.", FieldClass.GATE, Direction.UNKNOWN
    )
    by: Items[SliceColumn] = declare(
        "Columns whose values are the slices; each column parts the rows on its own.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="column",
        min_length=1,
    )
    source: Identifier | None = declare(
        "The source that has the columns, joined by key; absent, the predictions have them.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["segments"],
    )
    key: Text = declare(
        "Column of the source that identifies a row.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="id",
    )
    at_least: Number | None = declare(
        "The metric must not be lower in any slice.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
    )
    at_most: Number | None = declare(
        "The metric must not be higher in any slice.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
    )
    mode: Mode | None = declare(
        "Compare with the champion in each slice: not worse by more than a margin, or better.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
        order=("non-inferiority", "superiority"),
    )
    margin: Number | None = declare(
        "Non-inferiority: the loss that is still acceptable, in units of the metric.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        ge=0,
    )
    minimum_gain: Number | None = declare(
        "Superiority: the gain that must be exceeded, in units of the metric; absent means 0.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
        ge=0,
    )
    minimum_slice_rows: Integer = declare(
        "Fewest rows of a slice to judge it; the method has a floor of its own.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=30,
        ge=30,
        reversed_by=("smallSlices", "report"),
    )
    small_slices: Literal["report", "block"] = declare(
        "Slices with too few rows make the gate inconclusive, or are listed and left out.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="block",
        order=("report", "block"),
    )


def limit(spec: Slices, mode: Mode) -> float:
    """Return what the difference must exceed (or stay below, where lower is better)."""
    return margin_limit(spec.metric, mode, spec.margin, spec.minimum_gain)
