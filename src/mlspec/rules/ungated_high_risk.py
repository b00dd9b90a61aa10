"""A model of high tier can be promoted without passing a gate.

What it does
Checks that a model of high tier has at least one gate with `required: true`, of its own or from a
gate set.

Why is this bad?
Nothing keeps a worse model out of production. A reviewer who approves the plan has no evidence to
look at. An advisory gate is only reported, so it does not count.

Bad
    kind: Model
    spec:
      gates: []
      gateSets: []

Good
    kind: Model
    spec:
      gateSets: []
      gates:
        - {id: auc-floor, type: metric-threshold, metric: roc-auc, atLeast: 0.8}

References
- Regulation (EU) 2024/1689, Article 9(8): prior defined metrics and probabilistic thresholds
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of
from mlspec.workspace import gates_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the gates of a high-tier model when none is required."""
    spec = model_of(resource)
    if spec.risk.tier != "high":
        return
    gates = gates_of(workspace, resource)
    if not any(gate.required for gate in gates) and not _has_dangling(resource, workspace):
        advisory = "all its gates are advisory" if gates else "it has no gate"
        yield Finding(
            resource,
            ("spec", "gates"),
            f"the model is of high tier, but {advisory}",
            hint="add a gate with a threshold that the model must hold, or a gate set",
        )


def _has_dangling(resource: Resource, workspace: Workspace) -> bool:
    references = model_of(resource).gate_sets
    return any(workspace.find("GateSet", each) is None for each in references)


RULE = Rule("MLS401", "ungated-high-risk", Severity.ERROR, ("Model",), check, suppressible=False)
