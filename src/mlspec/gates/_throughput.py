"""Requests per second, from moments of requests or from rates that were measured at steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, Reason, SeriesSet, instant, shown
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._monitor import only_series, table_or_series
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import Interval
    from mlspec.gates._port import GateInputs
    from mlspec.gates._throughput_spec import ThroughputSpec
    from mlspec.stats import FloatVector

__all__ = ["Load", "error_share", "load_of", "per_second"]

_WINDOWS = (("windows", 20),)
_REQUESTS = (("rows", 30),)
_MOST_WINDOWS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """Requests and those that failed, per window of `seconds`. `errors` is None where unknown."""

    requests: FloatVector
    errors: FloatVector | None
    seconds: float


def load_of(spec: ThroughputSpec, inputs: GateInputs) -> Load | Reason:
    """Return what the source says about requests in windows of equal length."""
    found = table_or_series(inputs, spec.source)
    if isinstance(found, Reason):
        return found
    return _of_table(spec, found) if isinstance(found, Frame) else _of_series(spec, found)


def _of_table(spec: ThroughputSpec, table: Frame) -> Load | Reason:
    """Count the requests of every full window between the first request and the last."""
    moments = _moments(table, spec.time_column)
    if isinstance(moments, Reason):
        return moments
    failed = _failures(table, spec.error_column)
    if isinstance(failed, Reason):
        return failed
    seconds = spec.window_seconds
    if moments.max() - moments.min() > _MOST_WINDOWS * seconds:
        sentence = f"the requests span more than {_MOST_WINDOWS} windows of {seconds:g} s"
        return Reason("too-many-windows", sentence)
    requests = stats.window_sums(moments, None, seconds=seconds)
    errors = None if failed is None else stats.window_sums(moments, failed, seconds=seconds)
    return Load(requests, errors, seconds)


def _moments(table: Frame, column: str) -> FloatVector | Reason:
    """Return seconds: numbers as they are, or ISO 8601 moments since the start of 1970."""
    numbers = table.numbers(column)
    if not isinstance(numbers, Reason) or numbers.code != "not-a-number":
        return numbers
    cells = table.texts(column)
    if isinstance(cells, Reason):
        return cells
    seconds = _seconds(column, [cell or "" for cell in cells])
    return table.reason(seconds) if isinstance(seconds, Reason) else seconds


def _seconds(column: str, cells: Sequence[str]) -> FloatVector | Reason:
    """Return seconds since the start of 1970, or which cell is no moment."""
    placed = [each for each in (instant(cell, UTC) for cell in cells) if each is not None]
    if len(placed) < len(cells):
        row = next(place for place, cell in enumerate(cells) if instant(cell, UTC) is None)
        sentence = (
            f"column {shown(column)}, row {row + 1}: {shown(cells[row])} is neither a number nor "
            "a moment such as `2026-11-21T08:00:00Z`"
        )
        return Reason("not-a-number", sentence)
    if len({instant(cell) is None for cell in cells}) > 1:
        sentence = f"column {shown(column)} has moments with a time zone and without one"
        return Reason("mixed-time-zones", sentence)
    return stats.vector([each.timestamp() for each in placed])


def _failures(table: Frame, column: str | None) -> FloatVector | Reason | None:
    if column is None:
        return None
    values = table.numbers(column)
    if isinstance(values, Reason) or stats.is_binary(values):
        return values
    sentence = f"column {shown(column)} has a value that is neither 0 nor 1"
    return table.reason(Reason("not-yes-or-no", sentence))


def _of_series(spec: ThroughputSpec, found: SeriesSet) -> Load | Reason:
    requests = _rates(found, spec.query or "")
    if isinstance(requests, Reason):
        return requests
    if spec.error_query is None:
        return Load(requests[1] * requests[0], None, requests[0])
    errors = _rates(found, spec.error_query)
    if isinstance(errors, Reason):
        return errors
    if errors[0] != requests[0] or errors[1].size != requests[1].size:
        return Reason("steps-differ", "requests and errors were asked for at different moments")
    return Load(requests[1] * requests[0], errors[1] * errors[0], requests[0])


def _rates(found: SeriesSet, query: str) -> tuple[float, FloatVector] | Reason:
    """Return the seconds between two points, and the rates per second."""
    answer = found.answer(query)
    series = answer if isinstance(answer, Reason) else only_series(answer, query)
    if isinstance(series, Reason):
        return series
    times = stats.vector([at for at, _ in series.points])
    rates = stats.vector([value for _, value in series.points])
    if stats.first_not_finite(rates) is not None:
        return Reason("not-finite", f"the answer to {shown(query)} has a point that is no number")
    if not rates.size or bool((rates < 0).any()):
        return Reason("negative-value", f"the answer to {shown(query)} has a rate below 0")
    step = stats.equal_step(times)
    if math.isnan(step):
        return Reason("steps-differ", f"the points of {shown(query)} are not at equal steps")
    return step, rates


def per_second(spec: ThroughputSpec, load: Load) -> Measured | Reason:
    """Return the answered requests per second: those that failed do not count."""
    answered = load.requests if load.errors is None else load.requests - load.errors
    rates = answered / load.seconds
    if not rates.size:
        return Reason("undefined-metric", "the requests do not fill one window")
    counts = (("rows", round(float(load.requests.sum()))), ("windows", int(rates.size)))
    few = too_few(spec, _WINDOWS, counts) or too_few(spec, (("rows", 0),), counts)
    level = level_of(spec)
    ends = None if few else _ends(answered, load.seconds, level)
    return Measured("requests-per-second", rounded(float(rates.mean())), ends, counts, few)


def _ends(answered: FloatVector, seconds: float, level: float) -> Interval | None:
    """Return Student's interval over the windows; where all are equal, that of the whole count."""
    found = interval("student-t", stats.t_mean(answered / seconds, level=level), level)
    if found is not None:
        return found
    whole = stats.poisson_mean(float(answered.sum()), level=level)
    exposure = seconds * answered.size
    bounds = stats.Bounds(whole.lower / exposure, whole.upper / exposure)
    return interval("poisson", bounds, level)


def error_share(spec: ThroughputSpec, load: Load) -> Measured | Reason:
    """Return the share of the requests that failed, with Wilson's interval."""
    if load.errors is None:
        return Reason("errors-missing", "nothing says which requests failed")
    total, failed = float(load.requests.sum()), float(load.errors.sum())
    if not 0 <= failed <= total or total <= 0:
        return Reason("undefined-metric", f"{failed:g} of {total:g} requests failed: no share")
    counts = (("rows", round(total)),)
    few = too_few(spec, _REQUESTS, counts)
    level = level_of(spec)
    ends = interval("wilson", stats.wilson(failed, total, level=level), level)
    return Measured("error-share", rounded(failed / total), ends, counts, few)
