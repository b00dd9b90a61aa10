"""A number that another tool computed: from a report, a table of one row, or a query's answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mlspec.evidence import Frame, Metrics, Reason, SeriesSet, shown
from mlspec.gates._measure import Measured, rounded
from mlspec.gates._metrics import known_as
from mlspec.gates._monitor import instant, only_series, table_or_series
from mlspec.gates._sample import POINT_NEEDS, too_few

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.gates._port import GateInputs
    from mlspec.gates._threshold_spec import MetricThreshold

__all__ = ["reported"]

_ROW_COUNTS = ("rows", "n", "example_count")


@dataclass(frozen=True, slots=True)
class _Number:
    """What was reported, and over how many rows if that is said."""

    value: float
    rows: float | None = None


def reported(spec: MetricThreshold, inputs: GateInputs) -> Measured | Reason:
    """Return the reported number: a point, and the number of rows if stated."""
    source = _source(inputs, spec.source)
    if isinstance(source, Reason):
        return source
    found = _number(spec, source)
    if isinstance(found, Reason):
        return found
    problem = _impossible(spec, found)
    if problem is not None:
        return problem
    if found.rows == 0:
        return Reason("nothing-measured", f"{shown(source.material.file)} tells of 0 rows")
    if spec.minimum_rows and found.rows is None:
        sentence = f"{shown(source.material.file)} does not say how many rows there were"
        return Reason("row-count-missing", sentence)
    counts = () if found.rows is None else (("rows", int(found.rows)),)
    few = too_few(spec, POINT_NEEDS, counts) if counts else None
    return Measured(spec.metric, rounded(found.value), counts=counts, undecided=few)


def _impossible(spec: MetricThreshold, found: _Number) -> Reason | None:
    """Return why neither the metric nor the number of rows can be what is reported."""
    if found.rows is not None and not (found.rows.is_integer() and found.rows >= 0):
        return Reason("row-count-missing", f"{found.rows:g} is no number of rows")
    known = known_as(spec.metric)
    if known is None or known.lowest <= found.value <= known.highest:
        return None
    ends = f"between {known.lowest:g} and {known.highest:g}"
    sentence = f"{shown(spec.metric)} is {found.value:g}, but `{known.name}` lies {ends}"
    return Reason("reported-out-of-range", sentence)


def _source(inputs: GateInputs, name: str) -> Metrics | Frame | SeriesSet | Reason:
    if name == "metrics":
        return inputs.metrics
    metrics = inputs.source(name, Metrics)
    if isinstance(metrics, Metrics) or metrics.code != "source-of-another-kind":
        return metrics
    other = table_or_series(inputs, name)
    return metrics if isinstance(other, Reason) else other


def _number(spec: MetricThreshold, source: Metrics | Frame | SeriesSet) -> _Number | Reason:
    if isinstance(source, SeriesSet):
        return _of_answers(spec, source)
    if spec.query is not None:
        file = shown(source.material.file)
        sentence = f"{file} holds no answers of a monitoring system, but `query` names one"
        return Reason("source-of-another-kind", sentence)
    return _of_metrics(spec, source) if isinstance(source, Metrics) else _of_row(spec, source)


def _of_metrics(spec: MetricThreshold, source: Metrics) -> _Number | Reason:
    if spec.rows_from is not None:
        return _with_rows(spec.metric, spec.rows_from, source.value)
    value = source.value(spec.metric)
    if isinstance(value, Reason):
        return value
    usual = _usual_rows(source)
    return usual if isinstance(usual, Reason) else _Number(value, usual)


def _with_rows(
    name: str, rows_from: str | None, read: Callable[[str], float | Reason]
) -> _Number | Reason:
    """Return a number that was reported, with the rows it is of, where something names them."""
    value = read(name)
    if isinstance(value, Reason):
        return value
    rows = None if rows_from is None else read(rows_from)
    return rows if isinstance(rows, Reason) else _Number(value, rows)


def _usual_rows(source: Metrics) -> float | Reason | None:
    """Return the number of rows by the first of the names that tools give it, None without one."""
    name = next((each for each in _ROW_COUNTS if each in source.values), None)
    if name is None:
        return None
    rows = source.value(name)
    return rows if isinstance(rows, float) else Reason("row-count-missing", rows.sentence)


def _of_row(spec: MetricThreshold, source: Frame) -> _Number | Reason:
    if source.rows != 1:
        file = shown(source.material.file)
        sentence = f"{file} has {source.rows} rows where the gate reads one reported number"
        return Reason("several-rows", sentence)
    return _with_rows(spec.metric, spec.rows_from, partial(_cell, source))


def _cell(source: Frame, column: str) -> float | Reason:
    found = source.numbers(column)
    return found if isinstance(found, Reason) else float(found[0])


def _of_answers(spec: MetricThreshold, source: SeriesSet) -> _Number | Reason:
    return _with_rows(spec.query or "", spec.rows_from, partial(_answer, source))


def _answer(source: SeriesSet, query: str) -> float | Reason:
    found = source.answer(query)
    series = found if isinstance(found, Reason) else only_series(found, query)
    return series if isinstance(series, Reason) else instant(series, query)
