"""One metric of one model: the number, and the interval that its method gives."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Interval, Reason
from mlspec.gates import _alike
from mlspec.gates._level import level_of, rounded
from mlspec.gates._sample import Sample, prepare, statistic, too_few

if TYPE_CHECKING:
    from mlspec.gates._metrics import Metric
    from mlspec.gates._port import GateInputs
    from mlspec.gates._spec import GateSpecBase
    from mlspec.stats import Bounds, FloatVector

__all__ = [
    "Measured",
    "estimate_of",
    "interval",
    "interval_of",
    "level_of",
    "measure",
    "rounded",
]

_CLIP = 1e-15


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that is there. `undecided` says why no verdict may rest on it all the same."""

    metric: str
    estimate: float
    interval: Interval | None = None
    counts: tuple[tuple[str, int], ...] = ()
    undecided: Reason | None = None
    facts: tuple[tuple[str, float], ...] = ()


def interval(method: str, bounds: Bounds, level: float) -> Interval | None:
    """Return the interval for the record, None where an end of it is infinite."""
    if not (math.isfinite(bounds.lower) and math.isfinite(bounds.upper)):
        return None
    return Interval(method, level, rounded(bounds.lower), rounded(bounds.upper))


def measure(metric: Metric, spec: GateSpecBase, inputs: GateInputs) -> Measured | Reason:
    """Compute a metric from the predictions, with the interval of its method."""
    if isinstance(inputs.challenger, Reason):
        return inputs.challenger
    sample = prepare(metric, inputs.challenger, inputs.positive_threshold)
    if isinstance(sample, Reason):
        return sample
    seed = stats.seed_from(inputs.challenger.digests, spec.id)
    return _measured(metric, spec, sample, seed)


def _measured(metric: Metric, spec: GateSpecBase, sample: Sample, seed: int) -> Measured | Reason:
    estimate = estimate_of(metric, sample)
    if not math.isfinite(estimate):
        return Reason("undefined-metric", f"`{metric.name}` is undefined on these rows")
    needs = metric.needs if spec.decide == "bound" else metric.point_needs
    few = too_few(spec, needs, sample.counts)
    return Measured(
        metric.name,
        rounded(estimate),
        interval=None if few else interval_of(metric, sample, level_of(spec), seed),
        counts=sample.counts,
        undecided=few,
        facts=(("clip", _CLIP),) if metric.name == "log-loss" else (),
    )


def estimate_of(metric: Metric, sample: Sample) -> float:
    """Return the metric of a sample, NaN where it is undefined."""
    if metric.name == "roc-auc":
        return stats.roc_auc(sample.labels, sample.outputs)
    return statistic(metric, sample).value()


def interval_of(metric: Metric, sample: Sample, level: float, seed: int) -> Interval | None:
    """Return the interval that the method of the metric gives, None where there is none."""
    labels, outputs = sample.labels, sample.outputs
    match metric.name:
        case "accuracy":
            return _proportion(int((labels == outputs).sum()), labels.size, level)
        case "precision":
            return _proportion(int((labels * outputs).sum()), int(outputs.sum()), level)
        case "recall":
            return _proportion(int((labels * outputs).sum()), int(labels.sum()), level)
        case "specificity":
            right = int(((1 - labels) * (1 - outputs)).sum())
            return _proportion(right, int((1 - labels).sum()), level)
        case "roc-auc":
            return _of_auc(labels, outputs, level)
        case _:
            return _resampled(metric, sample, level, seed)


def _of_auc(labels: FloatVector, outputs: FloatVector, level: float) -> Interval | None:
    auc = stats.delong(labels, outputs, level=level)
    method = "wilson-largest-variance" if auc.degenerate else "delong"
    return interval(method, auc.bounds, level)


def _resampled(metric: Metric, sample: Sample, level: float, seed: int) -> Interval | None:
    """Return the percentiles of resamples; where all agree, what unseen rows could do.

    The loss of probabilities that never err is not narrower than either.
    """
    bounds = stats.percentile_bootstrap(statistic(metric, sample), seed=seed, level=level)
    found = interval("bootstrap-percentile", bounds, level)
    if found is not None and not _alike.says_nothing(metric, sample):
        return found
    wide = interval(_alike.METHOD, _alike.bounds_of(metric, sample, level), level)
    return _wider(found, wide)


def _wider(found: Interval | None, other: Interval | None) -> Interval | None:
    """Return the interval that holds both, named by the one that has the higher end."""
    if found is None or other is None:
        return found or other
    named = max(found, other, key=lambda each: each.upper)
    lowest = min(found.lower, other.lower)
    return replace(named, lower=lowest)


def _proportion(successes: int, trials: int, level: float) -> Interval | None:
    return interval("wilson", stats.wilson(successes, trials, level=level), level)
