"""What a spec says about checks on data."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Count,
    Digest,
    Direction,
    FieldClass,
    Identifier,
    Integer,
    Items,
    Number,
    Share,
    SpecModel,
    Text,
    declare,
)

__all__ = ["ColumnCheck", "DataQuality", "Freshness"]


class ColumnCheck(SpecModel):
    """What the values of one column have to be like."""

    name: Text = declare("Name of the column.", FieldClass.GATE, examples=["age"])
    maximum_null_share: Share = declare(
        "The largest share of missing values.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=0.0,
    )
    at_least: Number | None = declare(
        "No value may be lower.", FieldClass.GATE, Direction.HIGHER_IS_TIGHTER, default=None
    )
    at_most: Number | None = declare(
        "No value may be higher.", FieldClass.GATE, Direction.LOWER_IS_TIGHTER, default=None
    )
    unique: bool = declare(
        "Whether no value may stand twice.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=False,
    )
    values: Items[Text] = declare(
        "The values that are allowed; none listed allows all.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=(),
    )


class Freshness(SpecModel):
    """How old the newest row may be."""

    column: Text = declare("Column of the moment of a row.", FieldClass.GATE, Direction.UNKNOWN)
    maximum_age_days: Integer = declare(
        "Days that the newest row may be old.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        ge=1,
        le=36_500,
    )


class DataQuality(GateSpecBase):
    """Checks that the data have to meet."""

    type: Literal["data-quality"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    source: Identifier = declare(
        "Name of the source: a table, or the results of checks that another tool ran.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["training-set"],
    )
    rows_at_least: Count = declare(
        "The table must not have fewer rows.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=100,
    )
    rows_at_most: Count | None = declare(
        "The table must not have more rows.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
    )
    columns: Items[ColumnCheck] = declare(
        "What single columns have to be like.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="name",
        default=(),
    )
    schema_digest: Digest | None = declare(
        "Digest of the sorted names of all columns.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        replacing=Direction.UNKNOWN,
    )
    freshness: Freshness | None = declare(
        "How old the newest row may be.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    minimum_checks: Count = declare(
        "Checks that have to be evaluated, beside that of the number of rows.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=1,
    )
    warnings: Literal["report", "fail"] = declare(
        "Whether a check fails the gate of which the tool would only warn.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="fail",
        order=("report", "fail"),
    )
    unknown_rows: Literal["accept", "refuse"] = declare(
        "Whether a report counts that never says how many rows were looked at.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="refuse",
        order=("accept", "refuse"),
    )
