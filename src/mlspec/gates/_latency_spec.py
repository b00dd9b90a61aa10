"""What a spec states of `latency`: limits for quantiles of the response time."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._rows_where import RowFilter
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Direction,
    FieldClass,
    Identifier,
    Number,
    Text,
    declare,
)

__all__ = ["LatencySpec", "limits"]


class LatencySpec(GateSpecBase):
    """Limits for quantiles of the response time."""

    source: Identifier = declare(
        "The evidence source: a table of requests or buckets, or answers of Prometheus.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["load-test"],
    )
    column: Text = declare(
        "Column of the latency; with `bucketColumn`, of the requests up to the bound.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="latency_ms",
    )
    bucket_column: Text | None = declare(
        "Column of the upper bounds, where the table holds cumulative buckets.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["le"],
    )
    query: Text | None = declare(
        "The query that answers with buckets; a file with one answer needs none.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    where: RowFilter | None = declare(
        "Only requests with this value, such as those of one model.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    unit: Literal["us", "ms", "s"] = declare(
        "Unit of the values or bounds; Prometheus uses seconds as a rule.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="ms",
    )
    p50_ms: Number | None = declare(
        "Limit of the median.", FieldClass.GATE, Direction.LOWER_IS_TIGHTER, default=None, gt=0
    )
    p95_ms: Number | None = declare(
        "Limit that 95 % of the requests keep.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        gt=0,
    )
    p99_ms: Number | None = declare(
        "Limit that 99 % of the requests keep.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        gt=0,
    )


def limits(spec: LatencySpec) -> list[tuple[float, float]]:
    """Return the quantiles that have a limit, as (share of requests, milliseconds)."""
    stated = ((0.5, spec.p50_ms), (0.95, spec.p95_ms), (0.99, spec.p99_ms))
    return [(share, limit) for share, limit in stated if limit is not None]
