"""A gate can't be evaluated as it is written.

What it does
Asks every gate whether its spec makes sense: a threshold has exactly one bound, inside the range
of its metric; a comparison states its margin; a reported metric is decided on the point.

Why is this bad?
The gate is never evaluated, and a gate that is not evaluated never passes. Or it always passes,
which is worse.

Bad
    kind: Model
    spec:
      gates:
        - {id: auc-floor, type: metric-threshold, metric: roc-auc}

Good
    kind: Model
    spec:
      gates:
        - {id: auc-floor, type: metric-threshold, metric: roc-auc, atLeast: 0.8}

References
- `mlspec explain one-bound` and the other reasons of gates
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.gates import problems
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import gates_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what keeps each gate of a model or gate set from being evaluated."""
    for gate, place in gates_in(resource):
        for each in problems(gate):
            yield Finding(
                resource,
                (*place, *map(_step, each.path)),
                f"gate `{gate.id}`: {each.reason.sentence}",
                hint=each.hint or f"`mlspec explain gate:{each.reason.code}` says why",
            )


def _step(word: str) -> str | int:
    """Return a step of a path as documents have it: a number is a place in a list."""
    return int(word) if word.isdecimal() else word


RULE = Rule("MLS402", "unusable-gate", Severity.ERROR, ("GateSet", "Model"), check)
