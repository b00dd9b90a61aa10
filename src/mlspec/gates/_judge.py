"""How far a judge agrees with people, for the gate about the judge and for gates that use one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, Reason
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._outcomes import repeated_key
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from mlspec.gates._judge_labels import JudgeLabels
    from mlspec.gates._port import GateInputs
    from mlspec.gates._spec import GateSpecBase
    from mlspec.stats import FloatVector

__all__ = ["FEWEST_LABELS", "Labels", "agreement", "judge_labels"]

FEWEST_LABELS = 100
"""Human labels below which no judge is validated."""

_MOST_GRADES = 100
"""Different values above which a column holds scores, not verdicts or grades."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Verdicts on the cases that people labelled, in the same order.

    `everywhere` holds the judge's verdicts on all cases of the table that it has one on.
    """

    judge: FloatVector
    human: FloatVector
    everywhere: FloatVector


def judge_labels(spec: JudgeLabels, inputs: GateInputs) -> Labels | Reason:
    """Return the verdicts of judge and people, or why they can't be compared."""
    frame = inputs.source(spec.source, Frame)
    return frame if isinstance(frame, Reason) else _labels(spec, frame)


def _labels(spec: JudgeLabels, frame: Frame) -> Labels | Reason:
    keys, human = frame.keys(spec.key), frame.measured(spec.human)
    judge = frame.measured(spec.judge)
    if isinstance(keys, Reason):
        return keys
    if isinstance(judge, Reason):
        return judge
    if isinstance(human, Reason):
        return human
    problem = repeated_key((key, "") for key in keys)
    if problem is not None:
        return frame.reason(problem)
    return _on_labelled(_verdicts(judge.tolist(), spec), human.tolist())


def _verdicts(scores: list[float], spec: JudgeLabels) -> list[float]:
    """Return verdicts 0 or 1 where a threshold is stated; without a score there is none."""
    least = spec.judge_at_least
    if least is None:
        return scores
    return [each if math.isnan(each) else float(each >= least) for each in scores]


def _on_labelled(judge: list[float], human: list[float]) -> Labels | Reason:
    pairs = [pair for pair in zip(judge, human, strict=True) if not math.isnan(pair[1])]
    if not pairs:
        return Reason("nothing-measured", "no case has a label of people")
    ours, theirs = (stats.vector(each) for each in zip(*pairs, strict=True))
    problem = _unfit(ours, theirs)
    if problem is not None:
        return problem
    return Labels(ours, theirs, stats.present(stats.vector(judge)))


def _unfit(judge: FloatVector, human: FloatVector) -> Reason | None:
    """Return why the verdicts on labelled cases say nothing of how far both agree."""
    silent = judge.size - stats.present(judge).size
    if silent:
        sentence = f"the judge has no verdict on {silent} of {human.size} labelled cases"
        return Reason("judge-silent", sentence)
    if len(stats.distinct(human)) == 1:
        return Reason("one-class", "people gave all cases the same label")
    grades = len(stats.distinct(judge, human))
    if grades <= _MOST_GRADES:
        return None
    sentence = f"judge and people gave {grades} different values, which are no verdicts"
    return Reason("judge-not-verdict", sentence)


def agreement(
    spec: GateSpecBase, weighting: stats.Weighting, labels: Labels, *, unit: str = "rows"
) -> Measured | Reason:
    """Return Cohen's kappa with its interval; raw agreement and the rates beside it are facts.

    `unit` is what labels are counted as: `rows` where the gate's own minimum is about them.
    """
    level = level_of(spec)
    found = stats.kappa(labels.judge, labels.human, level=level, weighting=weighting)
    if math.isnan(found.kappa):
        return Reason("undefined-metric", "kappa is undefined on these labels")
    counts = ((unit, int(labels.human.size)),)
    few = too_few(spec, ((unit, FEWEST_LABELS),), counts)
    method = "wilson-agreement" if found.degenerate else "fleiss-cohen-everitt"
    return Measured(
        "kappa",
        rounded(found.kappa),
        interval=None if few else interval(method, found.bounds, level),
        counts=counts,
        undecided=few,
        facts=tuple(sorted(_facts(labels, found, level).items())),
    )


def _facts(labels: Labels, found: stats.Kappa, level: float) -> dict[str, float]:
    shares = {"agreement": found.agreement}
    numbers: dict[str, float] = {"labelShare": labels.human.size / (labels.everywhere.size or 1)}
    if stats.is_binary(labels.human) and stats.is_binary(labels.everywhere):
        rates = stats.judge_rates(labels.judge, labels.human)
        shares |= {"sensitivity": rates.sensitivity, "specificity": rates.specificity}
        numbers |= _corrected(labels, rates, level)
    for name, share in shares.items():
        bounds = share.wilson(level=level)
        numbers |= {name: share.value, f"{name}Lower": bounds.lower, f"{name}Upper": bounds.upper}
    return {name: rounded(number) for name, number in numbers.items()}


def _corrected(labels: Labels, rates: stats.JudgeRates, level: float) -> dict[str, float]:
    """Return the rate of yes over all cases of the table, as found and as corrected."""
    flagged = stats.Share(float(labels.everywhere.sum()), float(labels.everywhere.size))
    true = stats.rogan_gladen(flagged, rates.sensitivity, rates.specificity, level=level)
    if math.isnan(true.rate):
        return {"yesRate": flagged.value}
    return {
        "yesRate": flagged.value,
        "correctedRate": true.rate,
        "correctedRateLower": true.bounds.lower,
        "correctedRateUpper": true.bounds.upper,
    }
