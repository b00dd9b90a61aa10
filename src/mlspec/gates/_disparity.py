"""Shares and calibration errors of groups, and every comparison of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import PartResult, Reason, Verdict, shown
from mlspec.gates._claims import Comparison, within
from mlspec.gates._decide import at_most
from mlspec.gates._fairness_spec import RATES, reference_among
from mlspec.gates._parts import unmeasured_part
from mlspec.printable import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mlspec.gates._fairness_spec import Fairness
    from mlspec.gates._groups import Grouping
    from mlspec.stats import Bounds, FloatVector, Share

__all__ = ["Disparities", "Outcomes", "compared", "joined"]

_LABEL_OF = {"true positive rate": 1.0, "false positive rate": 0.0}
_CHOSEN = frozenset({"selection rate", "true positive rate"})
"""Rates that are 0 in all groups where the model gives nobody what people want."""
_NOBODY = Reason("nobody-selected", "the ratio is 0/0: nobody of either group is selected")
_POINT_ROWS = 30
_CALIBRATION_ROWS = 200


@dataclass(frozen=True, slots=True)
class Disparities:
    """All comparisons, the groups too small to be compared, and what could not be measured.

    What is small is left out where the gate only reports it; what is unmeasured always decides.
    """

    comparisons: tuple[Comparison, ...]
    small: tuple[PartResult, ...]
    unmeasured: tuple[PartResult, ...]
    largest: int
    """Number of groups of the column that has most and compares every two of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What the model did: classes (1 is favourable), labels and scores as far as they are read."""

    classes: FloatVector
    labels: FloatVector
    scores: FloatVector


@dataclass(frozen=True, slots=True)
class _Member:
    """One group with its share of one rate, and how many rows it has whatever their label."""

    name: str
    share: Share
    rows: int


def compared(spec: Fairness, outcomes: Outcomes, parted: Grouping) -> Disparities:
    """Return what the metric compares between, or judges inside, the groups."""
    if spec.metric == "calibration-error":
        return _calibrations(spec, outcomes, parted)
    return joined([_of_rate(spec, outcomes, parted, each) for each in RATES[spec.metric]])


def _of_rate(spec: Fairness, outcomes: Outcomes, parted: Grouping, rate: str) -> Disparities:
    """Compare one share of every two groups, or of each with the reference."""
    members: list[_Member] = []
    left_out: list[PartResult] = []
    basis = None if rate not in _LABEL_OF else outcomes.labels == _LABEL_OF[rate]
    title = _titled(spec, parted, rate)
    for place, name in enumerate(parted.names):
        inside = parted.codes == place
        rows = int(inside.sum())
        kept = inside if basis is None else inside & basis
        share = stats.Share(float(outcomes.classes[kept].sum()), float(kept.sum()))
        few = _too_small(spec, rate, rows, int(share.trials))
        if few is None:
            members.append(_Member(name, share, rows))
        else:
            left_out.append(_small(f"{title}: {shown(name)}", few, rows, int(share.trials)))
    return _of_pairs(spec, parted, rate, members, left_out)


def _too_small(spec: Fairness, rate: str, rows: int, trials: int) -> Reason | None:
    """Return why a group is not compared: too few rows, or a share that is 0/0 all the same."""
    floors = {
        "selection rate": (0, "rows"),
        "true positive rate": (spec.minimum_group_positives, "rows with the favourable label"),
        "false positive rate": (spec.minimum_group_negatives, "rows with the other label"),
    }
    least = _POINT_ROWS if spec.decide == "point" else 0
    needed = max(spec.minimum_group_rows, least)
    if rows < needed:
        return Reason("small-group", f"it has {counted(rows, 'row')}, but {needed} are needed")
    if not trials:
        return Reason("undefined-group", f"its {rate} is 0/0")
    stated, what = floors[rate]
    floor = max(stated, least)
    if trials < floor:
        return Reason("small-group", f"it has {trials} {what}, but {floor} are needed")
    return None


def _small(name: str, reason: Reason, rows: int, trials: int) -> PartResult:
    undefined = reason.code == "undefined-group"
    verdict = Verdict.NOT_EVALUATED if undefined else Verdict.INCONCLUSIVE
    counts = (("rows", rows), ("trials", trials))
    return PartResult(name, verdict, reason.sentence, reason.code, counts=counts)


def _of_pairs(
    spec: Fairness,
    parted: Grouping,
    rate: str,
    members: Sequence[_Member],
    left_out: Sequence[PartResult],
) -> Disparities:
    reference = reference_among(spec, parted.title)
    missing, small = _parted(left_out, lambda each: each.verdict is Verdict.NOT_EVALUATED)
    found = _compared(spec, parted, rate, members)
    if not found and not missing:
        missing = [_nothing_compared(parted, reference)]
    return Disparities(
        tuple(each for each in found if isinstance(each, Comparison)),
        tuple(small),
        (*missing, *(each for each in found if isinstance(each, PartResult))),
        len(members) if reference is None else 0,
    )


def _parted(
    parts: Sequence[PartResult], holds: Callable[[PartResult], bool]
) -> tuple[list[PartResult], list[PartResult]]:
    """Return the parts of which something holds, and the others."""
    return [each for each in parts if holds(each)], [each for each in parts if not holds(each)]


def _compared(
    spec: Fairness, parted: Grouping, rate: str, members: Sequence[_Member]
) -> list[Comparison | PartResult]:
    pairs = _pairs(members, reference_among(spec, parted.title))
    found = [_pair(spec, parted, rate, pair) for pair in pairs]
    is_chosen = any(each.share.successes for each in members)
    return [_nobody(parted, rate)] if found and rate in _CHOSEN and not is_chosen else found


def _pair(
    spec: Fairness, parted: Grouping, rate: str, pair: tuple[_Member, _Member]
) -> Comparison | PartResult:
    """Compare two groups, the one with the lower share first."""
    lower, higher = pair
    title = f"{_titled(spec, parted, rate)}: {shown(lower.name)} / {shown(higher.name)}"
    if spec.metric == "selection-rate-ratio" and not higher.share.successes:
        return unmeasured_part(title, _NOBODY)
    found = _comparison(spec, title, lower.share, higher.share)
    if rate not in _LABEL_OF:
        return found
    rows = (("higherRows", higher.rows), ("lowerRows", lower.rows))
    return replace(found, counts=tuple(sorted((*found.counts, *rows))))


def _titled(spec: Fairness, parted: Grouping, rate: str) -> str:
    """Name the columns, and the rate where there are two."""
    return f"{parted.title} {rate}" if len(RATES[spec.metric]) > 1 else parted.title


def _nothing_compared(parted: Grouping, reference: str | None) -> PartResult:
    """Return that a column has no comparison; it decides, however small its groups are."""
    if reference is None:
        sentence = f"fewer than two groups of {shown(parted.title)} are large enough"
    else:
        sentence = f"{shown(reference)} or every other group of {shown(parted.title)} is too small"
    return unmeasured_part(parted.title, Reason("single-group", sentence))


def _nobody(parted: Grouping, rate: str) -> PartResult:
    """Return that shares which are all 0 say nothing: whoever always says no has them."""
    sentence = f"the {rate} of every group is 0: nobody is selected"
    return unmeasured_part(parted.title, Reason("nobody-selected", sentence))


def _pairs(members: Sequence[_Member], reference: str | None) -> Iterator[tuple[_Member, _Member]]:
    """Yield the groups to compare, of each two the one with the lower share first."""
    for first, second in combinations(members, 2):
        if reference is None or reference in (first.name, second.name):
            swapped = first.share.value > second.share.value
            yield (second, first) if swapped else (first, second)


def _comparison(spec: Fairness, title: str, lower: Share, higher: Share) -> Comparison:
    counts = (
        ("higherSelected", int(higher.successes)),
        ("higherTrials", int(higher.trials)),
        ("lowerSelected", int(lower.successes)),
        ("lowerTrials", int(lower.trials)),
    )
    if spec.metric == "selection-rate-ratio":
        limit, ratio = spec.at_least or 0.0, lower.value / higher.value
        interval_of = partial(stats.katz_log, lower, higher)
        bound, method = within(limit, 1 / limit), _ratio_method(lower, higher)
        return Comparison(title, ratio, method, _at(interval_of), bound, counts)
    limit, difference = spec.at_most or 0.0, higher.value - lower.value
    interval_of = partial(stats.newcombe, higher, lower)
    return Comparison(
        title, difference, "newcombe", _at(interval_of), within(-limit, limit), counts
    )


def _at(interval_of: Callable[..., Bounds]) -> Callable[[float], Bounds]:
    return lambda level: interval_of(level=level)


def _ratio_method(lower: Share, higher: Share) -> str:
    """Name the interval that `katz_log` gives: its own needs a count and a variance above 0."""
    certain = lower.value == 1 and higher.value == 1
    return "mover-ratio" if certain or not lower.successes else "katz-log"


def _calibrations(spec: Fairness, outcomes: Outcomes, parted: Grouping) -> Disparities:
    """Judge the calibration error inside each group."""
    comparisons: list[Comparison] = []
    small: list[PartResult] = []
    needed = max(spec.minimum_group_rows, _CALIBRATION_ROWS)
    for place, name in enumerate(parted.names):
        inside = parted.codes == place
        labels, scores = outcomes.labels[inside], outcomes.scores[inside]
        title = f"{parted.title}: {shown(name)}"
        if labels.size < needed:
            few = Reason(
                "small-group", f"it has {counted(labels.size, 'row')}, but {needed} are needed"
            )
            small.append(_small(title, few, labels.size, labels.size))
        else:
            comparisons.append(_calibration(spec, title, labels, scores))
    alone = () if len(comparisons) > 1 else (_nothing_compared(parted, None),)
    return Disparities(tuple(comparisons), tuple(small), alone, 0)


def _calibration(
    spec: Fairness, title: str, labels: FloatVector, scores: FloatVector
) -> Comparison:
    edges = stats.equal_mass_edges(scores)

    def bounds_at(level: float) -> Bounds:
        return stats.ece_interval(labels, scores, edges, level=level).bounds

    value = stats.ece(labels, scores, edges).value()
    counts = (("positives", int(labels.sum())), ("rows", int(labels.size)))
    bound = at_most(spec.at_most or 0.0)
    return Comparison(title, value, "bias-corrected", bounds_at, bound, counts)


def joined(found: Sequence[Disparities]) -> Disparities:
    """Return several as one."""
    return Disparities(
        tuple(each for one in found for each in one.comparisons),
        tuple(each for one in found for each in one.small),
        tuple(each for one in found for each in one.unmeasured),
        max((one.largest for one in found), default=0),
    )
