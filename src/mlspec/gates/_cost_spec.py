"""What a spec states of `cost`: prices or bills, and a limit of the cost."""

from __future__ import annotations

from mlspec.gates._rows_where import RowFilter
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Date,
    Direction,
    FieldClass,
    Identifier,
    Number,
    SpecModel,
    Text,
    declare,
)

__all__ = ["Billing", "CostSpec", "PriceTable"]


class PriceTable(SpecModel):
    """Prices of tokens on a day, and the columns that hold the tokens of a prediction."""

    as_of: Date = declare(
        "The day on which the prices held.", FieldClass.GATE, examples=["2026-11-01"]
    )
    input_tokens: Text = declare(
        "Column with the tokens that the model read.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="input_tokens",
    )
    output_tokens: Text = declare(
        "Column with the tokens that the model wrote.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="output_tokens",
    )
    input_per_million: Number = declare(
        "Price of a million tokens read.", FieldClass.GATE, Direction.HIGHER_IS_TIGHTER, ge=0
    )
    output_per_million: Number = declare(
        "Price of a million tokens written.", FieldClass.GATE, Direction.HIGHER_IS_TIGHTER, ge=0
    )


class Billing(SpecModel):
    """What was billed: per prediction in a table, or as a sum in a metrics file."""

    cost: Text = declare(
        "Column with the cost of a prediction, or name of the metric with the sum.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["cost_usd"],
    )
    predictions: Text | None = declare(
        "Name of the metric with the number of predictions that the sum is for.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )


class CostSpec(GateSpecBase):
    """A limit for the mean cost of a thousand predictions."""

    source: Identifier = declare(
        "The evidence source: a table of predictions, or metrics.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["requests"],
    )
    currency: Text = declare(
        "Currency of all amounts, as its ISO 4217 code.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        pattern=r"^[A-Z]{3}$",
        form="three capital letters such as `USD`",
        examples=["USD"],
    )
    maximum_per_thousand: Number = declare(
        "What a thousand predictions may cost.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        gt=0,
    )
    prices: PriceTable | None = declare(
        "Prices of the tokens of each prediction.", FieldClass.GATE, Direction.UNKNOWN, default=None
    )
    billed: Billing | None = declare(
        "What was billed, instead of prices.", FieldClass.GATE, Direction.UNKNOWN, default=None
    )
    infrastructure_per_thousand: Number = declare(
        "Share of the fixed cost of a thousand predictions, added to each.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=0.0,
        ge=0,
    )
    where: RowFilter | None = declare(
        "Only predictions with this value, such as those of one model.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
