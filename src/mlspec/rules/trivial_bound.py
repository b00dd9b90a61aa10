"""A gate lets models through that are worse than one which always says the same.

What it does
Compares the bound of each gate on a computed metric with what a constant reaches on any data: an
`r2` of 0 (always the mean of the labels), a `wape` and `mape` of 1 (always 0), a `roc-auc` and
`balanced-accuracy` of 0.5, an `mcc` of 0. `r2` is never above 1, and `wape` and `mape` never below
0; to the other side they have no end, so that such a gate can fail and says next to nothing.
The same holds of a `margin` by which a constant is not worse than even a perfect model: more than
1 for `r2`, `wape`, `mape` and `mcc`, more than 0.5 for `roc-auc` and `balanced-accuracy`.

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
from mlspec.rules._specs import is_computed, placed_gates

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


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each bound that is below what a constant reaches."""
    for gate, home, path, listed in placed_gates(resource, workspace):
        metric = str(getattr(gate, "metric", ""))
        if metric not in _REACHED or not is_computed(gate):
            continue
        for key, sentence, hint in _told(metric, gate):
            yield Finding(
                resource,
                (*path, key) if home is resource else listed,
                f"gate `{gate.id}`: {sentence}",
                hint=hint,
            )


def _told(metric: str, gate: object) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each bound that is too generous, what is said of it, and what to do."""
    reached, saying = _REACHED[metric]
    key, stated = _bound(metric, gate)
    whose = f"a model that always says {saying}"
    if stated is not None and _is_worse(metric, stated, reached):
        side = "below" if metric in _LOWER_IS_BETTER else "above"
        told = f"`{key}` is {stated:g}, but {whose} has a `{metric}` of {reached:g}"
        yield key, told, f"state a bound {side} {reached:g}"
    best = 0.0 if metric in _LOWER_IS_BETTER else 1.0
    margin, most = getattr(gate, "margin", None), abs(best - reached)
    if margin is not None and margin > most:
        told = f"`margin` is {margin:g}, but {whose} is only {most:g} worse than a perfect one"
        yield "margin", told, f"state a margin below {most:g}: the loss that is still acceptable"


def _bound(metric: str, gate: object) -> tuple[str, float | None]:
    """Return the bound that keeps bad models out, and its name in the spec."""
    if metric in _LOWER_IS_BETTER:
        return "atMost", getattr(gate, "at_most", None)
    return "atLeast", getattr(gate, "at_least", None)


def _is_worse(metric: str, stated: float, reached: float) -> bool:
    return stated > reached if metric in _LOWER_IS_BETTER else stated < reached


RULE = Rule("MLS471", "trivial-bound", Severity.WARNING, ("Model",), check)
