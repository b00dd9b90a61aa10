"""Whether the number of a verdict can be one of its metric, over the rows that there were.

A verdict that was made up together with its interval follows from it. What the number cannot be is
still found: of another metric, outside of the values that the metric has, or over other rows than
those of the predictions. Numbers that are possible and wrong are found by judging again alone.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from mlspec.evidence import Verdict
from mlspec.gates._comparison_spec import ChampionChallenger
from mlspec.gates._metrics import METRICS
from mlspec.gates._slices_spec import Slices
from mlspec.gates._threshold_spec import COMPUTED, MetricThreshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.evidence import GateResult
    from mlspec.gates._metrics import Metric
    from mlspec.gates._spec import GateSpecBase

__all__ = ["impossible"]

_AROUND = ("delong", "delong-paired")
"""Methods whose interval is laid around the number; of resamples it may be beside it."""
_ROUNDED = 1e-9
"""Records keep twelve digits."""
_CLASSES = ("positives", "negatives")


def impossible(spec: GateSpecBase, result: GateResult, rows: int | None) -> str:
    """Return how a pass rests on a number that cannot be, in words; "" if it can.

    `rows` are those of the predictions; None is not compared.
    """
    if result.verdict is not Verdict.PASS:
        return ""
    return next(_impossible(spec, result, rows), "")


@singledispatch
def _impossible(_spec: GateSpecBase, _result: GateResult, _rows: int | None) -> Iterator[str]:
    yield from ()


@_impossible.register(MetricThreshold)
def _(spec: MetricThreshold, result: GateResult, rows: int | None) -> Iterator[str]:
    yield from _other_metric(spec.metric, result)
    if spec.source == COMPUTED:
        known = METRICS[spec.metric]
        yield from _outside(result, known.lowest, known.highest)
        yield from _other_rows(known, dict(result.counts), rows)


@_impossible.register(ChampionChallenger)
def _(spec: ChampionChallenger, result: GateResult, rows: int | None) -> Iterator[str]:
    known = METRICS[spec.metric]
    yield from _other_metric(spec.metric, result)
    yield from _outside(result, known.lowest - known.highest, known.highest - known.lowest)
    yield from _other_rows(known, dict(result.counts), rows)


@_impossible.register(Slices)
def _(spec: Slices, result: GateResult, _rows: int | None) -> Iterator[str]:
    yield from _other_metric(spec.metric, result)


def _other_metric(metric: str, result: GateResult) -> Iterator[str]:
    if result.metric != metric:
        yield f"its number is of `{result.metric}`, not of `{metric}`"


def _outside(result: GateResult, lowest: float, highest: float) -> Iterator[str]:
    estimate = result.estimate
    if estimate is None:
        return
    if not lowest <= estimate <= highest:
        yield f"its number is {estimate:.6g}, and lies between {lowest:g} and {highest:g}"
    ends = result.interval
    if ends is None or ends.method not in _AROUND:
        return
    if not ends.lower - _ROUNDED <= estimate <= ends.upper + _ROUNDED:
        yield f"its number is {estimate:.6g}, which its interval does not hold"


def _other_rows(known: Metric, counts: Mapping[str, int], rows: int | None) -> Iterator[str]:
    """Yield that the rows are not those there were, or are fewer than any pass rests on."""
    told = counts.get("rows", 0)
    if rows is not None and told != rows:
        yield f"it is over {told} rows, and there are {rows}"
    if all(each in counts for each in _CLASSES) and told != sum(counts[e] for e in _CLASSES):
        yield f"its classes have {sum(counts[e] for e in _CLASSES)} rows of {told}"
    for name in (each for each, _ in known.needs if counts.get(each, 0) < 1):
        yield f"it passes without `{name}`"
