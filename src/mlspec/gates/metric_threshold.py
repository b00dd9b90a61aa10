"""`metric-threshold`: a metric is at least, or at most, a stated value.

The metric is computed from the predictions of the model and the true labels. `atLeast` passes when
the lower bound of its interval reaches the value, and fails when the upper bound does not;
`atMost` the other way round.

Intervals: accuracy, precision, recall and specificity by Wilson (1927); the area under the ROC
curve by DeLong, DeLong and Clarke-Pearson (1988); everything else by the percentile bootstrap with
2,000 resamples, whose seed follows from the data and the id of the gate. At least 30 rows, and 30
of each class that the metric rests on; 200 rows for the bootstrap.

Resamples of rows that all agree (not a single error) are all the same and prove nothing. The
interval then says what about three more rows of any kind could do to the metric: the largest share
that rows may have of which none was seen (1 - a^(1/n), Clopper and Pearson 1934), put where it does
most. A Brier score or log loss of probabilities that err in no row is never narrower. Errors of a
regression that are all equal have no interval and are inconclusive; `median-absolute-error` has the
interval of its order statistics.

Labels of one class say nothing of `accuracy`, `precision`, `brier`, `log-loss` and all that sets
classes against each other: whoever always says that class is perfect there. `recall` and
`specificity` are about one class by definition and are judged on rows of that class alone. Labels
of a regression that are all the same say nothing of `mae` and the others either: whoever always
says that value errs nowhere, and a broken join often looks so.

A predicted class follows from the score and `positiveThreshold`. Scores outside of 0..1 (logits,
margins) need the threshold to be stated: the usual 0.5 means nothing among them.

`accuracy`, `mcc` and the `macro-` and `weighted-` means take any number of classes, once
`evaluation.prediction` names the column of the predicted class; for `mcc` and the `macro-` means
the smallest class needs 30 rows. `mape` is refused where a label is 0; `pinball` needs `quantile`.

A number that another tool reports (`source: metrics`, or the name of one of `evaluation.sources`:
metrics of MLflow or Evidently, a table of one row, one series with one point of Prometheus) has no
interval: the spec has to say `decide: point`. `rowsFrom` names where the number of rows stands;
with `minimumRows`, a number that does not say it is not evaluated. A number outside the range of
the metric that its name means (`auc: 95`, `mae: -3`) and a number of rows that is none are not
evaluated either; with less than 30 rows it is inconclusive, as any point is.

Inconclusive: too few rows, or an interval on both sides of the value. Not evaluated: a file, column
or metric that is missing or no finite number, labels that never vary, a quotient 0/0, scores
outside of 0..1 where no threshold is stated, an answer without series or with several.

Example
    id: auc-floor
    type: metric-threshold
    metric: roc-auc
    atLeast: 0.72
    minimumRows: 5000
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._bound_words import bound_words
from mlspec.gates._metrics import METRICS, known_as, metric_of
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import check_quantile, check_range, check_reach, ends_of, in_words
from mlspec.gates._threshold_spec import COMPUTED, MetricThreshold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._measure import Measured
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "MetricThreshold"]

REASONS = MappingProxyType(
    {
        "bound-out-of-range": ReasonWords(
            "The stated bound lies outside the values that the metric can take, or at the end "
            "that every model reaches, so the gate would say nothing about the model.",
            "State a bound inside of the range of the metric. A share is written 0.92, not 92.",
        ),
        "one-bound": ReasonWords(
            "A threshold gate states exactly one of `atLeast` and `atMost`.",
            "Keep `atLeast` where more is better (recall, AUC), `atMost` where less is (errors,"
            " Brier).",
        ),
        "point-not-stated": ReasonWords(
            "A reported metric is a number without an interval, so there is no bound to decide on.",
            "Write `decide: point` to accept a number without an interval; the record says so, "
            "and a policy may refuse it. Better: give the rows, so that the interval can be "
            "computed.",
        ),
        "reported-out-of-range": ReasonWords(
            "The reported number lies outside the values that the metric can take: a share written "
            "in percent, a wrong column, or a failed run.",
            "Report the metric on its own scale, such as 0.95 for 95 %. Where the number is "
            "another metric after all, give it a name of its own.",
        ),
        "several-rows": ReasonWords(
            "A table gives a reported number in one row. Which of several rows is meant is "
            "unknown.",
            "Write a table of one row, or JSON with the number as a member.",
        ),
        "source-unused": ReasonWords(
            "`query` and `rowsFrom` say where a reported number stands, but the metric is "
            "computed from the predictions.",
            "Name the `source`, or leave `query` and `rowsFrom` out.",
        ),
        "quantile-missing": ReasonWords(
            "A pinball loss is about one quantile of the label, which has to be stated.",
            "State `quantile`, such as 0.9: the one that the model predicts.",
        ),
        "quantile-unused": ReasonWords(
            "A quantile is stated, but the metric is not about one.",
            "Leave `quantile` out, or take `metric: pinball`.",
        ),
        "unknown-metric": ReasonWords(
            "No metric that mlspec computes has this name, and no `source` is named that "
            "reports it.",
            "Name a metric that mlspec computes (`docs/pages/metrics.md`), or the `source` in "
            "which another tool reports the number.",
        ),
    }
)


def require(spec: MetricThreshold) -> str:
    """Return the requirement as text: `roc-auc >= 0.92`."""
    return " ".join(
        [in_words(spec.metric, spec.quantile), *bound_words(spec.at_least, spec.at_most)]
    )


def check(spec: MetricThreshold) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if (spec.at_least is None) == (spec.at_most is None):
        yield SpecProblem(
            (),
            Reason("one-bound", "a threshold needs exactly one of `atLeast` and `atMost`"),
            hint="state the value that the metric must reach",
        )
    if spec.source != COMPUTED:
        yield from _check_reported(spec)
        return
    if spec.query is not None or spec.rows_from is not None:
        sentence = "`query` and `rowsFrom` are about a reported number, this one is computed"
        yield SpecProblem(("source",), Reason("source-unused", sentence))
    if spec.metric not in METRICS:
        yield SpecProblem(
            ("metric",),
            Reason("unknown-metric", f"mlspec does not compute `{spec.metric}`"),
            hint=_metrics_like(spec.metric),
        )
    else:
        yield from check_quantile(spec.metric, spec.quantile)
        yield from check_range(METRICS[spec.metric], spec.at_least, spec.at_most)


def _metrics_like(name: str) -> str:
    """Return which metric may be meant, or which there are."""
    close = did_you_mean(name, sorted(METRICS))
    known = f"did you mean `{close}`?" if close else f"one of {', '.join(sorted(METRICS))}"
    return f"{known.removesuffix('?')}; or name the `source` that reports it"


def _check_reported(spec: MetricThreshold) -> Iterator[SpecProblem]:
    if spec.quantile is not None:
        sentence = "`quantile` has no effect on a number that another tool computed"
        yield SpecProblem(("quantile",), Reason("quantile-unused", sentence))
    if spec.decide != "point":
        sentence = "a reported metric has no interval, so the gate cannot decide on a bound"
        yield SpecProblem(
            ("decide",), Reason("point-not-stated", sentence), hint="write `decide: point`"
        )
    known = known_as(spec.metric)
    if known is not None:
        yield from check_range(known, spec.at_least, spec.at_most)


def hopeless(spec: MetricThreshold) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    if spec.source == COMPUTED and spec.metric in METRICS:
        yield from check_reach(spec, **ends_of(spec.metric))


def evaluate(spec: MetricThreshold, inputs: GateInputs) -> GateResult:
    """Judge the metric against its bound."""
    from mlspec.gates import _decide

    measured = _measured(spec, inputs)
    bound = _decide.stated(spec.at_least, spec.at_most)
    return _decide.concluded(spec, require(spec), measured, bound, metric=spec.metric)


def _measured(spec: MetricThreshold, inputs: GateInputs) -> Measured | Reason:
    from mlspec.gates import _measure, _reported

    if spec.source != COMPUTED:
        return _reported.reported(spec, inputs)
    return _measure.measure(metric_of(spec.metric, spec.quantile), spec, inputs)


def reads(spec: MetricThreshold) -> tuple[Need, ...]:
    """Return what is read: the predictions, or what another tool reports."""
    if spec.source == COMPUTED:
        return (Need("predictions"),)
    columns = (spec.metric,) if spec.rows_from is None else (spec.metric, spec.rows_from)
    return (Need(spec.source, "Metrics", columns),)


def power(spec: MetricThreshold, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_threshold

    return _power_threshold.rows_needed(spec, observed, assumed)


GATE = Gate(
    "metric-threshold",
    MetricThreshold,
    "A metric is at least, or at most, a stated value.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    is_floor=lambda spec: spec.source == COMPUTED,
    power=power,
)
