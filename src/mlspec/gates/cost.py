"""`cost`: a thousand predictions cost no more than stated, on average.

Computed is 1000 * mean(input tokens * input price + output tokens * output price) plus a share of
the infrastructure, from a table with one row per prediction and the prices in the spec, which say
their currency and day. Or the table holds what each prediction was billed. The interval is
Student's (1908), from 100 rows on. Costs have a heavy tail: the 99th percentile, per thousand
predictions that all cost as much, stands among the facts.

A bill over a period gives a sum and a number of predictions, `billed.cost` and
`billed.predictions` of a metrics file: a point without interval, which needs `decide: point`.

Inconclusive: fewer than 100 predictions (30 for a point), an interval on both sides of the limit,
or costs that are all the same: nothing then says how dear the next one may be, and a price that is
flat by contract is a point. Not evaluated: tokens that are missing, infinite or below 0, and costs
that are 0 throughout, as where nobody counted tokens.

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

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._cost_spec import CostSpec
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.schema import Direction, FieldClass, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "Cost"]

REASONS = MappingProxyType(
    {
        "nothing-spent": ReasonWords(
            "All costs are 0, or no prediction was made. As a rule, tokens or bills were not "
            "counted.",
            "Look at whether tokens are logged, and at the columns that `prices` or `billed` "
            "names.",
        ),
        "one-cost": ReasonWords(
            "A cost follows from `prices` of tokens, or from what was `billed`: state one.",
            "Keep `prices` where the rows have tokens, `billed` where they have an amount.",
        ),
    }
)


class Cost(CostSpec):
    """A limit for the mean cost of a thousand predictions."""

    type: Literal["cost"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)


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
    bound = _decide.at_most(spec.maximum_per_thousand)
    return _decide.concluded(spec, require(spec), measured, bound, metric="cost-per-thousand")


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
