"""Windows of production against a reference: which rows are mature, and what they say."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from functools import cache
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, PartResult, Reason, Verdict, instant, shown
from mlspec.gates import _alike
from mlspec.gates._binary import binary_classes
from mlspec.gates._claims import Comparison, judged
from mlspec.gates._concept_drift_spec import window_name, windows_at
from mlspec.gates._decide import at_least, at_most
from mlspec.gates._measure import estimate_of, rounded
from mlspec.gates._metrics import METRICS
from mlspec.gates._outputs import keyed_frame, picked, rows_of_frame
from mlspec.gates._parts import beyond, lowest, of_parts, unmeasured_part
from mlspec.gates._same_rows import same_outputs
from mlspec.gates._sample import Sample, prepare, statistic, too_few

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from mlspec.evidence import GateResult, Rows
    from mlspec.gates._concept_drift_spec import ConceptDrift
    from mlspec.gates._metrics import Metric
    from mlspec.gates._port import GateInputs
    from mlspec.stats import Bounds, FloatVector

__all__ = ["Followed", "conclude", "windows_of"]

_DATE = 10
_SHARES = {"accuracy": None, "recall": "labels", "precision": "outputs"}
"""Metrics that are shares, and what the rows are among which they are counted."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What each window says, compared or not, and what is told for information.

    `valid_until` is when the next window is full: what was found holds as long.
    """

    windows: tuple[Comparison | PartResult, ...]
    facts: tuple[tuple[str, float], ...]
    valid_until: str


@dataclass(frozen=True, slots=True)
class _Log:
    """Predictions of production with their time; a label that has not come is NaN."""

    rows: Rows
    labels: FloatVector
    times: tuple[datetime, ...]
    threshold: float | None


@dataclass(frozen=True, slots=True)
class _Reference:
    """The rows to compare with, and the metric on them."""

    sample: Sample
    value: float
    digests: tuple[str, ...]


def windows_of(spec: ConceptDrift, inputs: GateInputs) -> Followed | Reason:
    """Return the windows, or why nothing can be compared."""
    now = instant(inputs.as_of)
    if now is None:
        return Reason("moment-missing", "the moment of the run is not known")
    log = _log(spec, inputs, now)
    if isinstance(log, Reason):
        return log
    before = _compared(spec, inputs, log)
    if isinstance(before, Reason):
        return before
    seed = stats.seed_from((*log.rows.digests, *before.digests), spec.id)
    follow = _Following(spec, METRICS[spec.metric], log, before, seed)
    windows = tuple(follow.window(*each) for each in windows_at(spec, now))
    facts = {"reference": rounded(before.value)} | _alarms(spec, log, now)
    end = (now + timedelta(days=spec.window_days)).isoformat(timespec="seconds")
    return Followed(windows, tuple(sorted(facts.items())), end)


def _compared(spec: ConceptDrift, inputs: GateInputs, log: _Log) -> _Reference | Reason:
    """Return the metric on the reference, or why the log is not compared with it."""
    reference = _reference(spec, inputs)
    if isinstance(reference, Reason):
        return reference
    before = _before(METRICS[spec.metric], reference, inputs.positive_threshold)
    if isinstance(before, Reason):
        return Reason(before.code, f"reference: {before.sentence}")
    return _apart(spec, reference, log) or before


def _apart(spec: ConceptDrift, reference: Rows, log: _Log) -> Reason | None:
    """Return the reason that reference and log are one file, or hold the same rows, if so."""
    if set(reference.digests) & set(log.rows.digests):
        return Reason("same-source", "reference and current values are in the same file")
    same = same_outputs(_told(spec, reference), _told(spec, log.rows))
    return None if same is None else Reason("same-source", same.sentence)


def _told(spec: ConceptDrift, rows: Rows) -> FloatVector | Reason:
    """Return the output by which rows are told apart."""
    return rows.scores if spec.prediction is None or rows.predictions is None else rows.predictions


def _before(metric: Metric, rows: Rows, threshold: float | None) -> _Reference | Reason:
    sample = prepare(metric, rows, threshold)
    if isinstance(sample, Reason):
        return sample
    value = estimate_of(metric, sample)
    if math.isfinite(value):
        return _Reference(sample, value, rows.digests)
    return Reason("undefined-metric", f"`{metric.name}` is undefined")


def _log(spec: ConceptDrift, inputs: GateInputs, now: datetime) -> _Log | Reason:
    frame = keyed_frame(inputs, spec.current, spec.key)
    if isinstance(frame, Reason):
        return frame
    times = _times(frame, spec.predicted_at, now)
    if isinstance(times, Reason):
        return times
    labels = frame.measured(spec.label)
    if isinstance(labels, Reason):
        return labels
    rows = rows_of_frame(frame, labels, spec, prediction=spec.prediction)
    return _Log(rows, labels, times, inputs.positive_threshold)


def _times(frame: Frame, column: str, now: datetime) -> tuple[datetime, ...] | Reason:
    texts = frame.texts(column)
    if isinstance(texts, Reason):
        return texts
    found: list[datetime] = []
    for row, text in enumerate(texts, 1):
        moment = _placed(text or "")
        where = f"column {shown(column)}, row {row}: {shown(text or '')}"
        if moment is None:
            return Reason("time-unreadable", f"{where} is not a moment")
        if moment > now:
            return Reason("time-in-future", f"{where} is after the run at {now.isoformat()}")
        found.append(moment)
    return tuple(found)


def _placed(text: str) -> datetime | None:
    """Return a moment in UTC, and of a date its start; None where a time has no offset."""
    return instant(text, UTC if len(text) == _DATE else None)


def _reference(spec: ConceptDrift, inputs: GateInputs) -> Rows | Reason:
    if spec.reference is None:
        return inputs.challenger
    frame = keyed_frame(inputs, spec.reference, spec.key)
    if isinstance(frame, Reason):
        return frame
    labels = frame.numbers(spec.label)  # every label has come there
    return rows_of_frame(frame, labels, spec, prediction=spec.prediction)


@dataclass(frozen=True, slots=True)
class _Following:
    spec: ConceptDrift
    metric: Metric
    log: _Log
    reference: _Reference
    seed: int

    def window(self, start: datetime, end: datetime) -> Comparison | PartResult:
        """Compare the rows after `start`, up to `end`, with the reference."""
        name = window_name(start, end)
        mature = [place for place, time in enumerate(self.log.times) if start < time <= end]
        if not mature:
            return unmeasured_part(name, Reason("empty-window", "no prediction was made then"))
        labels = self.log.labels[mature].tolist()
        known = [place for place, each in zip(mature, labels, strict=True) if not math.isnan(each)]
        if len(known) < self.spec.minimum_label_coverage * len(mature) or not known:
            return self._uncovered(name, len(known), len(mature))
        sample = prepare(self.metric, picked(self.log.rows, known), self.log.threshold)
        if isinstance(sample, Reason):
            return unmeasured_part(name, sample)
        return self._compared(name, sample, len(mature))

    def _uncovered(self, name: str, known: int, mature: int) -> PartResult:
        least = self.spec.minimum_label_coverage
        sentence = f"{known} of {mature} mature rows have a label, a share of {least:g} is needed"
        why = Reason("label-coverage", sentence)
        counts = (("labelled", known), ("rows", mature))
        return PartResult(name, Verdict.INCONCLUSIVE, why.sentence, why.code, counts=counts)

    def _compared(self, name: str, sample: Sample, mature: int) -> Comparison | PartResult:
        value = estimate_of(self.metric, sample)
        if not math.isfinite(value):
            undefined = Reason("undefined-metric", f"`{self.metric.name}` is undefined")
            return unmeasured_part(name, undefined)
        counts = dict(sample.counts) | {"mature": mature}
        method, bounds_at = _difference(self.metric, sample, self.reference.sample, self.seed)
        margin = self.spec.margin
        return Comparison(
            name,
            value - self.reference.value,
            method,
            bounds_at,
            at_least(-margin) if self.metric.higher_is_better else at_most(margin),
            tuple(sorted(counts.items())),
            self._few(sample),
        )

    def _needs(self) -> tuple[tuple[str, int], ...]:
        return self.metric.needs if self.spec.decide == "bound" else self.metric.point_needs

    def _few(self, sample: Sample) -> Reason | None:
        needs = self._needs()
        of_reference = too_few(self.spec, needs, self.reference.sample.counts)
        if of_reference is not None:
            return Reason(of_reference.code, f"reference: {of_reference.sentence}")
        return too_few(self.spec, needs, sample.counts)


def _difference(
    metric: Metric, now: Sample, before: Sample, seed: int
) -> tuple[str, Callable[[float], Bounds]]:
    """Return the unpaired interval of the metric now minus before, at any level."""
    if metric.name in _SHARES:
        ours, theirs = _share(metric, now), _share(metric, before)
        return "newcombe", lambda level: stats.newcombe(ours, theirs, level=level)
    if metric.name == "roc-auc":
        return "delong-unpaired", lambda level: _of_areas(now, before, level)
    first, second = statistic(metric, now), statistic(metric, before)

    @cache
    def resampled(level: float) -> Bounds:
        found = stats.unpaired_bootstrap(first, second, seed=seed, level=level)
        return found if math.isfinite(found.upper - found.lower) else _silent(level)

    def _silent(level: float) -> Bounds:
        """Return the interval where both windows are the same in all resamples."""
        ours, theirs = (_alike.bounds_of(metric, each, level) for each in (now, before))
        return stats.mover_difference(first.value(), ours, second.value(), theirs)

    return "bootstrap-unpaired", resampled


def _share(metric: Metric, sample: Sample) -> stats.Share:
    if metric.name == "accuracy":
        right = float((sample.labels == sample.outputs).sum())
        return stats.Share(right, float(sample.labels.size))
    among = sample.labels if _SHARES[metric.name] == "labels" else sample.outputs
    return stats.Share(float((sample.labels * sample.outputs).sum()), float(among.sum()))


def _of_areas(now: Sample, before: Sample, level: float) -> Bounds:
    ours, theirs = (stats.delong(each.labels, each.outputs, level=level) for each in (now, before))
    return stats.mover_difference(ours.area, ours.bounds, theirs.area, theirs.bounds)


def _alarms(spec: ConceptDrift, log: _Log, now: datetime) -> dict[str, float]:
    """Count the alarms of the detectors on the errors of mature rows, in order of time."""
    if not spec.detectors:
        return {}
    end = now - timedelta(days=spec.label_delay_days)
    labels = log.labels.tolist()
    places = [n for n, time in enumerate(log.times) if time <= end and not math.isnan(labels[n])]
    places.sort(key=log.times.__getitem__)
    rows = picked(log.rows, places)
    classes = binary_classes(rows, log.threshold)
    if isinstance(classes, Reason) or isinstance(rows.labels, Reason) or not places:
        return {}
    errors = stats.vector((rows.labels != classes).astype(float))
    return {f"{name}Alarms": float(_count(name, errors)) for name in spec.detectors}


def _count(name: str, errors: FloatVector) -> int:
    match name:
        case "adwin":
            return stats.adwin_alarms(errors).size
        case "ddm":
            return stats.ddm_alarms(errors).size
        case _:
            return stats.page_hinkley_alarms(errors).size


def conclude(spec: ConceptDrift, require: str, found: Followed) -> GateResult:
    """Return the verdict on all windows, the oldest first."""
    compared = [each for each in found.windows if isinstance(each, Comparison)]
    verdicts = iter(judged(spec, compared))
    parts: Sequence[PartResult] = [
        next(verdicts) if isinstance(each, Comparison) else each for each in found.windows
    ]
    worse = lowest if METRICS[spec.metric].higher_is_better else beyond({})
    result = of_parts(spec, require, parts, metric=spec.metric, facts=found.facts, worse=worse)
    return replace(result, valid_until=found.valid_until)
