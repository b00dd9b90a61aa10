"""`slo-burn`: the service does not use up its error budget too fast.

Burn rate = (bad / total) / (1 - objective): at 1 the budget of an SLO of, say, 99.9 % lasts exactly
its period, at 14.4 a budget of 30 days is gone in two. Each pair sets a limit for a long and a
short window: the long one says that much was lost, the short one that it goes on. A pair is
breached when both burn faster than the limit. Default pairs: 14.4 over 1 h and 5 m, 6 over 6 h and
30 m, 1 over 3 d and 6 h. Source: Google, The Site Reliability Workbook (2018), chapter 5.

The interval of a window is Wilson's (1927), divided by the budget. A pair fails when the lower ends
of both windows lie above the limit, and passes when the upper end of one lies at or below it; in
between it is inconclusive, as it is for few requests. The interval that is shown is that of the
window that burns slower, which decides. All pairs have to pass.

A table has one row per window, with bad and total requests; for answers of Prometheus the queries
name the window, as in `sum(increase(errors_total[$window]))`, and the file holds their answers.
Not evaluated: a window without requests, without a row or an answer, or with more bad requests
than requests.

Example
    id: budget
    type: slo-burn
    source: burn
    objective: 0.999
    counts: {by: window, events: bad, trials: total}
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason
from mlspec.gates._counts import CountColumns, count_columns
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Direction,
    FieldClass,
    Identifier,
    Items,
    Number,
    SpecModel,
    Text,
    declare,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "BurnPair", "SloBurn"]

REASONS = MappingProxyType(
    {
        "limit-out-of-reach": (
            "A burn rate can't exceed 1 / (1 - objective), where every request fails. A limit at "
            "or above that is never reached."
        ),
        "same-window": "The long and the short window are the same, so they say one thing twice.",
    }
)


class BurnPair(SpecModel):
    """A limit for the burn rate over a long and a short window."""

    name: Identifier = declare("Name of the pair.", FieldClass.GATE, examples=["fast"])
    long: Text = declare("The long window.", FieldClass.GATE, examples=["1h"])
    short: Text = declare("The short window.", FieldClass.GATE, examples=["5m"])
    maximum_burn: Number = declare(
        "Burn rate that both windows together must not exceed.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        gt=0,
    )


class SloBurn(GateSpecBase):
    """Limits for how fast the error budget is used up."""

    type: Literal["slo-burn"] = declare("Type of the gate.", FieldClass.GATE)
    source: Identifier = declare(
        "The evidence source: a table of counts, or answers of Prometheus.",
        FieldClass.GATE,
        examples=["burn"],
    )
    counts: CountColumns = declare(
        "Bad and all requests per window; `by` names the window.", FieldClass.GATE
    )
    objective: Number = declare(
        "Share of the requests that have to be good.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        gt=0,
        lt=1,
        examples=[0.999],
    )
    pairs: Items[BurnPair] = declare(
        "Pairs of windows with their limit; without any, 14.4 over 1h and 5m, 6 over 6h and 30m, 1 "
        "over 3d and 6h.",
        FieldClass.GATE,
        list_key="name",
        default=(),
    )


_PAIRS = (
    BurnPair(name="fast", long="1h", short="5m", maximumBurn=14.4),
    BurnPair(name="slow", long="6h", short="30m", maximumBurn=6.0),
    BurnPair(name="steady", long="3d", short="6h", maximumBurn=1.0),
)


def pairs(spec: SloBurn) -> tuple[BurnPair, ...]:
    """Return the pairs of windows that are judged."""
    return spec.pairs or _PAIRS


def require(spec: SloBurn) -> str:
    """Return the requirement as text: `burn over 1h and 5m <= 14.4`."""
    return ", ".join(
        f"burn over {each.long} and {each.short} <= {each.maximum_burn:.15g}"
        for each in pairs(spec)
    )


def check(spec: SloBurn) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    for each in pairs(spec):
        if each.long == each.short:
            sentence = f"both windows of `{each.name}` are `{each.long}`"
            yield SpecProblem(("pairs",), Reason("same-window", sentence))
        if each.maximum_burn * (1 - spec.objective) >= 1:
            sentence = f"no service burns faster than {1 / (1 - spec.objective):.6g}"
            path = ("pairs",) if spec.pairs else ("objective",)
            yield SpecProblem(path, Reason("limit-out-of-reach", sentence))


def evaluate(spec: SloBurn, inputs: GateInputs) -> GateResult:
    """Judge every pair of windows."""
    from mlspec.gates import _burn, _decide, _monitor, _parts

    found = _monitor.table_or_series(inputs, spec.source)
    if isinstance(found, Reason):
        return _decide.unmeasured(spec, require(spec), found, metric="burn-rate")
    parts = _burn.judged_pairs(spec, pairs(spec), found)
    return _parts.of_parts(spec, require(spec), parts, metric="burn-rate")


def reads(spec: SloBurn) -> tuple[Need, ...]:
    """Return what is read: bad and all requests per window."""
    return (Need(spec.source, "Frame", count_columns(spec.counts)),)


def power(spec: SloBurn, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_operations

    return _power_operations.of_windows(spec, observed, assumed)


GATE = Gate(
    "slo-burn",
    SloBurn,
    "The service does not use up its error budget too fast.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
