"""What a thousand predictions cost, from tokens and prices or from what was billed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, Metrics, Reason, shown
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._rows_where import non_negative, numbers_where
from mlspec.gates._sample import POINT_NEEDS, too_few

if TYPE_CHECKING:
    from mlspec.gates._cost_spec import CostSpec
    from mlspec.gates._port import GateInputs
    from mlspec.stats import FloatVector

__all__ = ["cost_of"]

_NEEDS = (("rows", 100),)
"""The t interval of a skewed cost errs by more than its confidence says with fewer rows."""


def cost_of(spec: CostSpec, inputs: GateInputs) -> Measured | Reason:
    """Return the cost of a thousand predictions, in the currency of the spec."""
    if spec.billed is not None and spec.billed.predictions is not None:
        return _reported(spec, inputs, spec.billed.cost, spec.billed.predictions)
    table = inputs.source(spec.source, Frame)
    if isinstance(table, Reason):
        return table
    costs = _per_prediction(spec, table)
    return costs if isinstance(costs, Reason) else _measured(spec, costs)


def _per_prediction(spec: CostSpec, table: Frame) -> FloatVector | Reason:
    if spec.billed is not None:
        return _column(spec, table, spec.billed.cost)
    if spec.prices is None:
        return Reason("one-cost", "the gate states neither `prices` nor `billed`")
    tokens_in = _column(spec, table, spec.prices.input_tokens)
    if isinstance(tokens_in, Reason):
        return tokens_in
    tokens_out = _column(spec, table, spec.prices.output_tokens)
    if isinstance(tokens_out, Reason):
        return tokens_out
    prices = spec.prices
    for column, tokens in ((prices.input_tokens, tokens_in), (prices.output_tokens, tokens_out)):
        if not tokens.any():
            sentence = f"every row has 0 in {shown(column)}: these tokens were not counted"
            return table.reason(Reason("nothing-spent", sentence))
    priced = tokens_in * prices.input_per_million + tokens_out * prices.output_per_million
    return priced / 1e6


def _column(spec: CostSpec, table: Frame, column: str) -> FloatVector | Reason:
    found = numbers_where(table, column, spec.where)
    values = found if isinstance(found, Reason) else non_negative(column, found)
    return table.reason(values) if isinstance(values, Reason) else values


def _measured(spec: CostSpec, costs: FloatVector) -> Measured | Reason:
    per_thousand = 1000 * costs + spec.infrastructure_per_thousand
    mean = float(per_thousand.mean())
    if not costs.any():
        return Reason("nothing-spent", "every prediction costs 0, so nothing was counted")
    counts, level = (("rows", int(costs.size)),), level_of(spec)
    few = too_few(spec, POINT_NEEDS if spec.decide == "point" else _NEEDS, counts)
    ends = None if few else interval("student-t", _bounds(spec, per_thousand, level), level)
    tail = stats.quantile(per_thousand, 0.99, level=level).value
    facts = (("p99PerThousand", rounded(tail)),)
    return Measured("cost-per-thousand", rounded(mean), ends, counts, few, facts)


def _bounds(spec: CostSpec, per_thousand: FloatVector, level: float) -> stats.Bounds:
    """Return Student's interval; no prediction costs less than what every one costs."""
    found, least = stats.t_mean(per_thousand, level=level), spec.infrastructure_per_thousand
    return stats.Bounds(max(found.lower, least), max(found.upper, least))


def _reported(spec: CostSpec, inputs: GateInputs, cost: str, predictions: str) -> Measured | Reason:
    metrics = inputs.source(spec.source, Metrics)
    if isinstance(metrics, Reason):
        return metrics
    total, number = metrics.value(cost), metrics.value(predictions)
    if isinstance(total, Reason):
        return total
    if isinstance(number, Reason):
        return number
    if total < 0 or number < 0:
        return Reason("negative-value", "a bill or a number of predictions is below 0")
    if not (total > 0 and number >= 1):
        return Reason(
            "nothing-spent", f"{number:g} predictions for {total:g} say nothing of a cost"
        )
    counts = (("rows", round(number)),)
    mean = 1000 * total / number + spec.infrastructure_per_thousand
    few = too_few(spec, POINT_NEEDS, counts)
    return Measured("cost-per-thousand", rounded(mean), counts=counts, undecided=few)
