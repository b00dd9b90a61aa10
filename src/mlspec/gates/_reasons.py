"""The table of reason codes: why a verdict is not a pass."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import REASONS as READ_REASONS
from mlspec.evidence import ReasonWords
from mlspec.gates._registry import load_gates

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["reasons"]

_OWN = {
    "age-unknown": ReasonWords(
        "The spec says how old the evidence may be, but the file does not say when its values "
        "were measured, or names a moment that has not come.",
        "Let the tool write when it measured, or make a profile with `--collected-at`; else "
        "leave `maximumAgeDays` out.",
    ),
    "bound-unreachable": ReasonWords(
        "The bound lies at the end of what is measured. An interval of a share never reaches 0 or "
        "1, however many rows are right, so the gate could not pass on any data.",
        "State a bound that an interval can meet, such as 0.99, and look with `mlspec gate plan` "
        "how many rows it takes; or write `decide: point`.",
    ),
    "champion-missing": ReasonWords(
        "The gate compares with a champion, but `evaluation.champion` names no file.",
        "Name the predictions of the running model in `evaluation.champion`. If nothing runs "
        "yet, state `onMissingBaseline: first-release`.",
    ),
    "constant-label": ReasonWords(
        "Every label of a regression has the same value. A model that always says it makes no "
        "error, and a column that never varies is most often a join that found nothing or a "
        "default that was filled in.",
        "Look at where the labels come from. Rows that really are all alike (shops without a "
        "sale) belong to a slice with others, or are no test of the model.",
    ),
    "duplicate-gate": ReasonWords(
        "Two gates of the model have the same id, so a verdict would be ambiguous.",
        "Give one of them another `id`; look at the gate sets that the model uses, too.",
    ),
    "first-release": ReasonWords(
        "The model has no champion yet, so the comparison was not evaluated. It does not block "
        "because the spec says so and a required floor passes; who reviews should know both.",
        "Nothing has to be done. Before the second release, keep the predictions of this model "
        "and name them in `evaluation.champion`.",
    ),
    "first-release-without-floor": ReasonWords(
        "The model has no champion yet. A first release needs a required gate that asks for a "
        "value by itself, computed from the predictions, and that passes: none does.",
        "Add a required `metric-threshold` (or `slices` with a bound) on the predictions, and "
        "let it pass.",
    ),
    "identical-predictions": ReasonWords(
        "Champion and challenger predict the same on every row, digits that one file leaves out "
        "aside. As a rule, one model was evaluated twice, which says nothing about the other.",
        "Look at how both files were written: load each model by its digest, and predict again."
        " If the models are really the same, there is nothing to release.",
    ),
    "inputs-missing": ReasonWords(
        "The model does not say which files its gates are evaluated from.",
        "Add `evaluation` to the model: `evaluation: {predictions: evaluation/predictions.csv, "
        "labels: evaluation/labels.csv}`.",
    ),
    "interval-straddles": ReasonWords(
        "The interval holds values that meet the requirement and values that miss it: the rows "
        "do not answer the question.",
        "Judge more rows: `mlspec gate plan` says how many decide. Or change the limit or "
        "margin, with a reason that holds next year. Trying again on the same rows changes "
        "nothing.",
    ),
    "interval-undefined": ReasonWords(
        "No finite interval follows from the rows: in too many resamples the metric is "
        "undefined, or all rows agree, or the values are too few for the level of a look. Rows "
        "that all agree do not say how far the next one may lie off.",
        "Judge more rows, above all more of the rare class, or choose a metric that is defined "
        "on every sample. Of errors that are all equal, `median-absolute-error` has an interval;"
        " for a price that never varies, write `decide: point`.",
    ),
    "label-leakage": ReasonWords(
        "The score or the prediction is the label on every row: equal to it, or one value for each "
        "class. As a rule it is the label under another name, and the model looks perfect for that "
        "reason. Rows do not tell it from a classifier that is right every time.",
        "Look at which column `evaluation.score` and `evaluation.prediction` name, and at how the "
        "table was joined. Give scores (probabilities), which tell more than classes. Where a "
        "model that gives classes alone is really never wrong, state `perfectOutputs: accept`, "
        "which the plan shows as a loosening; copies of numbers that tell their rows never count.",
    ),
    "label-not-binary": ReasonWords(
        "The metric is about two classes, but a label is neither 0 nor 1.",
        "Write labels as 0 and 1, or take a metric for several classes (`accuracy`, `macro-f1`)"
        " or for numbers (`rmse`).",
    ),
    "label-not-class": ReasonWords(
        "The metric compares classes, but a label or prediction is no whole number.",
        "Write classes as whole numbers 0, 1, 2 ... in label and prediction, or take a metric "
        "for numbers (`rmse`, `mae`).",
    ),
    "label-zero": ReasonWords(
        "The mean absolute percentage error divides by the label, and a label is 0.",
        "Take `wape`, which weighs errors by the sum of the labels, or `mae`.",
    ),
    "more-events-than-trials": ReasonWords(
        "More events than trials were counted. As a rule the two come from different moments or"
        " count different things.",
        "Read both from the same moment and the same requests; look at whether `events` and "
        "`trials` are the wrong way round.",
    ),
    "negative-value": ReasonWords(
        "A latency, a count or another value that can't be below 0 is below 0.",
        "Mend the clock or the export that wrote the value; the message names the place.",
    ),
    "no-parts": ReasonWords(
        "The gate asks for slices, groups, features or steps, and there is none.",
        "Name at least one column, feature or group that the data have; look at whether the "
        "data have any of them.",
    ),
    "no-rows-selected": ReasonWords(
        "No row of the table has the value that the gate selects rows by.",
        "Correct `where` (or the value that names an arm or a window): it is compared as text, "
        "and case counts.",
    ),
    "no-series": ReasonWords(
        "The monitoring system answers the query with nothing. That is no 0: nobody measured.",
        "Try the query in the monitoring system: look at the name of the metric, its labels and"
        " the window. State what is 0 as 0: `or vector(0)`.",
    ),
    "not-yes-or-no": ReasonWords(
        "A column that says whether something happened holds a value that is neither 0 nor 1.",
        "Write 0 or 1 (or `false` and `true` in JSON).",
    ),
    "parts-fail": ReasonWords(
        "At least one slice, group, feature or step misses the requirement.",
        "Read the lines of the parts: each has a reason of its own. Mend the model for these "
        "parts; the others already pass.",
    ),
    "parts-inconclusive": ReasonWords(
        "No part misses the requirement, but for one the data allow both.",
        "Collect rows for the parts that are listed: `mlspec gate plan` says how many each one "
        "needs.",
    ),
    "parts-not-evaluated": ReasonWords(
        "At least one slice, group, feature or step could not be measured.",
        "Read the lines of the parts: each has a reason of its own, and `mlspec explain` has a "
        "page for it.",
    ),
    "one-class": ReasonWords(
        "All labels are of one class. A model that always says the same would reach the best or "
        "the worst value of the metric there, or the metric is undefined.",
        "Judge rows of both classes: look at how the rows were selected, and whether labels "
        "have come in.",
    ),
    "requirement-missed": ReasonWords(
        "The measured values miss the requirement.",
        "Improve the model, or release another one. A limit that was wrong is changed in the "
        "spec, where the plan shows that it loosens; a known exception is a `waiver`.",
    ),
    "row-count-missing": ReasonWords(
        "The gate states `minimumRows`, but the metrics file does not say how many rows there "
        "were (`rows`, `n` or `example_count`).",
        'Write the number of rows beside the metrics (`"rows": 5000`), or leave `minimumRows` out.',
    ),
    "same-file": ReasonWords(
        "Champion and challenger are the same file, so one model was compared with itself.",
        "Name in `evaluation.champion` the predictions of the model that runs, and in "
        "`predictions` those of the new one.",
    ),
    "score-out-of-range": ReasonWords(
        "The metric reads probabilities, or a class follows from the score and no threshold is "
        "stated, but a score lies outside 0..1.",
        "Write probabilities (apply the sigmoid or softmax), state `positiveThreshold` (0 for "
        "logits) where the gate reads classes, or take a metric that ranks only, such as "
        "`roc-auc`.",
    ),
    "several-points": ReasonWords(
        "A series has several points, or none, where the gate reads the value of one moment.",
        "Ask for one moment (`/api/v1/query`, not `query_range`), or aggregate in the query.",
    ),
    "several-series": ReasonWords(
        "The answer holds several series where one is asked; none of them is the right one by "
        "itself.",
        "Select one with a label in the query, or aggregate: `sum(...)`.",
    ),
    "source-missing": ReasonWords(
        "The gate names a source that `evaluation.sources` does not have.",
        "Add it: `evaluation.sources: [{name: NAME, file: PATH}]`, or correct the name in the "
        "gate.",
    ),
    "source-of-another-kind": ReasonWords(
        "The file was read, but holds another kind of evidence than the gate judges.",
        "Name the source that is meant, or state its `format`: `mlspec explain formats` says "
        "what each one gives.",
    ),
    "subject-differs": ReasonWords(
        "The artifact lies in the workspace, and its bytes are not the ones whose digest the spec "
        "states. A verdict would be about another model than the one that is there.",
        "Put the file back that the digest is of, or set `artifact.digest` to what "
        "`sha256sum FILE` prints, and run the gates again.",
    ),
    "subject-missing": ReasonWords(
        "The model's artifact has no digest, so a verdict would not be about any particular model.",
        "State `artifact.digest` of the model: `sha256:` and what `sha256sum MODEL` prints.",
    ),
    "too-few-rows": ReasonWords(
        "There are fewer rows, positives or negatives than the method needs or the gate states."
        " A small sample does not pass, however good it looks.",
        "Collect more rows, positives or negatives: `mlspec gate plan` says how many. Where "
        "fewer are right by law or nature, lower `minimumRows` with a reason.",
    ),
    "too-old": ReasonWords(
        "The values were measured longer ago than the spec allows.",
        "Measure again. Where older evidence is right, raise `maximumAgeDays`; the plan shows "
        "that it loosens.",
    ),
    "trials-missing": ReasonWords(
        "A share needs events and trials. Rows of a table are trials by themselves; an answer "
        "of a monitoring system is not.",
        "State the column or query of the trials (`counts.trials`).",
    ),
    "undefined-metric": ReasonWords(
        "The metric divides by zero on these rows, such as precision without predicted "
        "positives. The quotient is not taken as 0 or 1.",
        "Judge rows on which the metric is defined (some predicted positives, some of each "
        "class); a model that predicts one class always has no precision to show.",
    ),
    "value-too-large": ReasonWords(
        "A latency, a number of tokens or an amount is larger than 1e15, which none is.",
        "Look at the unit (nanoseconds for milliseconds?), and at the export.",
    ),
}


@cache
def reasons() -> Mapping[str, ReasonWords]:
    """Return cause and next step of every reason code, those of discovered gates included."""
    table = dict(READ_REASONS) | _OWN
    for gate in load_gates().values():
        table |= gate.reasons
    return MappingProxyType(dict(sorted(table.items())))
