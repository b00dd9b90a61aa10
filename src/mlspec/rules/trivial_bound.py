"""A gate lets models through that are worse than one which always says the same.

What it does
Compares the bound of each gate on a computed metric with what a constant reaches on any data: an
`r2` of 0 (always the mean of the labels), a `wape` and `mape` of 1 (always 0), a `roc-auc` and
`balanced-accuracy` of 0.5, an `mcc` of 0. `r2` is never above 1, and `wape` and `mape` never below
0; to the other side they have no end, so that such a gate can fail and says next to nothing.

Why is this bad?
A model that knows nothing of its input passes. The metric has no other end by which the number
could be seen to be too generous: `wape` of 5 looks like a bound.

Bad
    kind: Model
    spec:
      task: regression
      output: {fields: [{name: income, type: float}]}
      gates:
        - {id: error-ceiling, type: metric-threshold, metric: wape, atMost: 5}

Good
    kind: Model
    spec:
      task: regression
      output: {fields: [{name: income, type: float}]}
      gates:
        - {id: error-ceiling, type: metric-threshold, metric: wape, atMost: 0.2}

References
- https://scikit-learn.org/stable/modules/model_evaluation.html#r2-score-the-coefficient-of-determination
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import placed_gates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_MEAN, _ZERO = "the mean of the labels", "0"
_CLASS = "the same class"
_REACHED = {
    "balanced-accuracy": (0.5, _CLASS),
    "mape": (1.0, _ZERO),
    "mcc": (0.0, _CLASS),
    "r2": (0.0, _MEAN),
    "roc-auc": (0.5, _CLASS),
    "wape": (1.0, _ZERO),
}
"""What a model reaches on any data that always says one thing, and what that is."""
_LOWER_IS_BETTER = frozenset({"mape", "wape"})
_COMPUTED = "predictions"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each bound that is below what a constant reaches."""
    for gate, home, path, listed in placed_gates(resource, workspace):
        metric = str(getattr(gate, "metric", ""))
        if metric not in _REACHED or getattr(gate, "source", _COMPUTED) not in (_COMPUTED, None):
            continue
        reached, saying = _REACHED[metric]
        key, stated = _bound(metric, gate)
        if stated is None or not _is_worse(metric, stated, reached):
            continue
        yield Finding(
            resource,
            (*path, key) if home is resource else listed,
            f"gate `{gate.id}`: `{key}` is {stated:g}, but a model that always says {saying} has "
            f"a `{metric}` of {reached:g}",
            hint=f"state a bound {'below' if metric in _LOWER_IS_BETTER else 'above'} {reached:g}",
        )


def _bound(metric: str, gate: object) -> tuple[str, float | None]:
    """Return the bound that keeps bad models out, and its name in the spec."""
    if metric in _LOWER_IS_BETTER:
        return "atMost", getattr(gate, "at_most", None)
    return "atLeast", getattr(gate, "at_least", None)


def _is_worse(metric: str, stated: float, reached: float) -> bool:
    return stated > reached if metric in _LOWER_IS_BETTER else stated < reached


RULE = Rule("MLS471", "trivial-bound", Severity.WARNING, ("Model",), check)
