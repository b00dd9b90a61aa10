"""A model has gates, but no file to evaluate them from.

What it does
Checks that `spec.evaluation` names what the gates read: `predictions`, `champion` for a
comparison, `metrics` for a gate with `source: metrics`. Sources are told by `unknown-source`.
A comparison with `onMissingBaseline: first-release` needs no champion yet.

Why is this bad?
The gates stay not evaluated, and only a pass passes: the model can't be promoted where gates are
required. It is better to learn this now than in the release.

Bad
    kind: Model
    spec:
      evaluation: null

Good
    kind: Model
    spec:
      evaluation:
        predictions: evaluation/challenger.csv
        champion: evaluation/champion.csv

References
- `mlspec gate run --help`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.gates import find_gate
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import FILES_OF_EVALUATION, model_of
from mlspec.workspace import gates_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.gates import GateSpecBase
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the inputs that gates read and that are not named."""
    gates = gates_of(workspace, resource)
    if not gates:
        return
    inputs = model_of(resource).evaluation
    if inputs is None:
        yield Finding(
            resource,
            ("spec", "evaluation"),
            "the model has gates, but no files to evaluate them from",
            hint="add `evaluation` with the file of predictions",
        )
        return
    for name, gate in sorted(_first_readers(gates).items()):
        if name in FILES_OF_EVALUATION and getattr(inputs, name) is None:
            yield _unnamed_file(resource, gate, name)


def _unnamed_file(resource: Resource, gate: GateSpecBase, name: str) -> Finding:
    return Finding(
        resource,
        ("spec", "evaluation", name),
        f"gate `{gate.id}` reads `{name}`, which `evaluation` does not name",
        hint=f"add `{name}` with a path relative to the workspace",
    )


def _first_readers(gates: Sequence[GateSpecBase]) -> dict[str, GateSpecBase]:
    """Return by the name of an input the first gate that reads it."""
    return {name: gate for gate in reversed(gates) for name in _read_by(gate)}


def _read_by(gate: GateSpecBase) -> tuple[str, ...]:
    needs = find_gate(gate).reads(gate)
    return tuple(each.source for each in needs if not each.may_be_absent)


RULE = Rule("MLS403", "gate-without-inputs", Severity.WARNING, ("Model",), check)
