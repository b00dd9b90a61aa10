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

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._counts import count_columns
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._slo_burn_spec import SloBurnSpec, pairs
from mlspec.schema import (
    Direction,
    FieldClass,
    declare,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "SloBurn"]

REASONS = MappingProxyType(
    {
        "limit-out-of-reach": ReasonWords(
            "A burn rate can't exceed 1 / (1 - objective), where every request fails. A limit "
            "at or above that is never reached.",
            "State `maximumBurn` below 1 / (1 - objective): with 99.9 % below 1000; 14.4, 6 and"
            " 1 are usual.",
        ),
        "same-window": ReasonWords(
            "The long and the short window are the same, so they say one thing twice.",
            "State a `short` window that is part of the `long` one: 5 minutes of an hour is usual.",
        ),
        "windows-contradict": ReasonWords(
            "The short window has more requests, or more failures, than the long one that it is "
            "a part of. One of both is wrong, or they are swapped.",
            "Compare the queries of both windows: same requests, same moment of the end.",
        ),
    }
)


class SloBurn(SloBurnSpec):
    """Limits for how fast the error budget is used up."""

    type: Literal["slo-burn"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)


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
    worse = _parts.beyond({each.name: each.maximum_burn for each in pairs(spec)})
    return _parts.of_parts(spec, require(spec), parts, metric="burn-rate", worse=worse)


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
