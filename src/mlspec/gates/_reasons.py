"""The table of reason codes: why a verdict is not a pass."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import REASONS as READ_REASONS
from mlspec.gates._registry import load_gates

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["reasons"]

_OWN = {
    "age-unknown": (
        "The spec says how old the evidence may be, but the file does not say when its values were "
        "measured, or names a moment that has not come."
    ),
    "champion-missing": (
        "The gate compares with a champion, but `evaluation.champion` names no file."
    ),
    "duplicate-gate": "Two gates of the model have the same id, so a verdict would be ambiguous.",
    "first-release": (
        "The model has no champion yet, so the comparison was not evaluated. It does not block "
        "because the spec says so and a required floor passes; who reviews should know both."
    ),
    "first-release-without-floor": (
        "The model has no champion yet. A first release needs a required gate that asks for a "
        "value by itself, computed from the predictions, and that passes: none does."
    ),
    "identical-predictions": (
        "Champion and challenger predict exactly the same on every row. As a rule, one model was "
        "evaluated twice, which says nothing about the other."
    ),
    "inputs-missing": "The model does not say which files its gates are evaluated from.",
    "interval-straddles": (
        "The interval holds values that meet the requirement and values that miss it. More rows "
        "make it narrower; trying again on the same rows does not."
    ),
    "interval-undefined": (
        "No finite interval follows from the rows: in too many resamples the metric is undefined, "
        "or the values are too few or too much alike for the level of a look."
    ),
    "label-not-binary": "The metric is about two classes, but a label is neither 0 nor 1.",
    "label-not-class": "The metric compares classes, but a label or prediction is no whole number.",
    "label-zero": (
        "The mean absolute percentage error divides by the label, and a label is 0. `wape` weighs "
        "errors by the sum of the labels instead."
    ),
    "more-events-than-trials": (
        "More events than trials were counted. As a rule the two come from different moments or "
        "count different things."
    ),
    "negative-value": "A latency, a count or another value that can't be below 0 is below 0.",
    "no-parts": "The gate asks for slices, groups, features or steps, and there is none.",
    "no-rows-selected": "No row of the table has the value that the gate selects rows by.",
    "no-series": (
        "The monitoring system answers the query with nothing. That is no 0: nobody measured."
    ),
    "not-yes-or-no": (
        "A column that says whether something happened holds a value that is neither 0 nor 1."
    ),
    "parts-fail": "At least one slice, group, feature or step misses the requirement.",
    "parts-inconclusive": "No part misses the requirement, but for one the data allow both.",
    "parts-not-evaluated": "At least one slice, group, feature or step could not be measured.",
    "one-class": (
        "All labels are of one class, so a metric that sets the classes against each other is "
        "undefined."
    ),
    "requirement-missed": "The measured values miss the requirement.",
    "row-count-missing": (
        "The gate states `minimumRows`, but the metrics file does not say how many rows there were "
        "(`rows`, `n` or `example_count`)."
    ),
    "same-file": (
        "Champion and challenger are the same file, so one model was compared with itself."
    ),
    "score-out-of-range": "The metric reads probabilities, but a score lies outside 0..1.",
    "several-points": (
        "A series has several points, or none, where the gate reads the value of one moment."
    ),
    "several-series": (
        "The answer holds several series where one is asked; none of them is the right one by "
        "itself. Say which, in the query or by a label."
    ),
    "source-missing": "The gate names a source that `evaluation.sources` does not have.",
    "source-of-another-kind": (
        "The file was read, but holds another kind of evidence than the gate judges."
    ),
    "subject-missing": (
        "The model's artifact has no digest, so a verdict would not be about any particular model."
    ),
    "too-few-rows": (
        "There are fewer rows, positives or negatives than the method needs or the gate states. "
        "A small sample does not pass, however good it looks."
    ),
    "too-old": "The values were measured longer ago than the spec allows.",
    "trials-missing": (
        "A share needs events and trials. Rows of a table are trials by themselves; an answer of a "
        "monitoring system is not."
    ),
    "undefined-metric": (
        "The metric divides by zero on these rows, such as precision without predicted positives. "
        "The quotient is not taken as 0 or 1."
    ),
    "value-too-large": (
        "A latency, a number of tokens or an amount is larger than 1e15, which none is."
    ),
}


@cache
def reasons() -> Mapping[str, str]:
    """Return the explanation of every reason code, those of discovered gates included."""
    table = dict(READ_REASONS) | _OWN
    for gate in load_gates().values():
        table |= gate.reasons
    return MappingProxyType(dict(sorted(table.items())))
