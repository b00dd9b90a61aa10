"""What a model decides alone, and what people decide: shares with their interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, Reason, shown
from mlspec.gates._binary import binary_classes, binary_labels, probabilities
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._outputs import unique_keys
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.evidence import Rows
    from mlspec.gates._human_review_spec import HumanReview
    from mlspec.gates._port import GateInputs
    from mlspec.gates._spec import GateSpecBase
    from mlspec.stats import FloatVector, Share

__all__ = ["measured", "share_measured"]

_NEEDS = (("rows", 30),)


@dataclass(frozen=True, slots=True, eq=False)
class _Routed:
    """The class of each row, and whether (1) or not (0) the model decides it alone."""

    classes: FloatVector
    alone: FloatVector

    @property
    def automation(self) -> Share:
        """The rows decided alone among all."""
        return stats.Share(float(self.alone.sum()), float(self.alone.size))


def measured(spec: HumanReview, inputs: GateInputs) -> Measured | Reason:
    """Return the share that the gate bounds, or why there is none."""
    rows = inputs.challenger
    if isinstance(rows, Reason):
        return rows
    routed = _routed(spec, rows, inputs.positive_threshold)
    if isinstance(routed, Reason):
        return routed
    facts = {"automationShare": routed.automation.value}
    match spec.metric:
        case "automation-share":
            return share_measured(spec, spec.metric, routed.automation, facts)
        case "automated-error":
            return _automated_error(spec, rows, routed, facts)
        case _:
            return _of_people(spec, inputs, rows, routed)


def share_measured(
    spec: GateSpecBase, metric: str, share: Share, facts: Mapping[str, float]
) -> Measured:
    """Return a share over at least 30 rows with Wilson's interval."""
    level = level_of(spec)
    counts = (("rows", int(share.trials)), ("successes", int(share.successes)))
    few = too_few(spec, _NEEDS, counts)
    return Measured(
        metric,
        rounded(share.value),
        interval=None if few else interval("wilson", share.wilson(level=level), level),
        counts=counts,
        undecided=few,
        facts=tuple((name, rounded(value)) for name, value in sorted(facts.items())),
    )


def _routed(spec: HumanReview, rows: Rows, threshold: float | None) -> _Routed | Reason:
    scores, classes = probabilities(rows), binary_classes(rows, threshold)
    if isinstance(scores, Reason):
        return scores
    if isinstance(classes, Reason):
        return classes
    trust = classes * scores + (1 - classes) * (1 - scores)
    return _Routed(classes, stats.classes_at(trust, spec.confidence_threshold))


def _automated_error(
    spec: HumanReview, rows: Rows, routed: _Routed, facts: Mapping[str, float]
) -> Measured | Reason:
    labels = binary_labels(rows, both=True)
    if isinstance(labels, Reason):
        return labels
    if not routed.automation.successes:
        sentence = f"no row has a confidence of {spec.confidence_threshold:g} or more"
        return Reason("nothing-automated", sentence)
    if _one_class(labels, routed):
        return Reason("one-class", "all rows that the model decides alone are of one class")
    wrong = routed.alone * (labels != routed.classes)
    share = stats.Share(float(wrong.sum()), routed.automation.successes)
    return share_measured(spec, spec.metric, share, facts)


def _one_class(labels: FloatVector, routed: _Routed) -> bool:
    """Tell whether who always says the same would be right in every row decided alone."""
    return float((labels * routed.alone).sum()) in {0.0, routed.automation.successes}


def _of_people(
    spec: HumanReview, inputs: GateInputs, rows: Rows, routed: _Routed
) -> Measured | Reason:
    decisions = _decisions(spec, inputs, rows.keys)
    if isinstance(decisions, Reason):
        return decisions
    decided, others = decisions
    facts = {
        "automationShare": routed.automation.value,
        "otherRows": float(others),
        "reviewed": float(len(decided)),
    }
    share = (
        _reviewed(routed, decided) if spec.metric == "review-rate" else _overrides(routed, decided)
    )
    if isinstance(share, Reason):
        return share
    return share_measured(spec, spec.metric, share, facts)


def _reviewed(routed: _Routed, decided: Mapping[int, float]) -> Share | Reason:
    due = [place for place, alone in enumerate(routed.alone.tolist()) if not alone]
    if not due:
        return Reason("nothing-to-review", "the model decides every row alone")
    return stats.Share(float(sum(place in decided for place in due)), float(len(due)))


def _overrides(routed: _Routed, decided: Mapping[int, float]) -> Share | Reason:
    if not decided:
        return Reason("nothing-reviewed", "no row has a decision of a person")
    classes = routed.classes.tolist()
    changed = sum(classes[place] != decision for place, decision in decided.items())
    return stats.Share(float(changed), float(len(decided)))


def _decisions(
    spec: HumanReview, inputs: GateInputs, keys: Sequence[str]
) -> tuple[dict[int, float], int] | Reason:
    """Return decisions by the place of the prediction, and how many rows are of other cases."""
    frame = inputs.source(spec.log or "", Frame)
    if isinstance(frame, Reason):
        return frame
    theirs, values = unique_keys(frame, spec.key), frame.measured(spec.decision)
    if isinstance(theirs, Reason):
        return theirs
    if isinstance(values, Reason):
        return values
    places = {key: place for place, key in enumerate(keys)}
    known = dict(zip(theirs, values.tolist(), strict=True))
    ours = {key: each for key, each in known.items() if key in places}
    if not ours:
        sentence = f"no case of {shown(frame.material.file)} is one of the predictions"
        return Reason("row-set-mismatch", sentence)
    decided = {places[key]: each for key, each in ours.items() if not math.isnan(each)}
    if set(decided.values()) - {0.0, 1.0}:
        return Reason("label-not-binary", "a decision of a person is neither 0 nor 1")
    return decided, len(known) - len(ours)
