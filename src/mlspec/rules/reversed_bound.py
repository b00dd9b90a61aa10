"""A bound points away from good models.

What it does
Checks that a loss or an error (`log-loss`, `brier`, `rmse`) does not have a floor alone, and that
a metric of which more is better (`recall`, `roc-auc`) does not have a ceiling alone. A range is two
gates: no finding where another gate of the model asks for the other side of the same metric.

Why is this bad?
The gate passes bad models and fails good ones: a floor of 0.1 for a log loss is a rule that the
model has to be wrong often enough.

Bad
    kind: Model
    spec:
      gates:
        - {id: sure-enough, type: metric-threshold, metric: log-loss, atLeast: 0.1}

Good
    kind: Model
    spec:
      gates:
        - {id: sure-enough, type: metric-threshold, metric: log-loss, atMost: 0.1}

References
- `mlspec explain metric-threshold`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.gates import metric_direction
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import placed_gates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each bound of a metric that lets bad models through, and that nothing completes."""
    placed = list(placed_gates(resource, workspace))
    asked = [metric_direction(gate) for gate, *_ in placed]
    aimed = {each.metric for each in asked if each is not None and not each.is_reversed}
    for (gate, owner, path, origin), each in zip(placed, asked, strict=True):
        if each is None or not each.is_reversed or each.metric in aimed:
            continue
        yield Finding(
            resource,
            (*path, each.stated) if owner is resource else origin,
            f"gate `{gate.id}`: `{each.stated}` passes bad models, as of `{each.metric}` "
            f"{'less' if each.stated == 'atLeast' else 'more'} is better",
            hint=f"write `{each.meant}`; for a range, add a gate with `{each.meant}`",
        )


RULE = Rule("MLS427", "reversed-bound", Severity.ERROR, ("Model",), check)
