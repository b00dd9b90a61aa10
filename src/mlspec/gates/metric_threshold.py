"""`metric-threshold`: a metric is at least, or at most, a stated value.

The metric is computed from the predictions of the model and the true labels. `atLeast` passes when
the lower bound of its interval reaches the value, and fails when the upper bound does not;
`atMost` the other way round.

Intervals: accuracy, precision and recall by Wilson (1927); the area under the ROC curve by DeLong,
DeLong and Clarke-Pearson (1988); everything else by the percentile bootstrap with 2,000 resamples,
whose seed follows from the data and the id of the gate. At least 30 rows, and 30 of each class
that the metric rests on; 200 rows for the bootstrap. A number that another tool reports
(`source: metrics`) has no interval: the spec has to say `decide: point`.

Inconclusive: too few rows, or an interval on both sides of the value. Not evaluated: a file, column
or metric that is missing or no finite number, labels of one class, a quotient 0/0.

Example
    id: auc-floor
    type: metric-threshold
    metric: roc-auc
    atLeast: 0.72
    minimumRows: 5000
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason
from mlspec.gates._metrics import METRICS, metric_of
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import OfQuantile, check_quantile, check_range, in_words
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Number, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._measure import Measured
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "MetricThreshold"]

METRIC_NAME = r"^[A-Za-z][A-Za-z0-9_./@-]{0,127}$"

REASONS = MappingProxyType(
    {
        "bound-out-of-range": (
            "The stated bound lies outside the values that the metric can take, or at the end "
            "that every model reaches, so the gate would say nothing about the model."
        ),
        "one-bound": "A threshold gate states exactly one of `atLeast` and `atMost`.",
        "point-not-stated": (
            "A reported metric is a number without an interval. Write `decide: point` to accept "
            "that; the record says so, and a policy may refuse it."
        ),
        "quantile-missing": (
            "A pinball loss is about one quantile of the label, which has to be stated."
        ),
        "quantile-unused": "A quantile is stated, but the metric is not about one.",
        "unknown-metric": (
            "mlspec does not compute the metric. Name one it computes, or read the number that "
            "another tool reports with `source: metrics`."
        ),
    }
)


class MetricThreshold(OfQuantile, GateSpecBase):
    """A floor or a ceiling for one metric of the model."""

    type: Literal["metric-threshold"] = declare("Type of the gate.", FieldClass.GATE)
    metric: str = declare(
        "Name of the metric: one that mlspec computes, or one that the metrics file reports.",
        FieldClass.GATE,
        pattern=METRIC_NAME,
        form="the name of a metric such as `roc-auc` or `val/f1`, starting with a letter",
        examples=sorted(METRICS),
    )
    source: Literal["predictions", "metrics"] = declare(
        "Compute the metric from the predictions, or read it from the metrics file.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="predictions",
        order=("metrics", "predictions"),
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


def require(spec: MetricThreshold) -> str:
    """Return the requirement as text: `roc-auc >= 0.92`."""
    bounds = ((">=", spec.at_least), ("<=", spec.at_most))
    stated = [f"{sign} {bound:.15g}" for sign, bound in bounds if bound is not None]
    return " ".join([in_words(spec.metric, spec.quantile), *stated])


def check(spec: MetricThreshold) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if (spec.at_least is None) == (spec.at_most is None):
        yield SpecProblem(
            (),
            Reason("one-bound", "a threshold needs exactly one of `atLeast` and `atMost`"),
            hint="state the value that the metric must reach",
        )
    if spec.source == "metrics":
        yield from _check_reported(spec)
    elif spec.metric not in METRICS:
        yield SpecProblem(
            ("metric",),
            Reason("unknown-metric", f"mlspec does not compute `{spec.metric}`"),
            hint=f"one of {', '.join(sorted(METRICS))}; or `source: metrics`",
        )
    else:
        yield from check_quantile(spec.metric, spec.quantile)
        yield from check_range(spec.metric, spec.at_least, spec.at_most)


def _check_reported(spec: MetricThreshold) -> Iterator[SpecProblem]:
    if spec.decide != "point":
        sentence = "a reported metric has no interval, so the gate cannot decide on a bound"
        yield SpecProblem(
            ("decide",), Reason("point-not-stated", sentence), hint="write `decide: point`"
        )


def evaluate(spec: MetricThreshold, inputs: GateInputs) -> GateResult:
    """Judge the metric against its bound."""
    from mlspec.gates import _decide

    measured = _measured(spec, inputs)
    if isinstance(measured, Reason):
        return _decide.unmeasured(spec, require(spec), measured, metric=spec.metric)
    if spec.at_least is not None:
        bound = _decide.at_least(spec.at_least)
    else:
        bound = _decide.at_most(spec.at_most or 0.0)
    return _decide.decided(spec, require(spec), measured, bound)


def _measured(spec: MetricThreshold, inputs: GateInputs) -> Measured | Reason:
    from mlspec.gates import _measure

    if spec.source == "metrics":
        return _measure.reported(spec.metric, spec, inputs.metrics)
    return _measure.measure(metric_of(spec.metric, spec.quantile), spec, inputs)


def reads(spec: MetricThreshold) -> tuple[Need, ...]:
    """Return what is read: the predictions, or what another tool reports."""
    if spec.source == "metrics":
        return (Need("metrics", "Metrics"),)
    return (Need("predictions"),)


def power(spec: MetricThreshold, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_threshold

    return _power_threshold.rows_needed(spec, observed, assumed)


GATE = Gate(
    "metric-threshold",
    MetricThreshold,
    "A metric is at least, or at most, a stated value.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
