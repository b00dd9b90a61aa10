"""The gates of a model: its own, and those of the gate sets it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.diagnostics import Span
    from mlspec.gates import GateSpec
    from mlspec.workspace._model import Resource, Workspace

__all__ = ["gate_spans", "gates_of"]


def gates_of(workspace: Workspace, model: Resource) -> tuple[GateSpec, ...]:
    """Return the gates of a model, those of its gate sets first, in the order they are written."""
    from mlspec.kinds.gate_set import GateSetSpec
    from mlspec.kinds.model import ModelSpec

    spec = model.spec
    if not isinstance(spec, ModelSpec):
        return ()
    found: list[GateSpec] = []
    for reference in spec.gate_sets:
        shared = workspace.find("GateSet", reference)
        if shared is not None and isinstance(shared.spec, GateSetSpec):
            found += shared.spec.gates
    return (*found, *spec.gates)


def gate_spans(workspace: Workspace, model: Resource) -> dict[str, Span]:
    """Return where each gate of a model is written, in its spec or in that of a gate set, by id."""
    from mlspec.kinds.gate_set import GateSetSpec
    from mlspec.kinds.model import ModelSpec

    if not isinstance(model.spec, ModelSpec):
        return {}
    shared = [workspace.find("GateSet", each) for each in model.spec.gate_sets]
    found: dict[str, Span] = {}
    for owner in (*shared, model):
        if owner is not None and isinstance(owner.spec, GateSetSpec | ModelSpec):
            listed = enumerate(owner.spec.gates)
            found |= {gate.id: owner.span(("spec", "gates", at)) for at, gate in listed}
    return found
