"""`champion-challenger`: the model against the one in production, on the same rows.

The difference of a metric, challenger minus champion, on rows joined by key. `non-inferiority`
passes when the model is shown to be worse by less than `margin`, `superiority` when it is shown to
be better by more than `minimumGain`. Both models see the same rows, so the interval is a paired
one, narrower than that of two samples.

Intervals: the area under the ROC curve by the covariance of DeLong, DeLong and Clarke-Pearson
(1988); accuracy from the rows on which exactly one of the two is right; everything else by the
paired percentile bootstrap with 2,000 resamples. Where the difference is the same in all resamples
(the same classes on every row), the interval says what about three more rows could do on which just
one of both is right, as in `metric-threshold`; in a regression the other one errs as far as either
does on any row. McNemar's exact p stands among the facts of an
accuracy and decides nothing.

While `evaluation.champion` names no file, the gate is not evaluated and blocks. With
`onMissingBaseline: first-release` it does not block, as long as a required gate of the same model
passes that asks for a value by itself (`metric-threshold` on predictions, `slices` with a bound).
The verdict stays, and the record says `first-release`. A champion's file that is named and missing
is no first release.

Both files have the same columns, keys and labels, so nothing but `predictionsDigest` and
`championDigest` tells that they were not swapped. The fact `unpinnedFiles` counts those without.

Inconclusive: too few rows, or an interval on both sides of the margin. Not evaluated: files that do
not hold the same keys or labels, the same file twice, predictions that are the same on every row.

Example
    id: beats-champion
    type: champion-challenger
    metric: roc-auc
    mode: non-inferiority
    margin: 0.005
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import ReasonWords
from mlspec.gates._comparison_spec import ChampionChallenger, limit
from mlspec.gates._metrics import METRICS, metric_of
from mlspec.gates._port import Gate, GateInputs, Need
from mlspec.gates._requirement import check_margins, check_quantile, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._port import SpecProblem
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "ChampionChallenger"]

REASONS = MappingProxyType(
    {
        "margin-missing": ReasonWords(
            "No `margin` is stated. Non-inferiority means: not worse by more than a margin.",
            "State `margin`: the loss that you would accept, in the unit of the metric, such as"
            " 0.005. `mlspec gate plan` says how many rows show it.",
        ),
        "margin-too-wide": ReasonWords(
            "The margin is as wide as the range of the metric, so any model would pass.",
            "State a margin that is a small part of the range: 0.005 of an AUC, not 1.",
        ),
        "margin-unused": ReasonWords(
            "`margin` belongs to non-inferiority and `minimumGain` to superiority. The one that"
            " is stated has no effect in the stated mode, so the spec does not mean what it "
            "says.",
            "Leave it out, or change `mode`: `margin` belongs to `non-inferiority`, "
            "`minimumGain` to `superiority`.",
        ),
    }
)


def require(spec: ChampionChallenger) -> str:
    """Return the requirement as text: `difference of roc-auc > -0.005`."""
    sign = ">" if METRICS[spec.metric].higher_is_better else "<"
    return f"difference of {in_words(spec.metric, spec.quantile)} {sign} {limit(spec):.15g}"


def check(spec: ChampionChallenger) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    yield from check_quantile(spec.metric, spec.quantile)
    yield from check_margins(spec.metric, spec.mode, spec.margin, spec.minimum_gain)


def evaluate(spec: ChampionChallenger, inputs: GateInputs) -> GateResult:
    """Judge the paired difference against the margin."""
    from mlspec.gates import _compare, _decide

    metric = metric_of(spec.metric, spec.quantile)
    measured = _compare.compare(metric, spec, inputs)
    side = _decide.above if metric.higher_is_better else _decide.below
    bound = side(limit(spec))
    return _decide.concluded(spec, require(spec), measured, bound, metric=spec.metric)


def reads(spec: ChampionChallenger) -> tuple[Need, ...]:
    """Return what is read: both files of predictions."""
    return (Need("predictions"), spec.champion)


def power(spec: ChampionChallenger, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_paired

    return _power_paired.rows_needed(spec, observed, assumed)


GATE = Gate(
    "champion-challenger",
    ChampionChallenger,
    "The model is not worse, or better, than the one in production, on the same rows.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
