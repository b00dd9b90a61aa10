"""`latency`: quantiles of the response time stay within their limits, in milliseconds.

Computed are the quantiles p50, p95 and p99 that have a limit, from one row per request, from the
rows per value that an engine counted for `mlspec gate sql --shape quantiles`, or from the
buckets of a histogram (a table of `le` and cumulative counts, or a Prometheus answer such as
`sum by (le) (increase(request_seconds_bucket[1h]))`: counts, not rates). All of them have to keep
their limit.

The interval holds for every distribution: its ends are order statistics, at ranks that follow from
the binomial distribution (W. R. Thompson, 1936). The upper end of p99 needs 299 requests at
confidence 0.95, that of p95 59; with fewer the verdict is inconclusive. Requests count as
independent: slow phases of a service make the true interval wider.

From buckets, the interval is never narrower than the bucket in which the quantile lies, and a limit
inside it is inconclusive: state a bound of a bucket as the limit. A quantile above the last
finite bound can fail, but never pass. Not evaluated: no requests, a latency that is missing,
infinite or below 0, latencies that are 0 throughout, several histograms in one answer, buckets
without `+Inf`.

A request that got no answer belongs into the table with the time after which it was given up:
left out, it makes a service look faster the more it fails.

Example
    id: fast
    type: latency
    source: load-test
    column: latency_ms
    where: {column: role, equals: challenger}
    p50Ms: 3
    p99Ms: 10
"""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._latency_spec import LatencySpec, limits
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.schema import Direction, FieldClass, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "Latency"]

REASONS = MappingProxyType(
    {
        "censored": ReasonWords(
            "The quantile may lie above the last finite bound of the histogram, so nobody knows"
            " how large it is.",
            "Add buckets above the limit to the histogram of the service.",
        ),
        "limit-missing": ReasonWords(
            "The gate states no limit, so there is nothing to keep.",
            "State at least one of `p50Ms`, `p95Ms` and `p99Ms`.",
        ),
        "limits-reversed": ReasonWords(
            "A quantile has a limit above that of a higher one, which it never exceeds: the limit "
            "says nothing, or the two were mixed up.",
            "Let the limits rise: `p50Ms` at most `p95Ms`, and that at most `p99Ms`.",
        ),
        "malformed-buckets": ReasonWords(
            "The bounds of the buckets repeat, or a count is negative or falls from one bound "
            "to the next: the buckets come from different moments or different histograms.",
            "Take all buckets from one query at one moment: `sum by (le) "
            "(increase(NAME_bucket[1h]))`.",
        ),
        "no-buckets": ReasonWords(
            "A quantile follows from all buckets of a histogram, `+Inf` included. A quantile "
            "that Prometheus computed says neither how wide its bucket is nor how many requests"
            " it saw.",
            "Query the buckets, `sum by (le) (increase(NAME_bucket[1h]))`, instead of "
            "`histogram_quantile`.",
        ),
        "other-rows": ReasonWords(
            "An engine counted the values of other rows than those that `where` of the gate "
            "selects.",
            "Print the query for the model, `mlspec gate sql MODEL`, and run that one.",
        ),
        "nothing-timed": ReasonWords(
            "Every latency is 0, so the time was not taken.",
            "Look at the unit and the clock: times below one tick are written as 0.",
        ),
    }
)


class Latency(LatencySpec):
    """Limits for quantiles of the response time."""

    type: Literal["latency"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)


def require(spec: Latency) -> str:
    """Return the requirement as text: `p50 <= 3 ms, p99 <= 10 ms`."""
    return ", ".join(f"p{100 * share:g} <= {limit:.15g} ms" for share, limit in limits(spec))


def check(spec: Latency) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if not limits(spec):
        yield SpecProblem(
            (),
            Reason("limit-missing", "none of `p50Ms`, `p95Ms` and `p99Ms` is stated"),
            hint="state the limit of at least one quantile",
        )
    for (lower, first), (higher, second) in pairwise(limits(spec)):
        if first > second:
            names = f"p{100 * lower:g}Ms", f"p{100 * higher:g}Ms"
            sentence = f"`{names[0]}` is {first:g}, above `{names[1]}`, which is {second:g}"
            yield SpecProblem((names[0],), Reason("limits-reversed", sentence))


def evaluate(spec: Latency, inputs: GateInputs) -> GateResult:
    """Judge every quantile that has a limit."""
    from mlspec.gates import _decide, _latency, _parts

    found = _latency.latencies(spec, inputs)
    if isinstance(found, Reason):
        return _decide.unmeasured(spec, require(spec), found)
    parts = [_latency.quantile_part(spec, share, limit, found) for share, limit in limits(spec)]
    worse = _parts.beyond({f"p{100 * share:g}": limit for share, limit in limits(spec)})
    return _parts.of_parts(spec, require(spec), parts, worse=worse)


def reads(spec: Latency) -> tuple[Need, ...]:
    """Return what is read: the latencies, and the column that selects them."""
    stated = (spec.column, spec.bucket_column, spec.where.column if spec.where else None)
    columns = tuple(each for each in stated if each)
    if spec.bucket_column is not None or spec.query is not None:
        return (Need(spec.source, "Frame", columns),)
    where = None if spec.where is None else (spec.where.column, spec.where.equals)
    return (Need(spec.source, "Frame", columns, tally=spec.column, where=where),)


def power(spec: Latency, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_parts

    return _power_parts.of_quantiles(spec, observed, assumed)


GATE = Gate(
    "latency",
    Latency,
    "Quantiles of the response time stay within their limits.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
