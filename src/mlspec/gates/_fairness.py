"""Disparities between groups: which rows and groups are compared, and what follows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.evidence import PartResult, Reason, Verdict, shown
from mlspec.gates._binary import binary_classes, binary_labels, probabilities
from mlspec.gates._claims import judged
from mlspec.gates._disparity import Disparities, Outcomes, compared, joined
from mlspec.gates._fairness_spec import reference_among
from mlspec.gates._groups import group_frame, grouping
from mlspec.gates._parts import of_parts, unmeasured_part
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from mlspec.evidence import Frame, GateResult, Rows
    from mlspec.gates._fairness_spec import Fairness
    from mlspec.gates._groups import Grouping
    from mlspec.gates._port import GateInputs

__all__ = ["conclude", "disparities"]

_MOST_LARGE = 40
"""Groups that are compared: their pairs are parts of the record."""
_MOST_GROUPS = 1000
_PAIR = 2


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
    found = joined([_by_columns(spec, outcomes, frame, each) for each in _crossings(columns, spec)])
    few = too_few(spec, (("rows", 0),), (("rows", int(outcomes.classes.size)),))
    undecided = (replace(each, undecided=few) for each in found.comparisons)
    return found if few is None else replace(found, comparisons=tuple(undecided))


def _crossings(columns: list[str], spec: Fairness) -> list[list[str]]:
    """Return which columns part the rows: each alone, and all together where asked for."""
    together = [columns] if spec.intersections else []
    return [[each] for each in columns] + together


def _outcomes(spec: Fairness, rows: Rows, threshold: float | None) -> Outcomes | Reason:
    if spec.metric == "calibration-error":
        labels, scores = binary_labels(rows), probabilities(rows)
        if isinstance(labels, Reason):
            return labels
        return scores if isinstance(scores, Reason) else Outcomes(labels, labels, scores)
    classes = binary_classes(rows, threshold)
    if isinstance(classes, Reason):
        return classes
    labels = classes if spec.metric.startswith("selection") else binary_labels(rows)
    if isinstance(labels, Reason):
        return labels
    if spec.favourable == "negative":
        classes, labels = 1 - classes, 1 - labels
    return Outcomes(classes, labels, classes)


def _by_columns(
    spec: Fairness, outcomes: Outcomes, frame: Frame, columns: list[str]
) -> Disparities:
    parted = _parted(spec, frame, columns)
    if isinstance(parted, Reason):
        return Disparities((), (), (unmeasured_part(" & ".join(columns), parted),), 0)
    return compared(spec, outcomes, parted)


def _parted(spec: Fairness, frame: Frame, columns: list[str]) -> Grouping | Reason:
    """Return groups that can be compared."""
    parted = grouping(frame, columns)
    if isinstance(parted, Reason):
        return parted
    names, reference = parted.names, reference_among(spec, parted.title)
    if len(names) < _PAIR:
        return Reason("single-group", f"all rows are of the group {shown(names[0])}")
    large = sum(rows >= spec.minimum_group_rows for rows in Counter(parted.codes.tolist()).values())
    if large > _MOST_LARGE or len(names) > _MOST_GROUPS:
        most = f"more than {_MOST_LARGE}, or {_MOST_GROUPS} with small ones"
        return Reason("too-many-groups", f"there are {len(names)} groups, {most}")
    if reference is not None and reference not in names:
        return Reason("reference-group-missing", f"no row is of the group {shown(reference)}")
    return parted


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
