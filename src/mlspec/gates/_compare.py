"""One metric of two models on the same rows: the difference, and its paired interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Interval, Reason, Rows
from mlspec.gates import _alike
from mlspec.gates._copies import is_copy
from mlspec.gates._measure import Measured, estimate_of, interval, level_of, rounded
from mlspec.gates._sample import Sample, prepare, statistic, too_few

if TYPE_CHECKING:
    from mlspec.gates._metrics import Metric
    from mlspec.gates._port import GateInputs
    from mlspec.gates._spec import GateSpecBase

__all__ = ["compare", "difference_interval", "fewest", "needs_of", "pair_of", "with_discordance"]

_BOOTSTRAP_NEEDS = (("rows", 200),)
_CLOSED_FORM = frozenset({"accuracy", "roc-auc"})


def compare(metric: Metric, spec: GateSpecBase, inputs: GateInputs) -> Measured | Reason:
    """Return the difference of a metric, challenger minus champion, with its interval."""
    pair = pair_of(metric, inputs)
    if isinstance(pair, Reason):
        return pair
    ours, theirs = pair
    values = estimate_of(metric, ours), estimate_of(metric, theirs)
    if not all(map(math.isfinite, values)):
        return Reason("undefined-metric", f"`{metric.name}` is undefined on these rows")
    counts = fewest(ours, theirs)
    few = too_few(spec, needs_of(metric, spec), counts)
    seed = stats.seed_from(_digests(inputs), spec.id)
    return Measured(
        metric.name,
        rounded(values[0] - values[1]),
        interval=None if few else difference_interval(metric, pair, level_of(spec), seed),
        counts=with_discordance(metric, pair, counts),
        undecided=few,
        facts=_facts(metric, pair, values, unpinned=len(inputs.unpinned)),
    )


def pair_of(metric: Metric, inputs: GateInputs) -> tuple[Sample, Sample] | Reason:
    """Return what the metric reads of challenger and champion, or why they are not compared."""
    challenger, champion = inputs.challenger, inputs.champion
    if isinstance(challenger, Reason):
        return challenger
    if isinstance(champion, Reason):
        return champion
    ours = prepare(metric, challenger, inputs.positive_threshold)
    theirs = prepare(metric, champion, inputs.positive_threshold)
    if isinstance(ours, Reason):
        return ours
    if isinstance(theirs, Reason):
        return Reason(theirs.code, f"champion: {theirs.sentence}")
    if _identical(challenger, champion):
        sentence = "champion and challenger predict the same on every row"
        return Reason("identical-predictions", sentence)
    return ours, theirs


def _identical(challenger: Rows, champion: Rows) -> bool:
    """Tell whether one model seems to have been evaluated twice; scores tell more than classes.

    Outputs that were rounded on one side are the same ones.
    """
    for ours, theirs in (
        (challenger.scores, champion.scores),
        (challenger.predictions, champion.predictions),
    ):
        if ours is None or theirs is None:
            continue
        if not isinstance(ours, Reason) and not isinstance(theirs, Reason):
            return is_copy(ours, theirs)
    return False


def needs_of(metric: Metric, spec: GateSpecBase) -> tuple[tuple[str, int], ...]:
    """Return the counts below which a difference is not decided on."""
    if spec.decide == "point":
        return metric.point_needs
    return metric.needs if metric.name in _CLOSED_FORM else _BOOTSTRAP_NEEDS + metric.needs


def fewest(ours: Sample, theirs: Sample) -> tuple[tuple[str, int], ...]:
    """Return the smaller of the counts of both samples."""
    others = dict(theirs.counts)
    return tuple((name, min(count, others.get(name, count))) for name, count in ours.counts)


def _digests(inputs: GateInputs) -> tuple[str, ...]:
    return () if isinstance(inputs.champion, Reason) else inputs.champion.digests


def difference_interval(
    metric: Metric, pair: tuple[Sample, Sample], level: float, seed: int
) -> Interval | None:
    """Return the paired interval of the difference, None where there is none."""
    ours, theirs = pair
    if metric.name == "accuracy":
        pairs = stats.discordance(ours.labels, ours.outputs, theirs.outputs)
        return interval("paired-score", stats.paired_score(pairs, level=level), level)
    if metric.name == "roc-auc":
        areas = stats.delong_difference(ours.labels, ours.outputs, theirs.outputs, level=level)
        return interval(_of_areas(areas), areas.bounds, level)
    first, second = statistic(metric, ours), statistic(metric, theirs)
    bounds = stats.paired_bootstrap(first, second, seed=seed, level=level)
    found = interval("bootstrap-paired", bounds, level)
    return found or interval(_alike.METHOD, _alike.difference_bounds(metric, pair, level), level)


def _of_areas(areas: stats.AucDifference) -> str:
    """Name the interval of a difference of areas."""
    if areas.alike:
        return _alike.METHOD
    return "square-and-add" if areas.degenerate else "delong-paired"


def with_discordance(
    metric: Metric, pair: tuple[Sample, Sample], counts: tuple[tuple[str, int], ...]
) -> tuple[tuple[str, int], ...]:
    """Return the counts, those of rows on which one model alone is right among them."""
    if metric.name != "accuracy":
        return counts
    pairs = stats.discordance(pair[0].labels, pair[0].outputs, pair[1].outputs)
    only = (("onlyChallengerRight", pairs.only_first), ("onlyChampionRight", pairs.only_second))
    return tuple(sorted((*counts, *only)))


def _facts(
    metric: Metric, pair: tuple[Sample, Sample], values: tuple[float, float], *, unpinned: int
) -> tuple[tuple[str, float], ...]:
    facts = {"challenger": rounded(values[0]), "champion": rounded(values[1])}
    if unpinned:
        facts["unpinnedFiles"] = float(unpinned)
    if metric.name == "accuracy":
        pairs = stats.discordance(pair[0].labels, pair[0].outputs, pair[1].outputs)
        facts["mcnemarP"] = rounded(stats.mcnemar_exact(pairs), 6)
    return tuple(sorted(facts.items()))
