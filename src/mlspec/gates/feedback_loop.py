"""`feedback-loop`: the log of decisions still shows what happens when the model decides otherwise.

A model that learns from the outcomes of its own decisions sees only what it chose. Whether it can
still be judged, and trained, is read from a log of decisions, one row each:

* `exploration-share`: rows decided by chance (`explored` is 1); Wilson's interval.
* `minimum-propensity`: the smallest chance that any `eligible` action had, a column per action; or
  else the smallest with which a logged action was taken (`propensity`), or that it left to all
  others together: an action with chance 0 teaches nothing.
* `effective-sample-size`: (sum w)^2 / sum w^2 (Kish 1965) with w = 1 / propensity, or the chance
  under the policy to be judged (`target`) / propensity. 1000 is a common floor: with fewer, one
  lucky row decides an off-policy estimate.
* `action-entropy`: -sum p log2 p over the shares of `action`, in bits. The interval is that of the
  delta method, its upper end raised by the bias of Miller and Madow.
* `label-coverage`: rows that the model did not flag (`flagged` is 0) and whose `label` is known all
  the same; Wilson's interval.

Smallest propensity and effective sample size describe the log itself, not a population, so their
interval is the number (`census`). Inconclusive: fewer than 30 rows, 200 for the entropy.
Not evaluated: a missing column or cell, a chance outside 0..1, weights where a chance is 0 or all
are 1 (a log without any exploration shows its own policy only), chances of all eligible actions
that do not add up to 1, no unflagged row.

Example
    id: still-learning
    type: feedback-loop
    metric: exploration-share
    source: decision-log
    atLeast: 0.01
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._feedback_loop_spec import FeedbackLoop
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import check_reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "FeedbackLoop"]

REASONS = MappingProxyType(
    {
        "feedback-bound": ReasonWords(
            "A share or a chance is at most 1, so nothing could reach the bound.",
            "State `atLeast` between 0 and 1 for shares and chances.",
        ),
        "feedback-columns": ReasonWords(
            "The stated columns belong to another metric, so the spec does not mean what it says.",
            "Leave the columns out that the metric does not read: `mlspec explain "
            "type:feedback-loop` says which it does.",
        ),
        "flag-not-binary": ReasonWords(
            "A column that says yes or no holds something other than 0 and 1.",
            "Write 0 or 1 in the columns `explored` and `flagged`.",
        ),
        "nothing-explored": ReasonWords(
            "Every action was taken with a chance of 1: nothing else could have happened, so the "
            "log says nothing about any other policy, however many rows it has.",
            "Let chance decide a small share of the rows, and log with which chance each action "
            "was taken.",
        ),
        "nothing-unflagged": ReasonWords(
            "The model flagged every row, so the share of the others is 0/0.",
            "Judge a log in which the model lets some rows through. Where it flags every row by"
            " design, remove the gate: nothing can be learnt from the others.",
        ),
        "propensities-incomplete": ReasonWords(
            "The chances of the eligible actions of one row add up to less than 1, so an action "
            "is left out, and its chance is not known.",
            "Name a column for each action that could have been chosen in `eligible`.",
        ),
        "propensities-too-large": ReasonWords(
            "The chances of the actions of one row add up to more than 1, so they are not "
            "chances of one choice.",
            "Log the chance with which each action could have been chosen, so that those of one"
            " row add up to 1.",
        ),
        "propensity-out-of-range": ReasonWords(
            "A chance lies outside 0..1.",
            "Log chances as 0.05, not as 5 %.",
        ),
        "zero-propensity": ReasonWords(
            "An action was taken whose logged chance is 0. Its weight would be infinite, and "
            "the log is wrong.",
            "Log the chance at the moment of the choice; an action that was taken had one above 0.",
        ),
    }
)

_TAKEN_OR_NOT = 2
"""Actions where the log has the chance of the one that was taken alone."""
_SHARES = frozenset({"exploration-share", "label-coverage", "minimum-propensity"})


def require(spec: FeedbackLoop) -> str:
    """Return the requirement as text: `exploration-share >= 0.01`."""
    return f"{spec.metric} >= {spec.at_least:.15g}"


def check(spec: FeedbackLoop) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if spec.metric in _SHARES and spec.at_least > 1:
        sentence = f"`atLeast` is {spec.at_least:g}, but `{spec.metric}` is at most 1"
        yield SpecProblem(("atLeast",), Reason("feedback-bound", sentence))
    for name, stated, metric in (
        ("eligible", bool(spec.eligible), "minimum-propensity"),
        ("target", spec.target is not None, "effective-sample-size"),
    ):
        if stated and spec.metric != metric:
            sentence = f"`{name}` belongs to `{metric}`, not to `{spec.metric}`"
            yield SpecProblem((name,), Reason("feedback-columns", sentence))


def hopeless(spec: FeedbackLoop) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass.

    Of k chances that add up to 1, the smallest is 1 / k at most, whoever decides. Effective rows
    and bits have no largest value: it grows with rows and actions.
    """
    if spec.metric in {"exploration-share", "label-coverage"}:
        yield from check_reach(spec, at_least=1)
    actions = len(spec.eligible) or _TAKEN_OR_NOT
    if spec.metric == "minimum-propensity" and 1 / actions < spec.at_least <= 1:
        sentence = (
            f"`atLeast` is {spec.at_least:g}, but the chances of {actions} actions add up to 1, so "
            f"the smallest is {1 / actions:.6g} at most"
        )
        hint = "state a chance that every action can have, such as 0.01"
        yield SpecProblem(("atLeast",), Reason("bound-unreachable", sentence), hint=hint)


def columns(spec: FeedbackLoop) -> tuple[str, ...]:
    """Return the columns that the metric reads."""
    match spec.metric:
        case "exploration-share":
            return (spec.explored,)
        case "minimum-propensity":
            return spec.eligible or (spec.propensity,)
        case "effective-sample-size":
            return (spec.propensity, *([spec.target] if spec.target else []))
        case "action-entropy":
            return (spec.action,)
        case "label-coverage":
            return (spec.flagged, spec.label)


def evaluate(spec: FeedbackLoop, inputs: GateInputs) -> GateResult:
    """Judge the log."""
    from mlspec.gates import _decide, _feedback

    found = _feedback.measured(spec, inputs)
    bound = _decide.at_least(spec.at_least)
    return _decide.concluded(spec, require(spec), found, bound, metric=spec.metric)


def reads(spec: FeedbackLoop) -> tuple[Need, ...]:
    """Return what is read: the log of decisions."""
    return (Need(spec.source, "Frame", (spec.key, *columns(spec))),)


def power(spec: FeedbackLoop, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the decisions that tell the number from its floor."""
    from mlspec.gates import _power, _power_people

    have = dict(observed.counts).get("rows")
    if spec.metric == "effective-sample-size":
        why = "all rows weigh the same; a sample is never more effective than its rows"
        yield _power.of_exact(spec, have, spec.at_least, why)
        return
    if spec.metric == "minimum-propensity":
        yield _power.of_exact(spec, have, 0, "the chances are read as they were logged")
        return
    floor = 200 if spec.metric == "action-entropy" else 30
    best = 1.0 if spec.metric in _SHARES else math.inf
    distance = _power_people.between(spec.at_least, None, best, assumed.effect)
    yield from _power_people.rows_by_interval(
        spec, observed, assumed, distance, floor, limits="floor"
    )


GATE = Gate(
    "feedback-loop",
    FeedbackLoop,
    "The log of decisions still shows what happens when the model decides otherwise.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
