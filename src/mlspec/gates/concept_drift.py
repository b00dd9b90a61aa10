"""`concept-drift`: with the labels that have come in, the model is as good as it was.

The rows of `current` are predictions of production with the time of each and the label, empty
where it has not come yet. A window holds the rows of `windowDays` days, the last one ending
`labelDelayDays` before the run: younger rows are not mature, and are left out whether they have a
label or not, because labels that come early are seldom like the others. In each of the last
`windows` windows the metric is compared with the one on the reference, the rows of `reference` or
else those of `evaluation.predictions`; it must not be worse by more than `margin`.

The rows are not the same, so the interval is an unpaired one: Newcombe's for shares, MOVER over
both of DeLong's for the area under the ROC curve, percentiles of independent resamples otherwise. A
fail in one of several windows stands on bounds that Holm's method adjusts. The verdict holds until
the next window is full.

Inconclusive: too few rows in a window or in the reference, or less than `minimumLabelCoverage` of
the mature rows have a label. Not evaluated: a window without rows, a time that is missing, not ISO
8601 with an offset, or still to come, an undefined metric, reference and current in one file.

`detectors` (ADWIN, DDM, Page-Hinkley) say how often they raise an alarm on the errors in order of
time. They are facts of the record and decide nothing: on stable streams they alarm as well.

Example
    id: still-right
    type: concept-drift
    metric: roc-auc
    current: production-log
    labelDelayDays: 30
    windowDays: 28
    margin: 0.02
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._concept_drift_spec import ConceptDrift
from mlspec.gates._metrics import METRICS
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "ConceptDrift"]

REASONS = MappingProxyType(
    {
        "drift-margin": ReasonWords(
            "The margin is as wide as the range of the metric, so that any model would pass.",
            "State a margin that is a small part of the range of the metric, such as 0.02.",
        ),
        "drift-metric": ReasonWords(
            "The metric needs a further number, which this gate does not have.",
            "Take a metric that needs no further number, such as `mae` or `rmse`.",
        ),
        "empty-window": ReasonWords(
            "No prediction was made in the window, so nothing was measured in it.",
            "Look at whether the log of predictions goes on, and at `windowDays` and "
            "`labelDelayDays`.",
        ),
        "label-coverage": ReasonWords(
            "Too few of the mature rows have a label. Those that have one may be the easy "
            "cases, so the metric over them says little about the rest.",
            "Wait for the labels, or bring in those that are missing; raise `labelDelayDays` if"
            " they come later than stated.",
        ),
        "moment-missing": ReasonWords(
            "Which labels are due depends on the moment of the run, and that is not known.",
            "From the command line there is always a moment; in Python give `as_of`.",
        ),
        "same-source": ReasonWords(
            "Reference and current values come from the same file, so nothing was compared.",
            "Name two files: labelled rows of the time of the release as `reference`, those of "
            "today as `current`.",
        ),
        "time-in-future": ReasonWords(
            "A prediction was made after the moment of the run.",
            "Look at the clock and the time zone of what wrote the row; moments in UTC end with"
            " `Z`.",
        ),
        "time-unreadable": ReasonWords(
            "The time of a row is missing, or is not a moment in ISO 8601 with an offset.",
            "Write each time as `2026-11-21T08:00:00Z`, or as a date.",
        ),
    }
)


def require(spec: ConceptDrift) -> str:
    """Return the requirement as text: `change of roc-auc >= -0.02`."""
    if METRICS[spec.metric].higher_is_better:
        return f"change of {spec.metric} >= {-spec.margin + 0.0:.15g}"
    return f"change of {spec.metric} <= {spec.margin:.15g}"


def check(spec: ConceptDrift) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    metric = METRICS[spec.metric]
    if metric.name == "pinball":
        sentence = "`pinball` needs a quantile, which this gate does not have"
        yield SpecProblem(("metric",), Reason("drift-metric", sentence))
    width = metric.highest - metric.lowest
    if spec.margin >= width:
        sentence = f"`margin` is {spec.margin:g}, but the metric changes by {width:g} at most"
        yield SpecProblem(("margin",), Reason("drift-margin", sentence))


def evaluate(spec: ConceptDrift, inputs: GateInputs) -> GateResult:
    """Judge every window against the reference."""
    from mlspec.gates import _concept, _decide

    found = _concept.windows_of(spec, inputs)
    if isinstance(found, Reason):
        return _decide.unmeasured(spec, require(spec), found, metric=spec.metric)
    return _concept.conclude(spec, require(spec), found)


def reads(spec: ConceptDrift) -> tuple[Need, ...]:
    """Return what is read: the log of production, and the reference."""
    columns = [spec.key, spec.label, spec.score, *([spec.prediction] if spec.prediction else [])]
    current = Need(spec.current, "Frame", (*columns, spec.predicted_at))
    if spec.reference is None:
        return (current, Need("predictions"))
    return (current, Need(spec.reference, "Frame", tuple(columns)))


def power(spec: ConceptDrift, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the labelled rows of each window that show that nothing has changed."""
    from mlspec.gates import _power_people

    floor = max(count for name, count in METRICS[spec.metric].needs if name == "rows")
    yield from _power_people.rows_by_interval(spec, observed, assumed, spec.margin, floor)


GATE = Gate(
    "concept-drift",
    ConceptDrift,
    "With the labels that have come in, the model is as good as it was.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
    reads_clock=True,
)
