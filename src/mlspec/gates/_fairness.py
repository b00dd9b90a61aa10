"""Disparities between groups: shares of each, every comparison, and what follows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import PartResult, Reason, Verdict, shown
from mlspec.gates._binary import binary_classes, binary_labels, probabilities
from mlspec.gates._claims import Comparison, judged, within
from mlspec.gates._decide import at_most
from mlspec.gates._groups import group_frame, grouping
from mlspec.gates._parts import of_parts, unmeasured_part
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mlspec.evidence import Frame, GateResult, Rows
    from mlspec.gates._fairness_spec import Fairness
    from mlspec.gates._groups import Grouping
    from mlspec.gates._port import GateInputs
    from mlspec.stats import Bounds, FloatVector, Share

__all__ = ["Disparities", "conclude", "disparities"]

_RATES = {
    "selection-rate-ratio": ("selection rate",),
    "selection-rate-difference": ("selection rate",),
    "equal-opportunity": ("true positive rate",),
    "equalised-odds": ("true positive rate", "false positive rate"),
}
_LABEL_OF = {"true positive rate": 1.0, "false positive rate": 0.0}
_NOBODY = Reason("undefined-group", "the ratio is 0/0: nobody of either group is selected")
_MOST_LARGE = 40
"""Groups that are compared: their pairs are parts of the record."""
_MOST_GROUPS = 1000
_CALIBRATION_ROWS = 200
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Disparities:
    """All comparisons, the groups too small to be compared, and what could not be measured."""

    comparisons: tuple[Comparison, ...]
    small: tuple[PartResult, ...]
    unmeasured: tuple[PartResult, ...]
    largest: int
    """Number of groups of the column that has most and compares every two of them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Outcomes:
    """What the model did: classes (1 is favourable), labels and scores as far as they are read."""

    classes: FloatVector
    labels: FloatVector
    scores: FloatVector


@dataclass(frozen=True, slots=True)
class _Member:
    """One group with its share of one rate."""

    name: str
    share: Share


def disparities(spec: Fairness, inputs: GateInputs) -> Disparities | Reason:
    """Return the comparisons of all columns, or why there is none."""
    rows = inputs.challenger
    if isinstance(rows, Reason):
        return rows
    outcomes = _outcomes(spec, rows, inputs.positive_threshold)
    if isinstance(outcomes, Reason):
        return outcomes
    columns = [each.column for each in spec.groups]
    frame = group_frame(inputs, rows, spec.source, spec.key, columns)
    if isinstance(frame, Reason):
        return frame
    found = _joined(
        [_by_columns(spec, outcomes, frame, each) for each in _crossings(columns, spec)]
    )
    few = too_few(spec, (("rows", 0),), (("rows", len(rows.keys)),))
    undecided = (replace(each, undecided=few) for each in found.comparisons)
    return found if few is None else replace(found, comparisons=tuple(undecided))


def _crossings(columns: list[str], spec: Fairness) -> list[list[str]]:
    """Return which columns part the rows: each alone, and all together where asked for."""
    together = [columns] if spec.intersections else []
    return [[each] for each in columns] + together


def _outcomes(spec: Fairness, rows: Rows, threshold: float) -> _Outcomes | Reason:
    if spec.metric == "calibration-error":
        labels, scores = binary_labels(rows), probabilities(rows)
        if isinstance(labels, Reason):
            return labels
        return scores if isinstance(scores, Reason) else _Outcomes(labels, labels, scores)
    classes = binary_classes(rows, threshold)
    if isinstance(classes, Reason):
        return classes
    labels = classes if spec.metric.startswith("selection") else binary_labels(rows)
    if isinstance(labels, Reason):
        return labels
    if spec.favourable == "negative":
        classes, labels = 1 - classes, 1 - labels
    return _Outcomes(classes, labels, classes)


def _by_columns(
    spec: Fairness, outcomes: _Outcomes, frame: Frame, columns: list[str]
) -> Disparities:
    parted = _parted(spec, frame, columns)
    if isinstance(parted, Reason):
        return Disparities((), (), (unmeasured_part(" & ".join(columns), parted),), 0)
    if spec.metric == "calibration-error":
        return _calibrations(spec, outcomes, parted)
    rates = _RATES[spec.metric]
    return _joined([_of_rate(spec, outcomes, parted, each) for each in rates])


def _parted(spec: Fairness, frame: Frame, columns: list[str]) -> Grouping | Reason:
    """Return groups that can be compared."""
    parted = grouping(frame, columns)
    if isinstance(parted, Reason):
        return parted
    names, reference = parted.names, _reference(spec, parted)
    if len(names) < _PAIR:
        return Reason("single-group", f"all rows are of the group {shown(names[0])}")
    large = sum(rows >= spec.minimum_group_rows for rows in Counter(parted.codes.tolist()).values())
    if large > _MOST_LARGE or len(names) > _MOST_GROUPS:
        most = f"more than {_MOST_LARGE}, or {_MOST_GROUPS} with small ones"
        return Reason("too-many-groups", f"there are {len(names)} groups, {most}")
    if reference is not None and reference not in names:
        return Reason("reference-group-missing", f"no row is of the group {shown(reference)}")
    return parted


def _reference(spec: Fairness, parted: Grouping) -> str | None:
    """Return the group that others are compared with; of combinations, where all columns say it."""
    stated = {each.column: each.reference for each in spec.groups}
    if parted.title in stated:
        return stated[parted.title]
    references = list(stated.values())
    return None if None in references else " & ".join(each for each in references if each)


def _of_rate(spec: Fairness, outcomes: _Outcomes, parted: Grouping, rate: str) -> Disparities:
    """Compare one share of every two groups, or of each with the reference."""
    members: list[_Member] = []
    small: list[PartResult] = []
    basis = None if rate not in _LABEL_OF else outcomes.labels == _LABEL_OF[rate]
    for place, name in enumerate(parted.names):
        inside = parted.codes == place
        rows = int(inside.sum())
        kept = inside if basis is None else inside & basis
        share = stats.Share(float(outcomes.classes[kept].sum()), float(kept.sum()))
        few = _too_small(spec, rate, rows, int(share.trials))
        if few is None:
            members.append(_Member(name, share))
        else:
            small.append(_small(f"{parted.title}: {shown(name)}", few, rows, int(share.trials)))
    return _compared(spec, parted, rate, members, small)


def _too_small(spec: Fairness, rate: str, rows: int, trials: int) -> Reason | None:
    floors = {
        "true positive rate": (spec.minimum_group_positives, "rows with the favourable label"),
        "false positive rate": (spec.minimum_group_negatives, "rows with the other label"),
    }
    needed = spec.minimum_group_rows
    if not trials:
        return Reason("undefined-group", f"its {rate} is 0/0")
    if rows < needed:
        return Reason("small-group", f"it has {rows} rows, but {needed} are needed")
    floor, what = floors.get(rate, (0, ""))
    if trials < floor:
        return Reason("small-group", f"it has {trials} {what}, but {floor} are needed")
    return None


def _small(name: str, reason: Reason, rows: int, trials: int) -> PartResult:
    undefined = reason.code == "undefined-group"
    verdict = Verdict.NOT_EVALUATED if undefined else Verdict.INCONCLUSIVE
    counts = (("rows", rows), ("trials", trials))
    return PartResult(name, verdict, reason.sentence, reason.code, counts=counts)


def _compared(
    spec: Fairness,
    parted: Grouping,
    rate: str,
    members: Sequence[_Member],
    small: Sequence[PartResult],
) -> Disparities:
    reference = _reference(spec, parted)
    word = f" {rate}" if spec.metric == "equalised-odds" else ""
    comparisons: list[Comparison] = []
    missing: list[PartResult] = []
    for lower, higher in _pairs(members, reference):
        title = f"{parted.title}{word}: {shown(lower.name)} / {shown(higher.name)}"
        if spec.metric == "selection-rate-ratio" and not higher.share.successes:
            missing.append(unmeasured_part(title, _NOBODY))
        else:
            comparisons.append(_comparison(spec, title, lower.share, higher.share))
    if not comparisons and not missing:
        sentence = f"fewer than two groups of {shown(parted.title)} are large enough"
        missing = [unmeasured_part(parted.title, Reason("single-group", sentence))]
    largest = len(members) if reference is None else 0
    return Disparities(tuple(comparisons), tuple(small), tuple(missing), largest)


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


def _calibrations(spec: Fairness, outcomes: _Outcomes, parted: Grouping) -> Disparities:
    """Judge the calibration error inside each group."""
    comparisons: list[Comparison] = []
    small: list[PartResult] = []
    needed = max(spec.minimum_group_rows, _CALIBRATION_ROWS)
    for place, name in enumerate(parted.names):
        inside = parted.codes == place
        labels, scores = outcomes.labels[inside], outcomes.scores[inside]
        title = f"{parted.title}: {shown(name)}"
        if labels.size < needed:
            few = Reason("small-group", f"it has {labels.size} rows, but {needed} are needed")
            small.append(_small(title, few, labels.size, labels.size))
        else:
            comparisons.append(_calibration(spec, title, labels, scores))
    return Disparities(tuple(comparisons), tuple(small), (), 0)


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


def _joined(found: Sequence[Disparities]) -> Disparities:
    return Disparities(
        tuple(each for one in found for each in one.comparisons),
        tuple(each for one in found for each in one.small),
        tuple(each for one in found for each in one.unmeasured),
        max((one.largest for one in found), default=0),
    )


def conclude(spec: Fairness, require: str, found: Disparities) -> GateResult:
    """Return the verdict on all comparisons; small groups are among them, or only listed."""
    listed = spec.small_groups == "report"
    parts = [*judged(spec, found.comparisons), *found.unmeasured]
    parts.sort(key=lambda each: _extremity(spec, each))
    deciding = parts if listed else [*parts, *found.small]
    facts = {"comparisons": len(found.comparisons), "smallGroups": len(found.small)}
    result = of_parts(
        spec,
        require,
        deciding,
        metric=spec.metric,
        facts=tuple((name, float(count)) for name, count in sorted(facts.items())),
    )
    if result.verdict is not Verdict.PASS and found.largest > _PAIR:
        result = replace(result, reason=f"{result.reason}; {_bias(found)}")
    return replace(result, parts=(*parts, *found.small))


def _extremity(spec: Fairness, part: PartResult) -> float:
    """Order parts so that the largest disparity is told first."""
    if part.estimate is None:
        return 0.0
    return part.estimate if spec.metric == "selection-rate-ratio" else -part.estimate


def _bias(found: Disparities) -> str:
    return (
        f"the lowest and highest of {found.largest} groups differ by chance too, so a fail is "
        f"claimed on bounds that Holm adjusted for {len(found.comparisons)} comparisons"
    )
