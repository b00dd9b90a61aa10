"""What a gate over one metric asks for."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._metrics import METRICS
from mlspec.gates._requirement import OfQuantile
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Identifier, Number, Text, declare

__all__ = ["COMPUTED", "MetricThreshold"]

_METRIC_NAME = r"^[A-Za-z]([A-Za-z0-9_./@ (),=:%+-]{0,198}[A-Za-z0-9_)%+-])?$"
COMPUTED = "predictions"
"""The source of a metric that is not reported."""


class MetricThreshold(OfQuantile, GateSpecBase):
    """A floor or a ceiling for one metric of the model."""

    type: Literal["metric-threshold"] = declare(
        "Type of the gate.", FieldClass.GATE, Direction.UNKNOWN
    )
    metric: str = declare(
        "Name of the metric: one that mlspec computes, or one that the source reports.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        pattern=_METRIC_NAME,
        form="the name of a metric such as `roc-auc` or `val/f1`, starting with a letter",
        examples=sorted(METRICS),
    )
    source: Identifier = declare(
        "Compute the metric from the `predictions`, or read it from the `metrics` file or from one "
        "of `evaluation.sources`.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=COMPUTED,
        order=("metrics", COMPUTED),
        examples=["predictions", "metrics", "error-rate"],
    )
    query: Text | None = declare(
        "Of a monitoring system: the query whose answer is the number, where the source has more.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["model:error_rate:ratio_1d"],
    )
    rows_from: Text | None = declare(
        "Metric, column or query that says how many rows a reported number is over; absent, "
        "`rows`, `n` or `example_count` of a metrics file.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["n_test"],
    )
    at_least: Number | None = declare(
        "The metric must not be lower.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
    )
    at_most: Number | None = declare(
        "The metric must not be higher.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
    )
