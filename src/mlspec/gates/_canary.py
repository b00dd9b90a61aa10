"""A canary against its baseline: from counts or from values to one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Frame, Reason
from mlspec.gates._counts import counts_of
from mlspec.gates._experiment import (
    Look,
    difference_of_shares,
    difference_of_values,
    look_at,
    ratio_of_shares,
)
from mlspec.gates._monitor import table_or_series
from mlspec.gates._rows_where import RowFilter, numbers_where

if TYPE_CHECKING:
    from mlspec.gates._canary_spec import CanarySpec, ValueColumns
    from mlspec.gates._counts import CountColumns
    from mlspec.gates._measure import Measured
    from mlspec.gates._port import GateInputs

__all__ = ["compared"]


def compared(spec: CanarySpec, inputs: GateInputs) -> Measured | Reason:
    """Return how much worse the canary is, with the p of the planned shares among the facts."""
    if spec.counts is not None:
        return _of_counts(spec, spec.counts, inputs)
    if spec.values is not None:
        return _of_values(spec, spec.values, inputs)
    return Reason("one-comparison", "the gate states neither `counts` nor `values`")


def _of_counts(spec: CanarySpec, columns: CountColumns, inputs: GateInputs) -> Measured | Reason:
    found = table_or_series(inputs, spec.source)
    if isinstance(found, Reason):
        return found
    arms = counts_of(found, columns, (spec.canary, spec.baseline))
    canary, baseline = arms[spec.canary], arms[spec.baseline]
    if isinstance(canary, Reason):
        return canary
    if isinstance(baseline, Reason):
        return baseline
    look = _look(spec, canary.trials, baseline.trials)
    if isinstance(look, Reason):
        return look
    method = difference_of_shares if spec.maximum_ratio is None else ratio_of_shares
    measured = method(spec, spec.sequential, canary, baseline, look.level)
    return measured if isinstance(measured, Reason) else look.judged(measured)


def _of_values(spec: CanarySpec, columns: ValueColumns, inputs: GateInputs) -> Measured | Reason:
    table = inputs.source(spec.source, Frame)
    if isinstance(table, Reason):
        return table
    arms = [
        numbers_where(table, columns.value, RowFilter(column=columns.by, equals=name))
        for name in (spec.canary, spec.baseline)
    ]
    canary, baseline = arms
    if isinstance(canary, Reason):
        return canary
    if isinstance(baseline, Reason):
        return baseline
    look = _look(spec, canary.size, baseline.size)
    if isinstance(look, Reason):
        return look
    measured = difference_of_values(spec, spec.sequential, (canary, baseline), look.level)
    return measured if isinstance(measured, Reason) else look.judged(measured)


def _look(spec: CanarySpec, canary: float, baseline: float) -> Look | Reason:
    shares = (spec.canary_share, 1 - spec.canary_share)
    return look_at(spec, spec.sequential, (canary, baseline), shares)
