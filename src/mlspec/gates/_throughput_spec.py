"""What a spec states of `throughput`: a floor for requests, and a limit of failures."""

from __future__ import annotations

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Direction,
    FieldClass,
    Identifier,
    Number,
    Share,
    Text,
    declare,
)

__all__ = ["ThroughputSpec"]


class ThroughputSpec(GateSpecBase):
    """A floor for answered requests per second, and a limit of the share that fails."""

    source: Identifier = declare(
        "The evidence source: a table of requests, or answers of Prometheus.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["load-test"],
    )
    time_column: Text = declare(
        "Column with the moment of a request, in seconds or as ISO 8601.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="time",
    )
    error_column: Text | None = declare(
        "Column with 1 for a request that failed, else 0.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    query: Text | None = declare(
        "The query for requests per second; a file with one answer needs none.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    error_query: Text | None = declare(
        "The query for failed requests per second, at the same steps.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    window_seconds: Number = declare(
        "Length of the windows in which requests of a table are counted.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=60.0,
        gt=0,
    )
    at_least_per_second: Number = declare(
        "Requests per second that have to be answered.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        gt=0,
    )
    maximum_error_share: Share | None = declare(
        "Share of the requests that may fail.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
    )
