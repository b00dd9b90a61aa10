"""`GateSet`: gates that several models share.

Example
    apiVersion: mlspec.dev/v1
    kind: GateSet
    metadata: {name: better-than-chance, version: v1, owner: growth}
    spec:
      gates:
        - {id: auc-floor, type: metric-threshold, metric: roc-auc, atLeast: 0.7}
"""

from __future__ import annotations

from mlspec.gates import GateSpec
from mlspec.kinds._port import Kind
from mlspec.schema import Direction, FieldClass, Items, SpecModel, declare

__all__ = ["KIND", "GateSetSpec"]


class GateSetSpec(SpecModel):
    """Conditions for promotion, declared once."""

    gates: Items[GateSpec] = declare(
        "The gates.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="id",
        min_length=1,
    )


KIND = Kind("GateSet", GateSetSpec, "Gates that several models share.")
