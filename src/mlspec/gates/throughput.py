"""`throughput`: enough requests are answered per second, and few of them fail.

The requests of every window of `windowSeconds` are counted, empty windows included; the last one
counts if it is full. Requests that failed are not answered: a service that refuses everything is
fast, and does nothing. Computed are the mean of answered requests per second, with Student's
interval over the windows (at least 20), and the share that failed, with Wilson's interval (1927).
Windows that are all equal show no spread: the interval is then that of a Poisson count of all
requests together (Garwood 1936).

A table holds one row per request, with its moment (seconds, or ISO 8601) and 0 or 1 for failed. A
`query_range` answer of Prometheus holds a rate per second at equal steps, such as
`sum(rate(requests_total[1m]))` at steps of a minute: shorter steps than the range count requests
twice, and make the interval narrower than it is. A load test has to offer more than the service
can take, or the number is the load and not the throughput.

Inconclusive: fewer than 20 windows, or an interval on both sides of the limit. Not evaluated: no
requests, moments or rates that are missing, several series, steps of different length.

Example
    id: keeps-up
    type: throughput
    source: load-test
    timeColumn: sent_at
    errorColumn: failed
    windowSeconds: 10
    atLeastPerSecond: 50
    maximumErrorShare: 0.01
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import out_of_reach
from mlspec.gates._throughput_spec import ThroughputSpec
from mlspec.schema import Direction, FieldClass, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "Throughput"]

REASONS = MappingProxyType(
    {
        "errors-missing": ReasonWords(
            "The gate limits the share of requests that fail, but neither `errorColumn` nor "
            "`errorQuery` says which ones did.",
            "Name `errorColumn` for rows, or `errorQuery` for Prometheus.",
        ),
        "mixed-time-zones": ReasonWords(
            "Some moments have a time zone and some have none, so nobody knows how far apart "
            "they are.",
            "Write all moments with an offset: UTC ends with `Z`.",
        ),
        "steps-differ": ReasonWords(
            "A rate per window needs points at equal steps, the same for requests and errors. A"
            " missing point is a moment at which nobody measured.",
            "Ask both queries by `query_range` with the same start, end and step, in which "
            "every point is there.",
        ),
        "too-many-windows": ReasonWords(
            "The first and the last request are so far apart that one of their moments is "
            "wrong, or the windows are too short.",
            "Look for a moment with a wrong year, or state a longer `windowSeconds`.",
        ),
    }
)


class Throughput(ThroughputSpec):
    """A floor for answered requests per second, and a limit of the share that fails."""

    type: Literal["throughput"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)


def require(spec: Throughput) -> str:
    """Return the requirement as text: `requests per second >= 50, error share <= 0.01`."""
    rate = f"requests per second >= {spec.at_least_per_second:.15g}"
    if spec.maximum_error_share is None:
        return rate
    return f"{rate}, error share <= {spec.maximum_error_share:.15g}"


def check(spec: Throughput) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if spec.maximum_error_share is not None and not (spec.error_column or spec.error_query):
        yield SpecProblem(
            ("maximumErrorShare",),
            Reason("errors-missing", "nothing says which requests failed"),
            hint="name `errorColumn` of a table, or `errorQuery`",
        )


def hopeless(spec: Throughput) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    if spec.maximum_error_share == 0 and spec.decide == "bound":
        yield out_of_reach("maximumErrorShare", 0)


def evaluate(spec: Throughput, inputs: GateInputs) -> GateResult:
    """Judge the answered requests per second, and the share that failed."""
    from mlspec.gates import _decide, _parts, _throughput

    load = _throughput.load_of(spec, inputs)
    if isinstance(load, Reason):
        return _decide.unmeasured(spec, require(spec), load)
    rate = _throughput.per_second(spec, load)
    floor = _decide.at_least(spec.at_least_per_second)
    parts = [_parts.judged_part(spec, "requests per second", rate, floor)]
    if spec.maximum_error_share is not None:
        share = _throughput.error_share(spec, load)
        limit = _decide.at_most(spec.maximum_error_share)
        parts.append(_parts.judged_part(spec, "error share", share, limit))
    return _parts.of_parts(spec, require(spec), parts)


def reads(spec: Throughput) -> tuple[Need, ...]:
    """Return what is read: the moments of the requests, and which ones failed."""
    errors = () if spec.error_column is None else (spec.error_column,)
    return (Need(spec.source, "Frame", (spec.time_column, *errors)),)


def power(spec: Throughput, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_operations

    return _power_operations.of_throughput(spec, observed, assumed)


GATE = Gate(
    "throughput",
    Throughput,
    "Enough requests are answered per second, and few of them fail.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
