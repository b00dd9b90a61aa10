"""Two arms of an experiment: how they differ, at one look or at several."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Interval, Reason
from mlspec.gates._copies import is_copy
from mlspec.gates._looks import LEAST_RATIO_P
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.gates._looks import Looks
    from mlspec.gates._spec import GateSpecBase
    from mlspec.stats import Bounds, FloatVector, Share

__all__ = [
    "Look",
    "arm_counts",
    "difference_of_shares",
    "difference_of_values",
    "look_at",
    "ratio_of_shares",
]

_NEEDS = (("rows", 30),)
"""Trials of the smaller arm below which no method here holds what it says."""
_HIGHEST_Z = 8.0
_MOST_TIES = 0.25


@dataclass(frozen=True, slots=True)
class Look:
    """What holds at this look: the p of the planned shares, and the level of an interval.

    `too_early` says why no error may be spent yet.
    """

    sample_ratio_p: float
    level: float
    too_early: Reason | None = None

    def judged(self, measured: Measured) -> Measured:
        """Return the number with what this look says of it."""
        facts = (*measured.facts, ("sampleRatioP", self.sample_ratio_p))
        return replace(measured, facts=facts, undecided=measured.undecided or self.too_early)


def look_at(
    spec: GateSpecBase, looks: Looks | None, trials: Sequence[float], shares: Sequence[float]
) -> Look | Reason:
    """Return what holds at this look, or why the arms do not compare.

    Args:
        spec: the gate, whose confidence holds over all looks together.
        looks: how often there is a look; None for once.
        trials: the size of each arm.
        shares: the planned share of each arm, in any unit.
    """
    p = rounded(stats.sample_ratio_p(stats.vector(trials), stats.vector(shares)))
    if not p >= LEAST_RATIO_P:
        found = ", ".join(f"{each / sum(trials):.4g}" for each in trials)
        planned = ", ".join(f"{each / sum(shares):.4g}" for each in shares)
        sentence = f"the arms have shares of {found}, planned were {planned}: p = {p:.2g}"
        return Reason("sample-ratio-mismatch", sentence)
    if looks is None or looks.planned_trials is None:
        return Look(p, level_of(spec))
    return _spent(spec, looks, looks.planned_trials, sum(trials), p)


def _spent(
    spec: GateSpecBase, looks: Looks, planned: int, trials: float, p: float
) -> Look | Reason:
    """Return the look of a plan: its bound for |z| is the level of a repeated interval.

    Source: Jennison and Turnbull, JRSS B 51 (1989). More trials than planned are the last look.
    """
    fractions = [each / planned for each in (*looks.earlier_trials, min(trials, planned))]
    if len(fractions) > 1 and fractions[-2] >= fractions[-1]:
        last = looks.earlier_trials[-1]
        return Reason("looks-not-rising", f"there are {trials:g} trials, not more than {last}")
    bounds = stats.spending_bounds(fractions, level=level_of(spec), spending=looks.spending)
    bound = float(bounds[-1])
    if bound < _HIGHEST_Z:
        return Look(p, math.erf(bound / math.sqrt(2)))
    sentence = f"{trials:g} of {planned} trials are too few to spend any error on"
    return Look(p, level_of(spec), Reason("too-early", sentence))


def arm_counts(first: float, second: float) -> tuple[tuple[str, int], ...]:
    """Return the sizes of two arms for the record; `rows` is the smaller one, which limits."""
    sizes = (round(first), round(second))
    return (("baselineRows", sizes[1]), ("rows", min(sizes)), ("treatedRows", sizes[0]))


def difference_of_shares(
    spec: GateSpecBase, looks: Looks | None, first: Share, second: Share, level: float
) -> Measured:
    """Return first - second: Newcombe's interval, or a confidence sequence."""
    counts = arm_counts(first.trials, second.trials)
    few = too_few(spec, _NEEDS, counts)
    estimate = rounded(first.value - second.value)
    if looks is not None and looks.method == "msprt":
        scale = looks.effect_scale or 0.0
        found = stats.msprt_shares(first, second, scale=scale, level=level)
        ends, facts = _ends(spec, "msprt", found.bounds), (("msprtP", rounded(found.p)),)
        return Measured("difference-of-shares", estimate, ends, counts, few, facts)
    bounds = stats.newcombe(first, second, level=level)
    ends = _ends(spec, _named("newcombe", looks), bounds)
    return Measured("difference-of-shares", estimate, ends, counts, few)


def ratio_of_shares(
    spec: GateSpecBase, looks: Looks | None, first: Share, second: Share, level: float
) -> Measured | Reason:
    """Return first / second: given all events, those of the first arm are binomial."""
    counts = arm_counts(first.trials, second.trials)
    few = too_few(spec, _NEEDS, counts)
    if not second.successes > 0:
        return Reason("undefined-metric", "the baseline has no events, so there is no ratio to it")
    bounds = stats.poisson_ratio(
        stats.Events(first.successes, first.trials),
        stats.Events(second.successes, second.trials),
        level=level,
    )
    ends = _ends(spec, _named("conditional-binomial", looks), bounds)
    return Measured("ratio-of-shares", rounded(first.value / second.value), ends, counts, few)


def difference_of_values(
    spec: GateSpecBase,
    looks: Looks | None,
    arms: tuple[FloatVector, FloatVector],
    level: float,
) -> Measured | Reason:
    """Return by how much the first arm lies above the second: median shift, or difference of means.

    The shift is that of Hodges and Lehmann; what may be looked at any time is about means.
    """
    first, second = arms
    counts = arm_counts(first.size, second.size)
    if first.size == second.size and is_copy(first, second):
        return Reason("identical-arms", "both arms have the same values, row by row")
    few = too_few(spec, _NEEDS, counts)
    if looks is not None and looks.method == "msprt":
        found = stats.msprt_means(first, second, scale=looks.effect_scale or 0.0, level=level)
        mean = rounded(float(first.mean() - second.mean()))
        ends, facts = _ends(spec, "msprt", found.bounds), (("msprtP", rounded(found.p)),)
        few = few or _endless(ends)
        return Measured("difference-of-means", mean, ends, counts, few, facts)
    shift = stats.hodges_lehmann(first, second, level=level)
    ends = _ends(spec, _named("hodges-lehmann", looks), shift.bounds)
    p = rounded(stats.mann_whitney(first, second).p)
    undecided = few or _mostly_ties(first) or _mostly_ties(second) or _endless(ends)
    facts = (("mannWhitneyP", p),)
    return Measured("shift", rounded(shift.shift), ends, counts, undecided, facts)


def _endless(ends: Interval | None) -> Reason | None:
    if ends is not None:
        return None
    sentence = "the values are too few, or vary too little, for an interval at this look"
    return Reason("interval-undefined", sentence)


def _mostly_ties(values: FloatVector) -> Reason | None:
    share = stats.largest_tie(values)
    if share <= _MOST_TIES:
        return None
    sentence = f"{share:.0%} of the values of an arm are the same, which a median shift passes over"
    return Reason("mostly-ties", sentence)


def _named(method: str, looks: Looks | None) -> str:
    return method if looks is None else f"{method}-repeated"


def _ends(spec: GateSpecBase, method: str, bounds: Bounds) -> Interval | None:
    return interval(method, bounds, level_of(spec))
