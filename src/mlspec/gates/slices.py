"""`slices`: in every slice of the rows the model is good enough, or no worse than the champion.

The rows are parted by the values of each column in `by`, and a metric is asked for in every slice:
a bound (`atLeast`, `atMost`) as in `metric-threshold`, or a paired difference (`mode`, `margin`,
`minimumGain`) as in `champion-challenger`, with the same intervals. A good average hides a slice
that pays for it.

Every slice has to pass, at the confidence of the gate: that claims nothing but that all of them do
(Berger 1982) and needs no correction. To fail on one slice among many does: the fail stands on
bounds whose confidence Holm's method (1979) raised for the number of slices; what fails alone and
not so is inconclusive. The worst slice is named first.

A slice needs `minimumSliceRows` (30) and what the method needs: 30 of each class that the metric
rests on, 200 rows for the bootstrap. Slices below are inconclusive; with
`smallSlices: report` they are listed and left out, as long as a slice of every column remains. Rows
without a value form the slice `(missing)`. `expected` names values that have to occur: a slice that
vanished from the data is not a slice without errors, and one that is small is never left out.

Without a champion, a comparison follows `onMissingBaseline` as in `champion-challenger`; its fact
`unpinnedFiles` counts the files that no digest pins.

Inconclusive: a slice is small, its interval lies on both sides, or it may fail by chance.
Not evaluated: a column or key that is missing, a column with one value or more than 200, an
expected slice without rows, a slice with rows enough but labels of one class (of a regression: of
one value) or a quotient 0/0 (it is never left out either), with `smallSlices: report` a column
whose slices are all small.

Example
    id: accuracy-per-region
    type: slices
    metric: accuracy
    by: [{column: region, expected: [north, south]}, {column: device}]
    atLeast: 0.8
    smallSlices: report
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._bound_words import bound_words
from mlspec.gates._metrics import METRICS
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import (
    check_margins,
    check_quantile,
    check_range,
    check_reach,
    ends_of,
    in_words,
)
from mlspec.gates._slices_spec import SliceColumn, Slices, limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "SliceColumn", "Slices"]

REASONS = MappingProxyType(
    {
        "one-requirement": ReasonWords(
            "The gate asks for exactly one thing in each slice: `atLeast`, `atMost`, or a "
            "comparison with the champion (`mode`).",
            "Keep one: `atLeast` (or `atMost`), or a comparison: in `slices` by `mode` with its"
            " margin, in `retrieval` by `margin` or `minimumGain`.",
        ),
        "single-slice": ReasonWords(
            "All rows have the same value, so the column parts nothing: the gate would say no "
            "more than one over all rows.",
            "Name a column that parts the rows, or take `metric-threshold`.",
        ),
        "slice-column-twice": ReasonWords(
            "The gate names the same column twice.",
            "Name each column once in `by`.",
        ),
        "slice-missing": ReasonWords(
            "No row is in a slice that the spec expects. Nothing is known of the model there.",
            "Bring in rows of the slice, or correct `expected`: values are compared as text.",
        ),
        "slices-too-small": ReasonWords(
            "Every slice of the column has too few rows, so none of them was judged. With "
            "`smallSlices: report` such slices are left out; a column of nothing but them does "
            "not pass.",
            "Judge more rows, put rare values together in a column of their own, or take the "
            "column out of `by`.",
        ),
        "too-many-slices": ReasonWords(
            "The column has more values than slices that can be judged. It may hold numbers or "
            "names.",
            "Put numbers into bands and rare values together, in a column of their own.",
        ),
    }
)


def require(spec: Slices) -> str:
    """Return the requirement as text: `accuracy >= 0.8 by region, device`."""
    columns = ", ".join(each.column for each in spec.by)
    words = in_words(spec.metric, spec.quantile)
    if spec.mode is not None:
        sign = ">" if METRICS[spec.metric].higher_is_better else "<"
        return f"difference of {words} {sign} {limit(spec, spec.mode):.15g} by {columns}"
    stated = bound_words(spec.at_least, spec.at_most)
    return " ".join([words, *stated, "by", columns])


def check(spec: Slices) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if sum(each is not None for each in (spec.at_least, spec.at_most, spec.mode)) != 1:
        sentence = "the gate needs exactly one of `atLeast`, `atMost` and `mode`"
        yield SpecProblem(
            (), Reason("one-requirement", sentence), hint="state what each slice must reach"
        )
    yield from _check_columns(spec)
    yield from check_quantile(spec.metric, spec.quantile)
    yield from check_range(METRICS[spec.metric], spec.at_least, spec.at_most)
    if spec.mode is not None:
        yield from check_margins(spec.metric, spec.mode, spec.margin, spec.minimum_gain)
    elif spec.margin is not None or spec.minimum_gain is not None:
        sentence = "`margin` and `minimumGain` have no effect without `mode`"
        yield SpecProblem(("mode",), Reason("margin-unused", sentence))


def _check_columns(spec: Slices) -> Iterator[SpecProblem]:
    for column, count in Counter(each.column for each in spec.by).items():
        if count > 1:
            sentence = f"the column `{column}` is named more than once"
            yield SpecProblem(("by",), Reason("slice-column-twice", sentence))


def hopeless(spec: Slices) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    yield from check_reach(spec, **ends_of(spec.metric))


def evaluate(spec: Slices, inputs: GateInputs) -> GateResult:
    """Judge the metric in every slice of each column."""
    from mlspec.gates import _slices

    return _slices.conclude(spec, require(spec), inputs)


def power(spec: Slices, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that each slice needs."""
    from mlspec.gates import _power_slices

    return _power_slices.rows_needed(spec, observed, assumed)


def reads(spec: Slices) -> tuple[Need, ...]:
    """Return what is read: the predictions, the columns, and the champion to compare with."""
    columns = tuple(each.column for each in spec.by)
    champion = () if spec.mode is None else (spec.champion,)
    if spec.source is None:
        return (Need("predictions", columns=columns, grouped=True), *champion)
    return (Need("predictions"), Need(spec.source, "Frame", (spec.key, *columns)), *champion)


GATE = Gate(
    "slices",
    Slices,
    "In every slice of the rows a metric meets its bound, or the champion is not better.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
    is_floor=lambda spec: spec.mode is None,
)
