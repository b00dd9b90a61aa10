"""`cost`: a thousand predictions cost no more than stated, on average.

Computed is 1000 * mean(input tokens * input price + output tokens * output price) plus a share of
the infrastructure, from a table with one row per prediction and the prices in the spec, which say
their currency and day. Or the table holds what each prediction was billed. The interval is
Student's (1908), from 100 rows on. Costs have a heavy tail: the 99th percentile, per thousand
predictions that all cost as much, stands among the facts.

A bill over a period gives a sum and a number of predictions, `billed.cost` and
`billed.predictions` of a metrics file: a point without interval, which needs `decide: point`.

Inconclusive: fewer than 100 predictions (30 for a point), or an interval on both sides of the
limit. Not evaluated: tokens that are missing, infinite or below 0, and costs that are 0
throughout, as where nobody counted tokens.

Example
    id: affordable
    type: cost
    source: requests
    currency: USD
    maximumPerThousand: 6
    prices:
      asOf: "2026-11-01"
      inputTokens: ContextTokens
      outputTokens: GeneratedTokens
      inputPerMillion: 2.5
      outputPerMillion: 10
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._rows_where import RowFilter
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Date, Direction, FieldClass, Identifier, Number, SpecModel, Text, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "Billing", "Cost", "PriceTable"]

REASONS = MappingProxyType(
    {
        "nothing-spent": (
            "All costs are 0, or no prediction was made. As a rule, tokens or bills were not "
            "counted."
        ),
        "one-cost": "A cost follows from `prices` of tokens, or from what was `billed`: state one.",
    }
)


class PriceTable(SpecModel):
    """Prices of tokens on a day, and the columns that hold the tokens of a prediction."""

    as_of: Date = declare(
        "The day on which the prices held.", FieldClass.GATE, examples=["2026-11-01"]
    )
    input_tokens: Text = declare(
        "Column with the tokens that the model read.", FieldClass.GATE, default="input_tokens"
    )
    output_tokens: Text = declare(
        "Column with the tokens that the model wrote.", FieldClass.GATE, default="output_tokens"
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
        examples=["cost_usd"],
    )
    predictions: Text | None = declare(
        "Name of the metric with the number of predictions that the sum is for.",
        FieldClass.GATE,
        default=None,
    )


class Cost(GateSpecBase):
    """A limit for the mean cost of a thousand predictions."""

    type: Literal["cost"] = declare("Type of the gate.", FieldClass.GATE)
    source: Identifier = declare(
        "The evidence source: a table of predictions, or metrics.",
        FieldClass.GATE,
        examples=["requests"],
    )
    currency: Text = declare(
        "Currency of all amounts, as its ISO 4217 code.",
        FieldClass.GATE,
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
        "Prices of the tokens of each prediction.", FieldClass.GATE, default=None
    )
    billed: Billing | None = declare(
        "What was billed, instead of prices.", FieldClass.GATE, default=None
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
        default=None,
    )


def require(spec: Cost) -> str:
    """Return the requirement as text: `cost per thousand <= 6 USD`."""
    return f"cost per thousand <= {spec.maximum_per_thousand:.15g} {spec.currency}"


def check(spec: Cost) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if (spec.prices is None) == (spec.billed is None):
        yield SpecProblem(
            (),
            Reason("one-cost", "a cost needs exactly one of `prices` and `billed`"),
            hint="state the prices of tokens, or where it says what was billed",
        )
    if spec.billed is not None and spec.billed.predictions is not None and spec.decide != "point":
        sentence = "a sum that was billed has no interval, so the gate cannot decide on a bound"
        yield SpecProblem(
            ("decide",), Reason("point-not-stated", sentence), hint="write `decide: point`"
        )


def evaluate(spec: Cost, inputs: GateInputs) -> GateResult:
    """Judge the mean cost against its limit."""
    from mlspec.gates import _cost, _decide

    measured = _cost.cost_of(spec, inputs)
    if isinstance(measured, Reason):
        return _decide.unmeasured(spec, require(spec), measured, metric="cost-per-thousand")
    bound = _decide.at_most(spec.maximum_per_thousand)
    return _decide.decided(spec, require(spec), measured, bound)


def reads(spec: Cost) -> tuple[Need, ...]:
    """Return what is read: tokens or costs per prediction, or metrics."""
    if spec.billed is not None and spec.billed.predictions is not None:
        return (Need(spec.source, "Metrics"),)
    costs = () if spec.billed is None else (spec.billed.cost,)
    prices = spec.prices
    tokens = () if prices is None else (prices.input_tokens, prices.output_tokens)
    selected = () if spec.where is None else (spec.where.column,)
    return (Need(spec.source, "Frame", (*costs, *tokens, *selected)),)


def power(spec: Cost, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_operations

    return _power_operations.of_cost(spec, observed, assumed)


GATE = Gate(
    "cost",
    Cost,
    "A thousand predictions cost no more than stated, on average.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
