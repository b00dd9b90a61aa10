"""Numbers from what a monitoring system answered: one series, one value, or a reason."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.evidence import Frame, Reason, Series, SeriesSet, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.gates._port import GateInputs
    from mlspec.gates._rows_where import RowFilter

__all__ = ["instant", "labelled", "only_series", "table_or_series"]


def table_or_series(inputs: GateInputs, name: str) -> Frame | SeriesSet | Reason:
    """Return a source that may be a table or the answers of a monitoring system."""
    table = inputs.source(name, Frame)
    if isinstance(table, Frame):
        return table
    series = inputs.source(name, SeriesSet)
    return series if isinstance(series, SeriesSet) else table


def labelled(series: Sequence[Series], where: RowFilter | None) -> list[Series]:
    """Return the series that have the label that a filter asks for; without one, all."""
    if where is None:
        return list(series)
    return [each for each in series if dict(each.labels).get(where.column) == where.equals]


def only_series(series: Sequence[Series], query: str) -> Series | Reason:
    """Return the one series of an answer: none says nothing, of several none is the right one."""
    if not series:
        return Reason("no-series", f"the answer to {shown(query)} is empty")
    if len(series) > 1:
        sentence = f"the answer to {shown(query)} has {len(series)} series, not one"
        return Reason("several-series", sentence)
    return series[0]


def instant(series: Series, query: str) -> float | Reason:
    """Return the finite value of a series that has one point."""
    if len(series.points) != 1:
        sentence = f"a series of {shown(query)} has {len(series.points)} points, not one"
        return Reason("several-points", sentence)
    value = series.points[0][1]
    if math.isfinite(value):
        return value
    what = "NaN" if math.isnan(value) else "infinite"
    return Reason("not-finite", f"the answer to {shown(query)} is {what}")
