"""`calibration`: scores mean what they say, so that 0.7 comes true in 7 of 10 rows.

Computed over the rows of the predictions, label 0 or 1 and score in 0..1:

* `ece`: expected calibration error, the mean over rows of |mean score - share of positives| of the
  row's bin (Naeini, Cooper, Hauskrecht 2015). It is biased upwards at any size, and so are its
  resamples; the interval takes off what noise alone would give.
* `mce`: the largest such gap. Every bin is judged, by Wilson's interval of its share of positives;
  a fail among several bins stands on bounds that Holm's method adjusts.
* `slope` and `intercept` of the logistic regression of the label on the log-odds of the score (Cox
  1958), 1 and 0 when calibrated; Wald's interval.
* `brier`: the mean of (score - label)^2; percentile bootstrap.

Bins are closed on the right. Their edges follow from the scores (`equal-mass`) or cut 0..1 evenly
(`equal-width`); how many there are is in the record, because another cut gives another error.

At least 1000 rows, 30 of each class, and 30 rows in each bin of `mce`; with fewer the verdict is
inconclusive. Not evaluated: labels of one class, scores that are all the same, a score outside
0..1, and scores that separate the classes, for which no slope exists.

Example
    id: calibrated
    type: calibration
    metric: ece
    atMost: 0.05
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._bound_words import bound_words
from mlspec.gates._calibration_spec import Calibration
from mlspec.gates._port import Gate, GateInputs, SpecProblem
from mlspec.gates._requirement import check_reach, out_of_reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "Calibration"]

REASONS = MappingProxyType(
    {
        "calibration-bound": ReasonWords(
            "The bounds do not belong to the metric: an error has a highest value, slope and "
            "intercept have an interval.",
            "State `atMost` below 1 for `brier`, `ece` and `mce`; for `slope` an interval "
            "around 1, such as 0.8 to 1.2, for `intercept` one around 0.",
        ),
        "constant-scores": ReasonWords(
            "All scores are the same. One point is no curve: whether higher scores come true "
            "more often cannot be seen.",
            "Look at whether the file holds scores or classes: write the probability before it "
            "is cut at a threshold.",
        ),
        "recalibration-undefined": ReasonWords(
            "No slope and no intercept follow from the rows: the scores part the classes, or "
            "the fit does not converge. Such scores are not calibrated perfectly, but "
            "undefined.",
            "Judge more rows, of both classes over the whole range of scores; or take `brier` "
            "or `ece`.",
        ),
        "small-bin": ReasonWords(
            "A bin has too few rows to judge its gap.",
            "Take fewer `bins`, or judge more rows.",
        ),
    }
)


def require(spec: Calibration) -> str:
    """Return the requirement as text: `ece <= 0.05`."""
    return " ".join([spec.metric, *bound_words(spec.at_least, spec.at_most)])


def check(spec: Calibration) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    stated = [each for each in (spec.at_least, spec.at_most) if each is not None]
    if spec.metric in {"brier", "ece", "mce"}:
        yield from _check_error(spec)
    elif not stated:
        yield _problem((), f"`{spec.metric}` needs `atLeast`, `atMost` or both")
    elif stated != sorted(stated):
        yield _problem(("atLeast",), "`atLeast` is above `atMost`, so no value passes")


def _check_error(spec: Calibration) -> Iterator[SpecProblem]:
    if spec.at_least is not None:
        yield _problem(("atLeast",), f"`{spec.metric}` is an error, and has no lowest value")
    elif spec.at_most is None or not 0 <= spec.at_most < 1:
        yield _problem(("atMost",), f"`{spec.metric}` needs `atMost`, at least 0 and below 1")


def hopeless(spec: Calibration) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass.

    The interval of a slope or an intercept has a width, and that of an error reaches above 0.
    """
    if spec.metric in {"brier", "ece", "mce"}:
        yield from check_reach(spec, at_most=0)
    is_point = spec.at_least is not None and spec.at_least == spec.at_most
    if spec.metric in {"intercept", "slope"} and is_point and spec.decide == "bound":
        yield out_of_reach("atMost", spec.at_most or 0.0)


def _problem(path: tuple[str, ...], sentence: str) -> SpecProblem:
    return SpecProblem(path, Reason("calibration-bound", sentence))


def evaluate(spec: Calibration, inputs: GateInputs) -> GateResult:
    """Judge the scores of the predictions."""
    from mlspec.gates import _calibration, _decide

    found = _calibration.scored(inputs)
    if isinstance(found, Reason):
        return _decide.unmeasured(spec, require(spec), found, metric=spec.metric)
    return _calibration.conclude(spec, require(spec), found)


def power(spec: Calibration, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows, or those of each bin, that tell the number from its limit."""
    from mlspec.gates import _power_people

    best = 1.0 if spec.metric == "slope" else 0.0
    distance = _power_people.between(spec.at_least, spec.at_most, best, assumed.effect)
    floor = 30 if spec.metric == "mce" and observed.parts else 1000
    limits = "ceiling" if spec.metric in {"ece", "brier"} else "both"
    yield from _power_people.rows_by_interval(
        spec, observed, assumed, distance, floor, limits=limits
    )


GATE = Gate(
    "calibration",
    Calibration,
    "Scores mean what they say: 0.7 comes true in 7 of 10 rows.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reasons=REASONS,
    power=power,
)
