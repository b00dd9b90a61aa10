"""How far scores are from what comes true, and what follows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Reason
from mlspec.gates._binary import binary_labels, probabilities
from mlspec.gates._claims import Comparison, judged, within
from mlspec.gates._decide import concluded
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._parts import of_parts
from mlspec.gates._sample import POINT_NEEDS, too_few
from mlspec.printable import counted

if TYPE_CHECKING:
    from mlspec.evidence import GateResult, Interval
    from mlspec.gates._calibration_spec import Calibration
    from mlspec.gates._port import GateInputs
    from mlspec.stats import Bounds, FloatVector, Recalibration, ReliabilityBin

__all__ = ["Scored", "conclude", "scored"]

_NEEDS = (("rows", 1000), ("positives", 30), ("negatives", 30))
_BIN_ROWS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Labels of both classes, and probabilities that differ."""

    labels: FloatVector
    scores: FloatVector
    digests: tuple[str, ...]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return how many rows there are of which class."""
        rows, positives = int(self.labels.size), int(self.labels.sum())
        return (("negatives", rows - positives), ("positives", positives), ("rows", rows))


def scored(inputs: GateInputs) -> Scored | Reason:
    """Return labels and scores, or why calibration is not defined on them."""
    rows = inputs.challenger
    if isinstance(rows, Reason):
        return rows
    labels, scores = binary_labels(rows, both=True), probabilities(rows)
    if isinstance(labels, Reason):
        return labels
    if isinstance(scores, Reason):
        return scores
    if scores.min() == scores.max():
        return Reason("constant-scores", f"all {scores.size} scores are {scores[0]:.6g}")
    return Scored(labels, scores, rows.digests)


def conclude(spec: Calibration, require: str, found: Scored) -> GateResult:
    """Return the verdict on one number, or on every bin for the largest gap."""
    edges = _edges(spec, found.scores)
    if spec.metric == "mce":
        return _by_bins(spec, require, found, edges)
    measured = _measured(spec, found, edges)
    return concluded(spec, require, measured, within(*_range(spec)), metric=spec.metric)


def _range(spec: Calibration) -> tuple[float, float]:
    lowest = -math.inf if spec.at_least is None else spec.at_least
    return lowest, math.inf if spec.at_most is None else spec.at_most


def _edges(spec: Calibration, scores: FloatVector) -> tuple[float, ...]:
    if spec.binning == "equal-mass":
        return stats.equal_mass_edges(scores, bins=spec.bins)
    return stats.equal_width_edges(bins=spec.bins)


def _few(spec: Calibration, found: Scored) -> Reason | None:
    return too_few(spec, _NEEDS if spec.decide == "bound" else POINT_NEEDS, found.counts)


def _measured(spec: Calibration, found: Scored, edges: tuple[float, ...]) -> Measured | Reason:
    match spec.metric:
        case "ece":
            number = _ece(spec, found, edges)
        case "brier":
            number = _brier(spec, found, edges)
        case _:
            fit = stats.recalibration(found.labels, found.scores, level=level_of(spec))
            if fit.flaw is not None:
                return Reason("recalibration-undefined", f"no fit: {fit.flaw.replace('-', ' ')}")
            number = _coefficient(spec, fit)
    estimate, given, facts = number
    few = _few(spec, found)
    return Measured(
        spec.metric,
        rounded(estimate),
        interval=None if few else given,
        counts=found.counts,
        undecided=few,
        facts=tuple((name, rounded(value)) for name, value in sorted(facts.items())),
    )


def _coefficient(
    spec: Calibration, fit: Recalibration
) -> tuple[float, Interval | None, dict[str, float]]:
    of_slope = spec.metric == "slope"
    bounds = fit.slope_bounds if of_slope else fit.intercept_bounds
    facts = {"intercept": fit.intercept, "slope": fit.slope}
    return facts[spec.metric], interval("wald", bounds, level_of(spec)), facts


def _ece(
    spec: Calibration, found: Scored, edges: tuple[float, ...]
) -> tuple[float, Interval | None, dict[str, float]]:
    level = level_of(spec)
    error = stats.ece_interval(found.labels, found.scores, edges, level=level)
    facts = {"bins": len(edges) + 1.0, "noise": error.noise}
    return error.value, interval("bias-corrected", error.bounds, level), facts


def _brier(
    spec: Calibration, found: Scored, edges: tuple[float, ...]
) -> tuple[float, Interval | None, dict[str, float]]:
    level, seed = level_of(spec), stats.seed_from(found.digests, spec.id)
    statistic = stats.statistic("brier", found.labels, found.scores)
    bounds = stats.percentile_bootstrap(statistic, seed=seed, level=level)
    parts = stats.brier_parts(found.labels, found.scores, edges)
    facts = {
        "bins": len(edges) + 1.0,
        "reliability": parts.reliability,
        "resolution": parts.resolution,
        "uncertainty": parts.uncertainty,
    }
    return statistic.value(), interval("bootstrap-percentile", bounds, level), facts


def _by_bins(
    spec: Calibration, require: str, found: Scored, edges: tuple[float, ...]
) -> GateResult:
    """Judge the gap of every bin; the largest is told first."""
    few = _few(spec, found)
    bins = stats.reliability(found.labels, found.scores, edges, level=0.5)
    comparisons = [_gap(spec, each, few) for each in bins]
    parts = judged(spec, comparisons)
    parts.sort(key=lambda part: -abs(part.estimate or 0.0))
    largest = stats.mce(found.labels, found.scores, edges).value()
    facts = (("bins", float(len(bins))), ("mce", rounded(largest)))
    return of_parts(spec, require, parts, metric=spec.metric, facts=facts)


def _gap(spec: Calibration, each: ReliabilityBin, few: Reason | None) -> Comparison:
    def bounds_at(level: float) -> Bounds:
        share = each.positives.wilson(level=level)
        return stats.Bounds(each.mean_score - share.upper, each.mean_score - share.lower)

    rows = int(each.positives.trials)
    small = Reason("small-bin", f"it has {counted(rows, 'row')}, but {_BIN_ROWS} are needed")
    limit = spec.at_most or 0.0
    return Comparison(
        f"scores {each.lower:.6g} to {each.upper:.6g}",
        each.mean_score - each.positives.value,
        "wilson",
        bounds_at,
        within(-limit, limit),
        (("positives", int(each.positives.successes)), ("rows", rows)),
        few or (small if rows < _BIN_ROWS else None),
    )
