"""From columns to what a metric is computed from, or the reason that it cannot be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Reason
from mlspec.gates._binary import classes_of, told
from mlspec.gates._metrics import Metric, Reads

if TYPE_CHECKING:
    from mlspec.evidence import Rows
    from mlspec.gates._spec import GateSpecBase
    from mlspec.stats import FloatVector, Statistic

__all__ = [
    "POINT_NEEDS",
    "Sample",
    "one_class",
    "part_of",
    "prepare",
    "readable",
    "statistic",
    "too_few",
]

POINT_NEEDS = (("rows", 30),)
"""Below this, not even a point estimate decides."""

_WORDS = {
    "predictedPositives": "predicted positives",
    "smallestClass": "rows of the smallest class",
}


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Labels and outputs that fit a metric. `counts` are sample sizes in order of name."""

    labels: FloatVector
    outputs: FloatVector
    counts: tuple[tuple[str, int], ...]


def prepare(metric: Metric, rows: Rows, threshold: float | None) -> Sample | Reason:
    """Return what the metric reads of the rows, or why it is not defined on them."""
    sample = readable(metric, rows, threshold)
    if isinstance(sample, Reason):
        return sample
    return one_class(metric, sample) or sample


def readable(metric: Metric, rows: Rows, threshold: float | None) -> Sample | Reason:
    """Return what the metric reads, value by value sound; there may be one class only."""
    if isinstance(rows.labels, Reason):
        return rows.labels
    outputs = _outputs(metric, rows, threshold)
    if isinstance(outputs, Reason):
        return outputs
    problem = _label_problem(metric, rows, rows.labels) or _output_problem(metric, rows, outputs)
    if problem is not None:
        return problem
    return Sample(rows.labels, outputs, _counts(metric, rows.labels, outputs))


def part_of(metric: Metric, sample: Sample, codes: FloatVector, code: int) -> Sample:
    """Return the rows of a sample that have a code."""
    labels, outputs = sample.labels[codes == code], sample.outputs[codes == code]
    return Sample(labels, outputs, _counts(metric, labels, outputs))


def one_class(metric: Metric, sample: Sample) -> Reason | None:
    """Return the reason that labels which never vary do not tell a model from a constant."""
    if bool((sample.labels != sample.labels[:1]).any()):
        return None
    if metric.reads is Reads.ESTIMATES:
        return Reason("constant-label", "all labels have the same value")
    return Reason("one-class", "all labels are of one class") if metric.apart else None


def statistic(metric: Metric, sample: Sample) -> Statistic:
    """Return the metric over a sample, ready to be resampled."""
    if metric.quantile is not None:
        return stats.pinball(sample.labels, sample.outputs, quantile=metric.quantile)
    return stats.statistic(metric.name, sample.labels, sample.outputs)


def too_few(
    spec: GateSpecBase, needs: tuple[tuple[str, int], ...], counts: tuple[tuple[str, int], ...]
) -> Reason | None:
    """Return the reason that the sample is too small to decide on, if it is."""
    have = dict(counts)
    for name, floor in needs:
        needed = max(floor, spec.minimum_rows) if name == "rows" else floor
        if have.get(name, 0) < needed:
            return _too_few(have.get(name, 0), needed, _WORDS.get(name, name))
    return None


def _too_few(have: int, needed: int, what: str) -> Reason:
    if have == 1:
        return Reason("too-few-rows", f"there is 1 of {needed} {what} that are needed")
    return Reason("too-few-rows", f"there are {have} {what}, but {needed} are needed")


def _outputs(metric: Metric, rows: Rows, threshold: float | None) -> FloatVector | Reason:
    match metric.reads:
        case Reads.CLASSES if rows.predictions is not None:
            return rows.predictions
        case Reads.CLASSES:
            return classes_of(rows.scores, threshold)
        case Reads.ESTIMATES if rows.predictions is not None:
            return rows.predictions
        case Reads.SCORES | Reads.PROBABILITIES | Reads.ESTIMATES:
            return rows.scores


def _label_problem(metric: Metric, rows: Rows, labels: FloatVector) -> Reason | None:
    if metric.reads is Reads.ESTIMATES:
        return _zero(metric, labels)
    if _many_classes(metric, rows):
        return _no_class(labels, "a label")
    if not stats.is_binary(labels):
        where = told(rows, labels, ((labels == 0) | (labels == 1)).tolist())
        sentence = f"`{metric.name}` is about two classes, 0 and 1, but the label {where}"
        return Reason("label-not-binary", sentence)
    return None


def _zero(metric: Metric, labels: FloatVector) -> Reason | None:
    if metric.name != "mape" or bool((labels != 0).all()):
        return None
    return Reason("label-zero", "`mape` divides by the label, and a label is 0")


def _output_problem(metric: Metric, rows: Rows, outputs: FloatVector) -> Reason | None:
    if metric.reads is Reads.PROBABILITIES and not bool(((outputs >= 0) & (outputs <= 1)).all()):
        where = told(rows, outputs, ((outputs >= 0) & (outputs <= 1)).tolist())
        sentence = f"`{metric.name}` reads probabilities, 0 to 1, but the score {where}"
        return Reason("score-out-of-range", sentence)
    if metric.reads is not Reads.CLASSES:
        return None
    if _many_classes(metric, rows):
        return _no_class(outputs, "a prediction")
    if not stats.is_binary(outputs):
        where = told(rows, outputs, ((outputs == 0) | (outputs == 1)).tolist())
        return Reason("label-not-binary", f"a prediction is neither 0 nor 1: that {where}")
    return None


def _no_class(values: FloatVector, what: str) -> Reason | None:
    if stats.is_whole(values):
        return None
    return Reason("label-not-class", f"{what} is not a whole number")


def _many_classes(metric: Metric, rows: Rows) -> bool:
    return metric.many and rows.predictions is not None


def _counts(
    metric: Metric, labels: FloatVector, outputs: FloatVector
) -> tuple[tuple[str, int], ...]:
    counts = {"rows": int(labels.size)}
    if metric.reads is not Reads.ESTIMATES and stats.is_binary(labels):
        positives = int(labels.sum())
        counts |= {"positives": positives, "negatives": int(labels.size) - positives}
    needs = dict(metric.needs)
    if "predictedPositives" in needs:
        counts["predictedPositives"] = int(outputs.sum())
    if "smallestClass" in needs:
        counts["smallestClass"] = min(Counter(labels.tolist()).values(), default=0)
    return tuple(sorted(counts.items()))
