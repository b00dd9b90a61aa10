"""Latencies as rows or as buckets, and their quantiles with an interval, in milliseconds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, PartResult, Reason, SeriesSet, ValueCounts, Verdict, shown
from mlspec.gates._decide import at_most
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._monitor import instant, labelled, table_or_series
from mlspec.gates._parts import judged_part
from mlspec.gates._rows_where import non_negative, numbers_where, texts_where
from mlspec.gates._sample import POINT_NEEDS, too_few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import Series
    from mlspec.gates._latency_spec import LatencySpec
    from mlspec.gates._port import GateInputs
    from mlspec.stats import FloatVector, Histogram, Quantile, Tally

__all__ = ["latencies", "quantile_part"]

_MILLISECONDS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


def latencies(spec: LatencySpec, inputs: GateInputs) -> FloatVector | Histogram | Tally | Reason:
    """Return the latencies that the source holds."""
    counted = inputs.sources.get(spec.source)
    if isinstance(counted, ValueCounts):
        return _of_counts(spec, counted)
    found = table_or_series(inputs, spec.source)
    if isinstance(found, Reason):
        return found
    if isinstance(found, Frame) and spec.bucket_column is None:
        return _of_rows(spec, found)
    upto = _of_table(spec, found) if isinstance(found, Frame) else _of_series(spec, found)
    return upto if isinstance(upto, Reason) else _histogram(upto, _MILLISECONDS[spec.unit])


def _of_rows(spec: LatencySpec, table: Frame) -> FloatVector | Reason:
    found = numbers_where(table, spec.column, spec.where)
    values = found if isinstance(found, Reason) else non_negative(spec.column, found)
    if isinstance(values, Reason):
        return table.reason(values)
    if not values.any():
        return Reason("nothing-timed", f"every value of {shown(spec.column)} is 0")
    return values * _MILLISECONDS[spec.unit]


def _of_counts(spec: LatencySpec, source: ValueCounts) -> Tally | Reason:
    """Return the latencies that an engine counted, of the rows that the gate is about."""
    where = None if spec.where is None else (spec.where.column, spec.where.equals)
    if where != source.where:
        sentence = f"{shown(source.material.file)} counts other rows than the gate is about"
        return Reason("other-rows", sentence)
    found = source.columns.get(spec.column)
    if found is None:
        sentence = f"{shown(source.material.file)}: there is no column {shown(spec.column)}"
        return Reason("missing-column", sentence)
    if found.missing:
        return Reason("empty-cell", f"{found.missing} values of {shown(spec.column)} are missing")
    values = non_negative(spec.column, found.values)
    if isinstance(values, Reason):
        return values
    if not values.any():
        return Reason("nothing-timed", f"every value of {shown(spec.column)} is 0")
    return stats.Tally(values * _MILLISECONDS[spec.unit], found.upto)


def _of_table(spec: LatencySpec, table: Frame) -> list[tuple[float, float]] | Reason:
    counts = numbers_where(table, spec.column, spec.where)
    if isinstance(counts, Reason):
        return counts
    edges = texts_where(table, spec.bucket_column or "", spec.where)
    if isinstance(edges, Reason):
        return edges
    return _edged(list(zip(edges, counts.tolist(), strict=True)))


def _of_series(spec: LatencySpec, found: SeriesSet) -> list[tuple[float, float]] | Reason:
    """Return the buckets of one histogram; those of two models are not added up."""
    query = spec.query or ""
    answer = found.answer(query)
    if isinstance(answer, Reason):
        return answer
    series = labelled(answer, spec.where)
    if not series:
        return Reason("no-series", f"the answer to {shown(query)} has no such series")
    others = {tuple(each for each in one.labels if each[0] != "le") for one in series}
    if len(others) > 1:
        sentence = f"the answer to {shown(query)} has {len(others)} histograms, not one"
        return Reason("several-series", sentence)
    return _counted(series, query)


def _counted(series: Sequence[Series], query: str) -> list[tuple[float, float]] | Reason:
    pairs: list[tuple[str, float]] = []
    for each in series:
        count = instant(each, query)
        if isinstance(count, Reason):
            return count
        pairs.append((dict(each.labels).get("le", ""), count))
    return _edged(pairs)


def _edged(pairs: Sequence[tuple[str, float]]) -> list[tuple[float, float]] | Reason:
    """Return pairs of an upper bound and the requests up to it; the last bound is infinite."""
    try:
        upto = sorted((float(edge), count) for edge, count in pairs)
    except ValueError:
        return Reason("no-buckets", "a value has no bucket bound `le`, so it is no histogram")
    if upto[-1][0] == math.inf:
        return upto
    return Reason("no-buckets", "the bucket `+Inf` is missing, so what lies above is not known")


def _histogram(upto: list[tuple[float, float]], unit: float) -> Histogram | Reason:
    found = stats.Histogram.from_cumulative([(edge * unit, count) for edge, count in upto])
    if math.isnan(found.rows):
        return Reason("malformed-buckets", "the counts do not rise with the bounds of the buckets")
    return found if found.rows >= 1 else Reason("undefined-metric", "there are no requests")


def quantile_part(
    spec: LatencySpec, share: float, limit: float, found: FloatVector | Histogram | Tally
) -> PartResult:
    """Judge a quantile against its limit, with the interval that holds for any distribution."""
    level = level_of(spec)
    if isinstance(found, stats.Histogram):
        rows, method = math.floor(found.rows), "histogram-bucket"
        result = stats.histogram_quantile(found, share, level=level)
    elif isinstance(found, stats.Tally):
        rows, method = found.rows, "order-statistic"
        result = stats.tally_quantile(found, share, level=level)
    else:
        rows, method = int(found.size), "order-statistic"
        result = stats.quantile(found, share, level=level)
    counts = (("rows", rows),)
    few = too_few(spec, _needs(spec, share, level), counts)
    name = f"p{100 * share:g}"
    open_end = math.isinf(result.bounds.upper) and spec.decide == "bound"
    if few is not None:
        return PartResult(name, Verdict.INCONCLUSIVE, few.sentence, few.code, counts=counts)
    if result.censored or open_end:
        return _above_all_bounds(name, result, limit, counts)
    ends = interval(method, result.bounds, level)
    measured = Measured(name, rounded(result.value), ends, counts)
    return judged_part(spec, name, measured, at_most(limit))


def _needs(spec: LatencySpec, share: float, level: float) -> tuple[tuple[str, int], ...]:
    """Return the rows without which the quantile has no upper bound."""
    if spec.decide == "point":
        return POINT_NEEDS
    bounded = int(stats.rows_for_quantile(share, level=level))
    return (("rows", max(bounded, *(rows for _, rows in POINT_NEEDS))),)


def _above_all_bounds(
    name: str, result: Quantile, limit: float, counts: tuple[tuple[str, int], ...]
) -> PartResult:
    """Judge a quantile that may lie above the last finite bound: it can miss, but not pass."""
    lower = rounded(result.bounds.lower)
    if lower > limit:
        sentence = f"the requirement is missed: the quantile lies above {lower:.6g} ms"
        verdict, why = Verdict.FAIL, Reason("requirement-missed", sentence)
    else:
        sentence = f"the quantile lies above {lower:.6g} ms, and no bucket says how far"
        verdict, why = Verdict.INCONCLUSIVE, Reason("censored", sentence)
    return PartResult(name, verdict, why.sentence, why.code, counts=counts)
