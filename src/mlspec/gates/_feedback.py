"""What a log of decisions tells about the decisions that were not made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, Reason, shown
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._outputs import keyed_frame
from mlspec.gates._review import share_measured
from mlspec.gates._sample import too_few
from mlspec.printable import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlspec.gates._feedback_loop_spec import FeedbackLoop
    from mlspec.gates._port import GateInputs
    from mlspec.stats import Bounds, FloatVector

__all__ = ["measured"]

_ROWS = 30
_ENTROPY_ROWS = 200
_ROUNDING = 1e-6
_PRINTED = 1e-2
"""What chances of one row may lack of 1: those of three actions, written as 0.33, lack so much."""


def measured(spec: FeedbackLoop, inputs: GateInputs) -> Measured | Reason:
    """Return what the gate bounds, or why there is no such number."""
    frame = keyed_frame(inputs, spec.source, spec.key)
    if isinstance(frame, Reason):
        return frame
    return _METRICS[spec.metric](spec, frame)


def _flags(frame: Frame, column: str) -> FloatVector | Reason:
    found = frame.numbers(column)
    if isinstance(found, Reason) or stats.is_binary(found):
        return found
    return Reason("flag-not-binary", f"column {shown(column)} holds more than 0 and 1")


def _exploration(spec: FeedbackLoop, frame: Frame) -> Measured | Reason:
    explored = _flags(frame, spec.explored)
    if isinstance(explored, Reason):
        return explored
    share = stats.Share(float(explored.sum()), float(explored.size))
    return share_measured(spec, spec.metric, share, {})


def _coverage(spec: FeedbackLoop, frame: Frame) -> Measured | Reason:
    flagged, labels = _flags(frame, spec.flagged), frame.measured(spec.label)
    if isinstance(flagged, Reason):
        return flagged
    if isinstance(labels, Reason):
        return labels
    others = labels[flagged == 0].tolist()
    if not others:
        return Reason("nothing-unflagged", "every row is flagged")
    known = sum(not math.isnan(each) for each in others)
    share = stats.Share(float(known), float(len(others)))
    return share_measured(spec, spec.metric, share, {"flagged": float(flagged.sum())})


def _chances(frame: Frame, columns: Sequence[str]) -> list[FloatVector] | Reason:
    """Return columns of chances, each in 0..1."""
    found: list[FloatVector] = []
    for column in columns:
        values = frame.numbers(column)
        if isinstance(values, Reason):
            return values
        if not bool(((values >= 0) & (values <= 1)).all()):
            sentence = f"column {shown(column)} holds a value outside 0..1"
            return Reason("propensity-out-of-range", sentence)
        found.append(values)
    return found


def _smallest(spec: FeedbackLoop, frame: Frame) -> Measured | Reason:
    chances = _chances(frame, spec.eligible or (spec.propensity,))
    if isinstance(chances, Reason):
        return chances
    if not spec.eligible:  # what the action taken leaves is all that the others can have
        chances = [*chances, 1 - chances[0]]
    problem = _not_whole(chances)
    if problem is not None:
        return problem
    value = min(stats.minimum_propensity(each) for each in chances)
    return _of_the_log(spec, value, frame.rows)


def _not_whole(chances: list[FloatVector]) -> Reason | None:
    """Return why the chances of a row are not those of all actions of one choice, if so."""
    sums = [sum(row) for row in zip(*(each.tolist() for each in chances), strict=True)]
    if max(sums) > 1 + _ROUNDING:
        sentence = f"the chances of one row add up to {max(sums):.6g}"
        return Reason("propensities-too-large", sentence)
    if min(sums) < 1 - _PRINTED:
        sentence = f"the chances of one row add up to {min(sums):.6g} only"
        return Reason("propensities-incomplete", sentence)
    return None


def _effective(spec: FeedbackLoop, frame: Frame) -> Measured | Reason:
    columns = [spec.propensity, *([spec.target] if spec.target else [])]
    chances = _chances(frame, columns)
    if isinstance(chances, Reason):
        return chances
    propensity = chances[0]
    if not propensity.all():
        zeros = int((propensity == 0).sum())
        return Reason("zero-propensity", f"{zeros} actions were taken with a chance of 0")
    if bool((propensity == 1).all()):
        return Reason("nothing-explored", "every action was taken with a chance of 1")
    weights = 1 / propensity if spec.target is None else chances[1] / propensity
    value = stats.effective_sample_size(weights)
    if math.isnan(value):
        return Reason("undefined-metric", "the policy to be judged takes none of the actions")
    return _of_the_log(spec, value, frame.rows)


def _of_the_log(spec: FeedbackLoop, value: float, rows: int) -> Measured:
    """Return a number that describes the log itself: nothing is inferred from it."""
    counts = (("rows", rows),)
    few = too_few(spec, (("rows", _ROWS),), counts)
    exact = interval("census", stats.Bounds(value, value), level_of(spec))
    return Measured(spec.metric, rounded(value), None if few else exact, counts, few)


def _entropy(spec: FeedbackLoop, frame: Frame) -> Measured | Reason:
    actions = frame.texts(spec.action)
    if isinstance(actions, Reason):
        return actions
    if None in actions:
        sentence = (
            f"column {shown(spec.action)}: {counted(actions.count(None), 'row')} without action"
        )
        return Reason("empty-cell", sentence)
    names = sorted({each for each in actions if each is not None})
    places = {name: float(place) for place, name in enumerate(names)}
    codes = stats.vector([places[each] for each in actions if each is not None])
    counts = (("actions", len(names)), ("rows", len(actions)))
    few = too_few(spec, (("rows", _ENTROPY_ROWS),), counts)
    level = level_of(spec)
    bounds: Bounds = stats.entropy_interval(codes, level=level)
    value = rounded(stats.action_entropy(codes))
    given = None if few else interval("delta-miller-madow", bounds, level)
    return Measured(spec.metric, value, given, counts, few)


_METRICS: dict[str, Callable[[FeedbackLoop, Frame], Measured | Reason]] = {
    "action-entropy": _entropy,
    "effective-sample-size": _effective,
    "exploration-share": _exploration,
    "label-coverage": _coverage,
    "minimum-propensity": _smallest,
}
