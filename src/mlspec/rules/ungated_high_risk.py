"""A model of high tier can be promoted without passing a gate.

What it does
Checks that a model of high tier has at least one gate that can hold it back, of its own or from a
gate set: a gate with `required: true` that no waiver passes over and that does not let an
inconclusive verdict through (`onInconclusive: allow`). A waiver that has ended passes over nothing.

Why is this bad?
Nothing keeps a worse model out of production. A reviewer who approves the plan has no evidence to
look at. An advisory gate is only reported; a gate that is waived, or that lets through what it
could not decide, holds nothing back. None of them counts.

What to do
Add a gate with a threshold that the model must hold, or a gate set. Where a gate is waived, let
another one hold the model meanwhile.

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
from mlspec.rules._waivers import has_ended
from mlspec.workspace import gates_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.gates import GateSpecBase
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the gates of a high-tier model when none is required."""
    spec = model_of(resource)
    if spec.risk.tier != "high":
        return
    gates = gates_of(workspace, resource)
    reasons = [_holds_nothing(gate, workspace.today) for gate in gates]
    if all(reasons) and not _has_dangling(resource, workspace):
        told = "; ".join(reasons)
        why = f"none of its gates holds it back: {told}" if told else "it has no gate"
        yield Finding(
            resource,
            ("spec", "gates"),
            f"the model is of high tier, but {why}",
            hint="add a gate with a threshold that the model must hold, or a gate set",
        )


def _holds_nothing(gate: GateSpecBase, today: str) -> str:
    """Return why promotion does not depend on a gate; "" where it does."""
    if not gate.required:
        return f"`{gate.id}` is advisory"
    if gate.waiver is not None and not has_ended(gate.waiver, today):
        return f"`{gate.id}` is waived until {gate.waiver.until}"
    if gate.on_inconclusive == "allow":
        return f"`{gate.id}` lets an inconclusive verdict through"
    return ""


def _has_dangling(resource: Resource, workspace: Workspace) -> bool:
    references = model_of(resource).gate_sets
    return any(workspace.find("GateSet", each) is None for each in references)


RULE = Rule("MLS401", "ungated-high-risk", Severity.ERROR, ("Model",), check, suppressible=False)
