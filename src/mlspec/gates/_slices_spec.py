"""What a gate over slices asks for."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._metrics import MetricName
from mlspec.gates._parts_spec import OfColumns, SmallParts, fewest_rows, small_parts
from mlspec.gates._requirement import Mode, OfBaseline, OfMargin, OfQuantile, margin_limit
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Direction,
    FieldClass,
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


class Slices(OfColumns, OfMargin, OfQuantile, OfBaseline, GateSpecBase):
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
    minimum_slice_rows: Integer = fewest_rows(
        "Fewest rows of a slice to judge it; the method has a floor of its own.",
        least=30,
        listed_by="smallSlices",
    )
    small_slices: SmallParts = small_parts(
        "Slices with too few rows make the gate inconclusive, or are listed and left out."
    )


def limit(spec: Slices, mode: Mode) -> float:
    """Return what the difference must exceed (or stay below, where lower is better)."""
    return margin_limit(spec.metric, mode, spec.margin, spec.minimum_gain)
