"""A gate bounds an error by as much as it can ever be.

What it does
Checks each gate on an error of which the task tells the range. A binary classifier is judged on
the labels 0 and 1; its classes, or scores with a stated range, lie at most so far from them: `mae`,
`rmse` and `median-absolute-error` are at most 1 where scores are probabilities, `pinball` is at
most the larger of `quantile` and 1 less it. `log-loss` is at most 34.54 whatever the task, since
probabilities are clipped to 1e-15. Of several classes, whose numbers the fields of `output` bound,
those errors are at most the distance of the first class from the last one. `atMost`, `margin` and
`minimumGain` have to be below that. Of outputs without `minimum` and `maximum` no range is known;
a regression has none, since labels are not bounded by what a model may say (see `trivial-bound`).

Why is this bad?
The gate passes whatever the model does. A required gate that can't fail opens the way to production
and looks like evidence.

Bad
    kind: Model
    spec:
      task: binary-classification
      gates:
        - {id: error-ceiling, type: metric-threshold, metric: mae, atMost: 5}

Good
    kind: Model
    spec:
      task: binary-classification
      gates:
        - {id: error-ceiling, type: metric-threshold, metric: mae, atMost: 0.2}

References
- https://scikit-learn.org/stable/modules/model_evaluation.html#regression-metrics
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import is_computed, model_of, placed_gates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.gates import GateSpecBase
    from mlspec.kinds.model import ModelSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_AS_FAR = ("mae", "median-absolute-error", "rmse")
"""Errors that are at most the distance between an estimate and a label."""
_CLIP = 1e-15
_FIELDS = {"at_most": "atMost", "margin": "margin", "minimum_gain": "minimumGain"}


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each bound that no model of this task is ever beyond."""
    spec = model_of(resource)
    for gate, home, path, listed in placed_gates(resource, workspace):
        for name, key in _FIELDS.items():
            stated = getattr(gate, name, None)
            if stated is None:
                continue
            worst = _worst(spec, gate)
            if worst is None or stated < worst:
                continue
            yield Finding(
                resource,
                (*path, key) if home is resource else listed,
                f"gate `{gate.id}`: `{key}` is {stated:g}, but {_told(spec, gate, name, worst)}",
                hint=f"state a bound below {worst:.4g} that a bad model is beyond",
            )


def _told(spec: ModelSpec, gate: GateSpecBase, name: str, worst: float) -> str:
    metric, most = getattr(gate, "metric", ""), f"{worst:.4g} at most"
    whose = f"`{metric}` of a {spec.task} model" if metric != "log-loss" else f"`{metric}`"
    if name == "at_most":
        return f"{whose} is {most}: the gate could not fail"
    end = "fail" if name == "margin" else "pass"
    return f"{whose} differs by {most} between two models: the gate could not {end}"


def _worst(spec: ModelSpec, gate: GateSpecBase) -> float | None:
    """Return the highest value of the metric that a gate computes; None where none is known."""
    metric = getattr(gate, "metric", None)
    if not is_computed(gate):
        return None
    if metric == "log-loss":
        return -math.log(_CLIP)
    span = _SPANS.get(spec.task, _no_span)(spec)
    if span is None or metric in _AS_FAR:
        return span
    quantile = getattr(gate, "quantile", None)
    if metric != "pinball" or quantile is None:
        return None
    return span * max(float(quantile), 1 - float(quantile))


def _span(spec: ModelSpec) -> float | None:
    """Return how far an estimate of a binary classifier lies from its label at most."""
    if spec.evaluation is not None and spec.evaluation.prediction is not None:
        return 1.0
    scores = [each for each in spec.output.fields if each.type == "float"]
    lows = [each.minimum for each in scores if each.minimum is not None]
    highs = [each.maximum for each in scores if each.maximum is not None]
    if not len(lows) == len(highs) == len(scores):
        return None
    return max(1.0, *highs, *(1 - each for each in lows))


def _span_of_classes(spec: ModelSpec) -> float | None:
    """Return how far two classes of several lie apart at most: labels are classes as well."""
    ends = [(each.minimum, each.maximum) for each in spec.output.fields if each.type == "int"]
    if len(ends) != 1 or spec.evaluation is None or spec.evaluation.prediction is None:
        return None
    (low, high) = ends[0]
    return None if low is None or high is None else high - low


def _no_span(_spec: ModelSpec) -> float | None:
    return None


_SPANS = {"binary-classification": _span, "multiclass-classification": _span_of_classes}

RULE = Rule("MLS430", "vacuous-gate", Severity.ERROR, ("Model",), check)
