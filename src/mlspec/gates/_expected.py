"""The metric that calibrated scores lead to expect on rows without labels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Reason
from mlspec.gates._binary import binary_classes, binary_labels, probabilities
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._outputs import keyed_frame, rows_of_frame
from mlspec.gates._same_rows import same_outputs
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from mlspec.evidence import Rows
    from mlspec.gates._estimated_performance_spec import EstimatedPerformance
    from mlspec.gates._port import GateInputs
    from mlspec.stats import Estimated, FloatVector, Recalibration

__all__ = ["measured"]

_REFERENCE = (("rows", 1000), ("positives", 100), ("negatives", 100))
_CURRENT = (("rows", 200),)


@dataclass(frozen=True, slots=True, eq=False)
class _Calibrated:
    """How scores of the reference became probabilities; why they may not be trusted."""

    fit: Recalibration
    error: float
    lowest: float
    highest: float
    doubt: Reason | None


@dataclass(frozen=True, slots=True, eq=False)
class _Today:
    """Scores and predicted classes without labels."""

    scores: FloatVector
    classes: FloatVector


def measured(spec: EstimatedPerformance, inputs: GateInputs) -> Measured | Reason:
    """Return the expected metric, or why there is none."""
    reference = _table(spec, inputs, spec.reference)
    rows = inputs.challenger if spec.current is None else _table(spec, inputs, spec.current)
    if isinstance(reference, Reason):
        return reference
    if isinstance(rows, Reason):
        return rows
    if set(reference.digests) & set(rows.digests):
        return Reason("same-source", "reference and current scores are in the same file")
    same = same_outputs(reference.scores, rows.scores)
    if same is not None:
        return Reason("same-source", same.sentence)
    calibrated, today = _calibrated(spec, reference), _today(rows, inputs.positive_threshold)
    if isinstance(calibrated, Reason):
        return Reason(calibrated.code, f"reference: {calibrated.sentence}")
    return today if isinstance(today, Reason) else _estimate(spec, calibrated, today)


def _table(spec: EstimatedPerformance, inputs: GateInputs, name: str) -> Rows | Reason:
    frame = keyed_frame(inputs, name, spec.key)
    if isinstance(frame, Reason):
        return frame
    if name == spec.reference:
        return rows_of_frame(frame, frame.numbers(spec.label), spec, prediction=None)
    unread = Reason("missing-column", "labels of today are not read")
    return rows_of_frame(frame, unread, spec, prediction=spec.prediction)


def _today(rows: Rows, threshold: float | None) -> _Today | Reason:
    scores, classes = probabilities(rows), binary_classes(rows, threshold)
    if isinstance(scores, Reason):
        return scores
    if isinstance(classes, Reason):
        return classes
    if len(stats.distinct(scores)) == 1:
        return Reason("constant-scores", "every row has one and the same score")
    return _Today(scores, classes)


def _calibrated(spec: EstimatedPerformance, rows: Rows) -> _Calibrated | Reason:
    labels, scores = binary_labels(rows, both=True), probabilities(rows)
    if isinstance(labels, Reason):
        return labels
    if isinstance(scores, Reason):
        return scores
    level = level_of(spec)
    fit = stats.recalibration(labels, scores, level=level)
    if fit.flaw is not None:
        return Reason("recalibration-undefined", f"no fit: {fit.flaw.replace('-', ' ')}")
    chances = stats.recalibrated(scores, fit)
    edges = stats.equal_mass_edges(chances)
    error = stats.ece_interval(labels, chances, edges, level=level)
    doubt = _doubt(spec, labels, error.bounds.upper)
    return _Calibrated(fit, error.value, float(scores.min()), float(scores.max()), doubt)


def _doubt(spec: EstimatedPerformance, labels: FloatVector, error: float) -> Reason | None:
    positives = int(labels.sum())
    counts = (
        ("negatives", labels.size - positives),
        ("positives", positives),
        ("rows", labels.size),
    )
    few = too_few(spec, _REFERENCE, counts)
    if few is not None:
        return Reason(few.code, f"reference: {few.sentence}")
    if error <= spec.maximum_calibration_error:
        return None
    sentence = (
        f"the calibration error on the reference may be {error:.6g}, more than "
        f"{spec.maximum_calibration_error:g}"
    )
    return Reason("reference-not-calibrated", sentence)


def _estimate(
    spec: EstimatedPerformance, calibrated: _Calibrated, today: _Today
) -> Measured | Reason:
    level = level_of(spec)
    chances = stats.recalibrated(today.scores, calibrated.fit)
    found = _expected(spec, chances, today, level)
    if not math.isfinite(found.value):
        return Reason("undefined-metric", f"the expected `{spec.metric}` is undefined")
    counts = (("predictedPositives", int(today.classes.sum())), ("rows", int(chances.size)))
    undecided = calibrated.doubt or too_few(spec, _CURRENT, counts)
    return Measured(
        spec.metric,
        rounded(found.value),
        interval=None if undecided else interval("expected", found.bounds, level),
        counts=counts,
        undecided=undecided,
        facts=_facts(calibrated, today, found.error),
    )


def _facts(calibrated: _Calibrated, today: _Today, error: float) -> tuple[tuple[str, float], ...]:
    """Return that this is an estimate, and what it rests on."""
    outside = (today.scores < calibrated.lowest) | (today.scores > calibrated.highest)
    facts = {
        "estimated": 1.0,
        "intercept": calibrated.fit.intercept,
        "outsideReference": float(outside.mean()),
        "referenceCalibrationError": calibrated.error,
        "slope": calibrated.fit.slope,
        "standardError": error,
    }
    return tuple((name, rounded(value)) for name, value in facts.items())


def _expected(
    spec: EstimatedPerformance, chances: FloatVector, today: _Today, level: float
) -> Estimated:
    match spec.metric:
        case "accuracy":
            return stats.estimated_accuracy(chances, today.classes, level=level)
        case "precision":
            return stats.estimated_precision(chances, today.classes, level=level)
        case "recall":
            return stats.estimated_recall(chances, today.classes, level=level)
        case "roc-auc":
            return stats.estimated_roc_auc(chances, today.scores, level=level)
