"""A required gate of a high-tier model ignores how uncertain its metric is.

What it does
Checks that the required gates of a model of high tier that mlspec computes itself use
`decide: bound`, those of its gate sets included.

Why is this bad?
A point estimate passes by luck: with enough retries on one test set, some model clears the bar.
The bound of an interval asks whether the data really shows it.

Bad
    kind: Model
    spec:
      gates:
        - {id: auc-floor, type: metric-threshold, metric: roc-auc, atLeast: 0.8, decide: point}

Good
    kind: Model
    spec:
      gates:
        - {id: auc-floor, type: metric-threshold, metric: roc-auc, atLeast: 0.8, decide: bound}

References
- Efron, Tibshirani, An Introduction to the Bootstrap, 1993
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._fix import replacing
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of, placed_gates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.gates import GateSpecBase
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each required gate that decides on the point although a bound is available."""
    if model_of(resource).risk.tier != "high":
        return
    for gate, owner, place, _ in placed_gates(resource, workspace):
        if gate.required and gate.decide == "point" and not _is_reported(gate):
            path = (*place, "decide")
            yield Finding(
                owner,
                path,
                f"gate `{gate.id}` of a high-tier model decides on the point estimate alone",
                hint="write `decide: bound`, or remove the line",
                fixes=replacing(owner, path, "bound"),
            )


def _is_reported(gate: GateSpecBase) -> bool:
    """A metric that another tool reports has no interval to decide on."""
    return getattr(gate, "source", None) == "metrics"


RULE = Rule("MLS405", "point-decision-high-risk", Severity.WARNING, ("Model",), check)
