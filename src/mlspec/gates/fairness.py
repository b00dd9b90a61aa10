"""`fairness`: no group is treated worse than another by more than a stated disparity.

Every two groups of a column are compared, so that the lowest and the highest are among them; with a
`reference`, every group is compared with that one. Shares of a group come from the predicted class
(`prediction`, or the score against `positiveThreshold`, which scores outside of 0..1 need):

* `selection-rate-ratio`: lower share of positive predictions / higher one, `atLeast` (0.8 is the
  four-fifths rule of the US Uniform Guidelines, 29 CFR 1607.4 D). Interval: Katz's logarithm, by
  MOVER where a count is zero.
* `selection-rate-difference`: higher share minus lower one (demographic parity), `atMost`.
* `equal-opportunity`: the same of the true positive rates, over rows with label 1 (Hardt, Price,
  Srebro 2016).
* `equalised-odds`: of the true and of the false positive rates; both have to be met.
  Intervals of differences: Newcombe's hybrid score.
* `calibration-error`: the expected calibration error inside each group, over ten bins of equal
  mass, `atMost`; at least 200 rows.

Every comparison has to pass. A fail among several comparisons stands on bounds whose confidence
Holm's method raised, because the lowest and highest of many groups differ by chance as well.

Inconclusive: a group has fewer rows, positives or negatives than the minimum, which is never below
30 for `decide: point`: a number without interval says nothing of 10 rows (`smallGroups: report`
leaves such groups out of the comparison and lists them, as long as two groups of every column
remain, the reference among them). Not evaluated: a column with one group or with fewer than two
that are large enough, a group with rows enough whose share is 0/0, a ratio of two groups of which
nobody is selected, a difference where nobody of any group is (nobody with the favourable label, for
the true positive rates: who gives nobody anything treats all alike), a missing column or key. Rows
without a value form the group `(missing)`. No group is taken for perfect because nothing is known
of it.

Example
    id: four-fifths
    type: fairness
    metric: selection-rate-ratio
    groups: [{column: sex}, {column: race, reference: White}]
    source: groups
    key: row_id
    atLeast: 0.8
    smallGroups: report
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._bound_words import bound_words
from mlspec.gates._fairness_spec import Fairness, FairnessMetric, GroupColumn
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import check_reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "Fairness", "FairnessMetric", "GroupColumn"]

_RATIO = "selection-rate-ratio"

REASONS = MappingProxyType(
    {
        "fail-by-chance": ReasonWords(
            "Alone, the part misses the requirement. But several parts were looked at, and one "
            "of many does so by chance: on the bounds that Holm's method adjusts for their "
            "number, it does not.",
            "Judge more rows of the group that is named: `mlspec gate plan` says how many.",
        ),
        "fairness-bound": ReasonWords(
            "A ratio of shares needs `atLeast`, above 0; every other disparity `atMost`, below "
            "1. Anything else would say nothing, or not be about the metric.",
            "State `atLeast` (such as 0.8) for `selection-rate-ratio`, `atMost` (such as 0.1) "
            "for every other metric.",
        ),
        "group-column-twice": ReasonWords(
            "The gate names the same column twice.",
            "Name each column once in `groups`.",
        ),
        "no-intersection": ReasonWords(
            "`intersections` crosses the columns, but there is only one.",
            "Add a second column to `groups`, or leave `intersections` out.",
        ),
        "nobody-selected": ReasonWords(
            "The model selects nobody of the two groups, or of all groups, or nobody with the "
            "favourable label. The shares are 0: a ratio is then 0/0, and a difference of 0 is "
            "that of any model that always says no.",
            "Look at the threshold and at `favourable`; judge a model that selects people.",
        ),
        "reference-group-missing": ReasonWords(
            "No row is of the group that all others are compared with.",
            "Correct `reference` of the column: it is compared as text, and case counts.",
        ),
        "single-group": ReasonWords(
            "All rows are of one group, or only one is large enough. Then there is nothing to "
            "compare; a single group is not a fair one.",
            "Judge rows of at least two groups that are large enough, or lower "
            "`minimumGroupRows` with a reason.",
        ),
        "small-group": ReasonWords(
            "The group has fewer rows, positives or negatives than the gate asks for. It is not"
            " taken for fair because it is small.",
            "Collect rows of the group: `mlspec gate plan` says how many. `smallGroups: report`"
            " lists it without judging it.",
        ),
        "too-many-groups": ReasonWords(
            "The column has more groups than can be compared in a meaningful way. It may hold "
            "numbers or names.",
            "Put numbers into bands and rare values together, in a column of their own.",
        ),
        "undefined-group": ReasonWords(
            "The share of the group is 0/0: it has no row with the label that the share is about.",
            "Judge rows of the group with that label, or take `selection-rate-ratio`, which "
            "needs none.",
        ),
    }
)


def require(spec: Fairness) -> str:
    """Return the requirement as text: `selection-rate-ratio >= 0.8 by sex, race`."""
    stated = bound_words(spec.at_least, spec.at_most)
    columns = ", ".join(each.column for each in spec.groups)
    return " ".join([spec.metric, *stated, "by", columns])


def check(spec: Fairness) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    yield from _check_bound(spec)
    columns = Counter(each.column for each in spec.groups)
    for column in (name for name, count in columns.items() if count > 1):
        sentence = f"the column `{column}` is named more than once"
        yield SpecProblem(("groups",), Reason("group-column-twice", sentence))
    if spec.intersections and len(columns) == 1:
        sentence = "`intersections` needs two columns, there is one"
        yield SpecProblem(("intersections",), Reason("no-intersection", sentence))


def _check_bound(spec: Fairness) -> Iterator[SpecProblem]:
    wanted, other = ("atLeast", "atMost") if spec.metric == _RATIO else ("atMost", "atLeast")
    bounds = {"atLeast": spec.at_least, "atMost": spec.at_most}
    if bounds[other] is not None:
        sentence = f"`{spec.metric}` is bounded by `{wanted}`, not by `{other}`"
        yield SpecProblem((other,), Reason("fairness-bound", sentence))
    elif bounds[wanted] is None:
        sentence = f"`{spec.metric}` needs `{wanted}`"
        yield SpecProblem((), Reason("fairness-bound", sentence))
    elif bounds[wanted] == (0 if spec.metric == _RATIO else 1):
        sentence = f"`{wanted}` is {bounds[wanted]:g}, which every model meets"
        yield SpecProblem((wanted,), Reason("fairness-bound", sentence))


def hopeless(spec: Fairness) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    yield from check_reach(spec, at_least=1, at_most=0)


def evaluate(spec: Fairness, inputs: GateInputs) -> GateResult:
    """Judge every two groups of each column."""
    from mlspec.gates import _decide, _fairness

    found = _fairness.disparities(spec, inputs)
    if isinstance(found, Reason):
        return _decide.unmeasured(spec, require(spec), found, metric=spec.metric)
    return _fairness.conclude(spec, require(spec), found)


def reads(spec: Fairness) -> tuple[Need, ...]:
    """Return what is read: the predictions, and the columns of the groups."""
    columns = tuple(each.column for each in spec.groups)
    if spec.source is None:
        return (Need("predictions", columns=columns, grouped=True),)
    return (Need("predictions"), Need(spec.source, "Frame", (spec.key, *columns)))


def power(spec: Fairness, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_parts

    return _power_parts.of_groups(spec, observed, assumed)


GATE = Gate(
    "fairness",
    Fairness,
    "No group is treated worse than another by more than a stated disparity.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
