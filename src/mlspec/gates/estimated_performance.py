"""`estimated-performance`: as far as calibrated scores can tell, the model is good enough.

For rows without labels. On the `reference`, which has labels, the scores are calibrated (logistic
regression of the label on their log-odds); each row of today is then right with the probability
that its calibrated score says, and the metric is the expected one (CBPE, confidence-based
performance estimation; Kivimäki et al., arXiv 2401.08348): accuracy is the mean of p where class 1
is predicted and of 1 - p elsewhere, precision, recall and area under the ROC curve accordingly.

**It is an estimate, and the record says so** (`estimated` is 1): it sees that rows became harder,
not that the same rows now have other labels, which is what concept drift is. A policy may refuse it
for high risk. The interval (Wilson's, DeLong's with weights) is the one that the metric would have
with labels; that the reference is finite is not in it, so its size and its calibration are checked.

Inconclusive: fewer than 1000 rows or 100 of a class in the reference, fewer than 200 rows today, or
calibrated scores whose expected calibration error on the reference may exceed
`maximumCalibrationError`. Not evaluated: scores outside 0..1, a reference without a fit, the same
file as both, or a metric that is undefined.

Example
    id: likely-good-enough
    type: estimated-performance
    metric: accuracy
    reference: labelled-window
    current: production-log
    atLeast: 0.8
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._estimated_performance_spec import EstimatedPerformance
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import check_reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "EstimatedPerformance"]

REASONS = MappingProxyType(
    {
        "constant-scores": ReasonWords(
            "Every row of today has one and the same score. That is no model that looks at its "
            "rows, and the estimate would be the base rate of the reference.",
            "Look at the model server: a default answer, or a feature that is always missing.",
        ),
        "estimate-bound": ReasonWords(
            "Every model reaches 0, so the bound would say nothing.",
            "State `atLeast` above 0, inside of the range of the metric.",
        ),
        "reference-not-calibrated": ReasonWords(
            "Even after calibration the scores do not say how often they come true on the "
            "reference, or the reference is too small to show that they do. What they say of "
            "rows without labels is no estimate then.",
            "Give a larger `reference` of rows like those of today, recalibrate the model on "
            "it, or wait for labels and take `metric-threshold`.",
        ),
    }
)


def require(spec: EstimatedPerformance) -> str:
    """Return the requirement as text: `estimated accuracy >= 0.8`."""
    return f"estimated {spec.metric} >= {spec.at_least:.15g}"


def check(spec: EstimatedPerformance) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if not spec.at_least:
        sentence = "`atLeast` is 0, which every model reaches"
        yield SpecProblem(("atLeast",), Reason("estimate-bound", sentence))


def hopeless(spec: EstimatedPerformance) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    yield from check_reach(spec, at_least=1)


def evaluate(spec: EstimatedPerformance, inputs: GateInputs) -> GateResult:
    """Judge the expected metric."""
    from mlspec.gates import _decide, _expected

    found = _expected.measured(spec, inputs)
    bound = _decide.at_least(spec.at_least)
    return _decide.concluded(spec, require(spec), found, bound, metric=spec.metric)


def reads(spec: EstimatedPerformance) -> tuple[Need, ...]:
    """Return what is read: the labelled reference, and the scores of today."""
    reference = Need(spec.reference, "Frame", (spec.key, spec.label, spec.score))
    if spec.current is None:
        return (reference, Need("predictions"))
    prediction = () if spec.prediction is None else (spec.prediction,)
    return (reference, Need(spec.current, "Frame", (spec.key, spec.score, *prediction)))


def power(
    spec: EstimatedPerformance, observed: GateResult, assumed: Assumed
) -> Iterator[RowsNeeded]:
    """Yield the rows of today that tell the estimate from its floor."""
    from mlspec.gates import _power_people

    distance = _power_people.between(spec.at_least, None, 1.0, assumed.effect)
    yield from _power_people.rows_by_interval(
        spec, observed, assumed, distance, 200, limits="floor"
    )


GATE = Gate(
    "estimated-performance",
    EstimatedPerformance,
    "As far as calibrated scores can tell without labels, the model is good enough.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
