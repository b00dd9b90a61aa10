"""`human-review`: what a model decides alone is right often enough, and people look at the rest.

A row is decided by the model alone when the confidence in its class (score for class 1, 1 - score
for class 0) is at least `confidenceThreshold`; a person has to see every other. Shares, each with
Wilson's interval:

* `automated-error`: wrong classes among the rows decided alone, `atMost`.
* `automation-share`: rows decided alone among all.
* `review-rate`: rows with a decision in the `log` among those that a person has to see, `atLeast`.
* `override-rate`: decisions of people that differ from the class of the model, among all rows that
  people decided. A high rate says that the model does not help, a rate near zero that people may
  only confirm (automation bias, Art. 14(4)(b) of the EU AI Act): both ends can be bounded.

The log is a table with one row per case, joined by key; a decision is 0 or 1, and empty where
nobody has decided yet. Its rows of other cases are counted in `otherRows`.

Inconclusive: the share is over fewer than 30 rows. Not evaluated: the share is 0/0, because
nothing is decided alone, or nothing reviewed; no case of the log is one of the predictions; a
score outside 0..1; for `automated-error`, labels of one class among all rows or among those decided
alone, which whoever always says that class gets right.

Example
    id: alone-and-right
    type: human-review
    metric: automated-error
    confidenceThreshold: 0.9
    atMost: 0.03
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._bound_words import bound_words
from mlspec.gates._human_review_spec import HumanReview
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import check_reach

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "HumanReview"]

REASONS = MappingProxyType(
    {
        "nothing-automated": ReasonWords(
            "The model decides no row alone, so its error there is 0/0.",
            "Lower `confidenceThreshold`, or take the gate out: there is no automated part to "
            "judge.",
        ),
        "nothing-reviewed": ReasonWords(
            "No row has a decision of a person, so the share of overrides is 0/0.",
            "Name the `log` with the decisions of people, and look at whether its keys are "
            "those of the predictions.",
        ),
        "nothing-to-review": ReasonWords(
            "The model decides every row alone, so the share reviewed is 0/0.",
            "Raise `confidenceThreshold`, so that people see some rows, or judge "
            "`automated-error` instead.",
        ),
        "review-bound": ReasonWords(
            "The bound is missing, does not belong to the metric, or lies where every model "
            "meets it: an error has a highest value, a review rate a lowest one.",
            "State `atMost` for `automated-error` and `override-rate`, `atLeast` for "
            "`review-rate`; between 0 and 1.",
        ),
        "review-log-missing": ReasonWords(
            "Whether people looked, and what they decided, stands in a log, and the gate names "
            "none.",
            "Add the log to `evaluation.sources` and name it in `log`.",
        ),
    }
)
_BOUNDS = MappingProxyType(
    {
        "automated-error": ("atMost",),
        "automation-share": ("atLeast", "atMost"),
        "override-rate": ("atLeast", "atMost"),
        "review-rate": ("atLeast",),
    }
)
_OF_PEOPLE = frozenset({"override-rate", "review-rate"})


def require(spec: HumanReview) -> str:
    """Return the requirement as text: `automated-error <= 0.03`."""
    return " ".join([spec.metric, *bound_words(spec.at_least, spec.at_most)])


def check(spec: HumanReview) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    stated = {"atLeast": spec.at_least, "atMost": spec.at_most}
    bounds = {name: value for name, value in stated.items() if value is not None}
    yield from _check_bounds(spec, bounds)
    if len(bounds) == len(stated) and bounds["atLeast"] > bounds["atMost"]:
        yield _problem(("atLeast",), "`atLeast` is above `atMost`, so no share passes")
    if spec.metric in _OF_PEOPLE and spec.log is None:
        sentence = f"`{spec.metric}` is about decisions of people, and `log` names no source"
        yield SpecProblem((), Reason("review-log-missing", sentence))


def _check_bounds(spec: HumanReview, bounds: Mapping[str, float]) -> Iterator[SpecProblem]:
    allowed = _BOUNDS[spec.metric]
    if not bounds:
        yield _problem((), f"`{spec.metric}` needs {' or '.join(f'`{each}`' for each in allowed)}")
    for name, value in bounds.items():
        if name not in allowed:
            yield _problem((name,), f"`{spec.metric}` is not bounded by `{name}`")
        elif value == (0 if name == "atLeast" else 1):
            yield _problem((name,), f"`{name}` is {value:g}, which every model meets")


def _problem(path: tuple[str, ...], sentence: str) -> SpecProblem:
    return SpecProblem(path, Reason("review-bound", sentence))


def hopeless(spec: HumanReview) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    yield from check_reach(spec, at_least=1, at_most=0)


def evaluate(spec: HumanReview, inputs: GateInputs) -> GateResult:
    """Judge the share."""
    from mlspec.gates import _claims, _decide, _review

    found = _review.measured(spec, inputs)
    lowest = 0.0 if spec.at_least is None else spec.at_least
    highest = 1.0 if spec.at_most is None else spec.at_most
    bound = _claims.within(lowest, highest)
    return _decide.concluded(spec, require(spec), found, bound, metric=spec.metric)


def reads(spec: HumanReview) -> tuple[Need, ...]:
    """Return what is read: the predictions, and the log of reviews."""
    if spec.log is None:
        return (Need("predictions"),)
    return (Need("predictions"), Need(spec.log, "Frame", (spec.key, spec.decision)))


def power(spec: HumanReview, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows among which the share is counted that tell it from its limit."""
    from mlspec.gates import _power_people

    best = 0.0 if spec.at_most is not None else 1.0
    is_open = None in {spec.at_least, spec.at_most}
    limits = "both" if not is_open else "floor" if spec.at_most is None else "ceiling"
    distance = _power_people.between(spec.at_least, spec.at_most, best, assumed.effect)
    yield from _power_people.rows_by_interval(spec, observed, assumed, distance, 30, limits=limits)


GATE = Gate(
    "human-review",
    HumanReview,
    "What a model decides alone is right often enough, and people look at the rest.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
